"""The morning's mails: check-ins, and on Monday the digest. NOW is Wednesday 16 September 2026."""

import re
from datetime import date, time, timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from courses.models import Cohort
from groups.actions.plan import set_plan
from groups.models import Group, MentorAway
from people.models import Event, MailChoice, Message, User
from questions.actions import answer, ask
from telling.actions import mornings
from telling.actions.mornings import begin_mornings
from telling.actions.sending import send_due
from telling.kinds import digest
from telling.models import Morning
from tests.conftest import NOW, Cast
from tests.factories.courses import PauseFactory
from tests.factories.groups import (
    GroupFactory,
    MembershipFactory,
    MentorshipFactory,
    PlanItemFactory,
)
from tests.factories.questions import TopicFactory
from tests.factories.tracker import CheckInFactory
from tests.mails import deliver, html_of
from tests.telling.mornings import at, morning, subjects
from tracker.actions.progress import mark
from tracker.models import CheckIn

pytestmark = pytest.mark.usefixtures("all_have_signed_in")


def test_each_hears_at_eight_in_their_own_zone_and_never_at_a_weekend(cast: Cast) -> None:
    User.objects.filter(pk=cast.person("ana").pk).update(time_zone="America/Sao_Paulo")
    assert morning(18, hour=7) == {}
    sent = morning(18)
    assert "chidi" in sent
    assert "ana" not in sent
    assert "ana" in morning(18, hour=12)
    assert morning(19) == {}
    assert Morning.objects.filter(day=date(2026, 9, 19)).count() == 0


def test_a_mentor_hears_of_the_check_in_on_the_day_of_the_meeting(cast: Cast) -> None:
    Group.objects.filter(pk=cast.clover.pk).update(
        meeting="Thursdays 18:00", call="https://meet.example/clover"
    )
    assert subjects(morning(16), "marta", "tomas") == {"marta": [], "tomas": []}
    sent = morning(17)
    assert subjects(sent, "marta", "tomas") == {"marta": ["Check-in today: Clover"], "tomas": []}
    assert f"/groups/{cast.clover.pk}/check-ins/2026-W38/" in str(sent["marta"][0].body)
    assert "Join Clover’s call\nhttps://meet.example/clover\n" in str(sent["marta"][0].body)
    # Juniper does not say when it meets.
    assert subjects(morning(18), "marta", "tomas") == {"marta": [], "tomas": ["Check-in today: Juniper"]}


def test_a_mentor_hears_of_the_check_in_on_the_day_to_which_the_meeting_was_rescheduled(cast: Cast) -> None:
    Group.objects.filter(pk=cast.clover.pk).update(meeting="Wednesdays 18:00")
    moved = {"outcome": "moved", "held_on": date(2026, 9, 18), "held_at": time(19), "minutes": None}
    check_in = CheckInFactory.create(
        group=cast.clover, week_starts_on=date(2026, 9, 14), logged_by=cast.marta, **moved
    )
    assert subjects(morning(17), "marta") == {"marta": []}
    (mail,) = morning(18)["marta"]
    assert mail.subject == "Check-in today: Clover"
    assert "today 19:00, rescheduled: Clover" in mail.body
    assert f"/groups/{cast.clover.pk}/check-ins/2026-W38/log/" in mail.body
    # Of a group that has no weekday, too: on that day alone.
    Group.objects.filter(pk=cast.clover.pk).update(meeting="")
    CheckIn.objects.filter(pk=check_in.pk).update(held_on=date(2026, 9, 17))
    assert subjects(morning(18), "marta") == {"marta": []}
    # It is the meeting of its own week, whenever that is.
    CheckIn.objects.filter(pk=check_in.pk).update(held_on=date(2026, 9, 22))
    (mail,) = morning(22)["marta"]
    assert f"/groups/{cast.clover.pk}/check-ins/2026-W38/log/" in mail.body


def test_a_mentor_hears_of_a_meeting_besides_which_the_group_met(cast: Cast) -> None:
    Group.objects.filter(pk=cast.clover.pk).update(meeting="Thursdays 18:00")
    check_in = CheckInFactory.create(
        group=cast.clover, week_starts_on=date(2026, 9, 14), is_besides=True, logged_by=cast.marta
    )
    assert subjects(morning(17), "marta") == {"marta": ["Check-in today: Clover"]}
    # It counts for its week, also if it is not edited after the meeting.
    assert subjects(morning(22), "marta") == {"marta": []}
    check_in.is_besides, check_in.week_starts_on = False, date(2026, 9, 21)
    check_in.save()
    assert subjects(morning(24), "marta") == {"marta": []}


def test_not_what_was_logged_nor_who_is_away(cast: Cast) -> None:
    CheckInFactory.create(group=cast.juniper, logged_by=cast.tomas, week_starts_on=date(2026, 9, 14))
    MentorAway.objects.create(
        mentorship=cast.clover.mentorships.get(), starts_on=date(2026, 9, 18), ends_on=date(2026, 9, 18)
    )
    assert subjects(morning(18), "marta", "tomas") == {"marta": [], "tomas": []}


def test_a_late_check_in_is_said_once_on_a_tuesday(cast: Cast) -> None:
    CheckInFactory.create(group=cast.juniper, logged_by=cast.tomas, week_starts_on=date(2026, 9, 14))
    assert subjects(morning(22), "marta", "tomas") == {
        "marta": ["Check-in not logged yet: Clover"],
        "tomas": [],
    }
    assert subjects(morning(23), "marta") == {"marta": []}


@pytest.mark.parametrize(
    ("first", "last", "told_on"),
    [
        pytest.param(21, 21, 22, id="the Monday before"),
        pytest.param(22, 22, 23, id="that Tuesday"),
        pytest.param(22, 24, 25, id="until Thursday"),
        pytest.param(21, 25, 29, id="the week from Monday to Friday"),
        pytest.param(21, 27, 29, id="the whole week"),
    ],
)
def test_in_a_break_it_is_not_said_that_a_check_in_is_late_but_after_it(
    cast: Cast, first: int, last: int, told_on: int
) -> None:
    PauseFactory.create(cohort=cast.cohort, starts_on=date(2026, 9, first), ends_on=date(2026, 9, last))
    told = [
        day
        for day in (21, 22, 23, 24, 25, 28, 29, 30)
        if any("not logged yet: Clover" in one.subject for one in morning(day).get("marta", []))
    ]
    # In a week with a working day a check-in is expected too, and late on the 29th.
    assert told == sorted({told_on, 29})


def test_digest_in_a_break_says_nothing_of_what_is_late(cast: Cast) -> None:
    CheckInFactory.create(group=cast.clover, logged_by=cast.marta, week_starts_on=date(2026, 9, 7))
    said = {}
    for day in (21, 28):
        if day == 28:
            PauseFactory.create(cohort=cast.cohort, starts_on=date(2026, 9, 28), ends_on=date(2026, 10, 2))
        sent = morning(day)
        said[day] = [" ".join(str(sent[name][0].body).split()).lower() for name in ("marta", "ines")]
    late = ("late", "missed", "not logged", "behind", "no activity")
    assert all(any(word in body for word in late) for body in said[21])
    assert not any(word in body for word in late for body in said[28])


def test_what_is_to_be_logged_is_one_mail(cast: Cast) -> None:
    """On a Tuesday on which Clover meets, and its check-in of last week and that of Juniper are late."""
    Group.objects.filter(pk=cast.clover.pk).update(meeting="Tuesdays 18:00, by video")
    mentor = cast.clover.mentorships.get().person
    MentorshipFactory.create(group=cast.juniper, person=mentor, role="co-mentor")
    (marta,) = morning(22)["marta"]
    assert marta.subject == "Check-in today: Clover · Check-in not logged yet: Clover and Juniper"
    body = str(marta.body)
    assert re.findall(r"groups/(\d+)/check-ins/(\S+)/log/", body) == [
        (str(cast.clover.pk), "2026-W39"),
        (str(cast.clover.pk), "2026-W38"),
        (str(cast.juniper.pk), "2026-W38"),
    ]
    assert body.index("Tuesdays 18:00, by video: Clover") < body.index("If you did not meet, one click")


def test_monday_says_whom_to_help_and_when_one_meets(cast: Cast) -> None:
    Group.objects.filter(pk=cast.clover.pk).update(meeting="Thursdays 18:00, by video")
    bruno = cast.enrolment("bruno")
    for name, done in (("ana", 3), ("bruno", 1), ("chidi", 3)):
        enrolment = cast.enrolment(name)
        for milestone in cast.milestones[:done]:
            mark(enrolment=enrolment, milestone=milestone, state="done", by=enrolment.person, at=at(18, 12))
    mark(enrolment=bruno, milestone=cast.milestones[1], state="need_help", by=bruno.person, at=at(18, 12))
    question = ask(group=cast.clover, by=cast.person("ana"), at=at(18, 12), title="Why the root?")
    TopicFactory.create(course=cast.course, questions=[question], title="Roots", found_at=at(18, 13))
    TopicFactory.create(course=cast.course, questions=[], title="Nothing left", found_at=at(18, 13))
    Message.objects.all().delete()
    sent = morning(21)
    assert set(sent) == {"ana", "bruno", "chidi", "dalia", "emre", "fatima", "marta", "tomas", "ines"}
    (marta,) = sent["marta"]
    body = str(marta.body)
    assert marta.subject == "Bruno has waited 3 days"
    assert "CLOVER, Thursday 18:00" in body
    assert "Bruno needs help: Prompt engineering\n" in body
    assert "A question waits for an answer." in body
    (ines,) = sent["ines"]
    assert ines.subject == "Autumn 2026: 5 need you today"
    # Bruno waits for his mentor: for her it is to watch.
    assert re.search(r"\d to watch\.", str(ines.body))
    # The one without questions is none.
    assert "1 new topic." in " ".join(str(ines.body).split())
    (ana,) = sent["ana"]
    assert ana.subject == "Your week: RAG"
    # The week of the milestone; this one is week 4 on My week.
    assert str(ana.body).startswith("Week 4 · due Sun 27 September")
    assert "You meet: Thu 24 September 18:00, by video" in str(ana.body)


def test_monday_says_to_a_new_mentor_what_to_do_first(cast: Cast) -> None:
    Group.objects.filter(pk=cast.clover.pk).update(meeting="Thursdays 18:00")
    cast.clover.plan_items.update(due_on=date(2026, 10, 1))
    Cohort.objects.update(starts_on=date(2026, 9, 14))
    User.objects.filter(pk=cast.person("ana").pk).update(last_login=None)
    assert subjects(morning(14), "marta") == {"marta": ["Say hello to Clover"]}


def test_the_digest_says_what_waited_for_it_and_what_is_still_true_once(cast: Cast) -> None:
    MailChoice.objects.create(person=cast.marta, kind="question", soon=MailChoice.Soon.DIGEST)
    asked = ask(group=cast.clover, by=cast.person("ana"), at=NOW, title="Why the root?")
    settled = ask(group=cast.clover, by=cast.person("ana"), at=NOW, title="And the other?")
    deliver()
    answer(question=settled, by=cast.ines, at=NOW, body="So.")
    assert Message.objects.filter(recipient=cast.marta, state="digest").count() == 2
    (marta,) = morning(21)["marta"]
    waited = str(marta.body).partition("ALSO NEW")[2]
    assert "Ana asks: Why the root?" in waited
    assert asked.get_absolute_url() in waited
    assert "And the other?" not in waited
    assert not Message.objects.filter(recipient=cast.marta, state="digest").exists()


def test_a_summary_each_morning_says_what_waited_once(cast: Cast) -> None:
    MailChoice.objects.create(person=cast.marta, kind="question", soon=MailChoice.Soon.DIGEST)
    ask(group=cast.clover, by=cast.person("ana"), at=NOW, title="Why the root?")
    deliver()
    (marta,) = [mail for mail in morning(17)["marta"] if mail.subject == "Ana asks: Why the root?"]
    assert "in the morning when there is news" in " ".join(str(marta.body).split())
    assert not Message.objects.filter(recipient=cast.marta, state="digest").exists()
    ask(group=cast.clover, by=cast.person("ana"), at=at(18, 12), title="And the other?")
    deliver(at(18, 12))
    # On Monday the digest says it; who wants none of it gets the summary of a morning.
    (marta,) = morning(21)["marta"]
    assert "on Mondays, when there is news" in str(marta.body)
    MailChoice.objects.create(person=cast.marta, kind="digest", soon=MailChoice.Soon.NEVER)
    for title in ("A third?", "A fourth?"):
        ask(group=cast.clover, by=cast.person("ana"), at=at(25, 12), title=title)
    deliver(at(25, 12))
    (marta,) = morning(28)["marta"]
    assert marta.subject == "Ana asks: A fourth? · 1 more"
    # A reader who wants no such mail gets it on Monday.
    MailChoice.objects.filter(person=cast.marta, kind="digest").delete()
    MailChoice.objects.create(person=cast.marta, kind="news", soon=MailChoice.Soon.NEVER)
    ask(group=cast.clover, by=cast.person("ana"), at=at(29, 12), title="A fifth?")
    deliver(at(29, 12))
    assert "A fifth?" not in "".join(str(mail.body) for mail in morning(30).get("marta", []))


def test_a_morning_is_one_mail(cast: Cast) -> None:
    Group.objects.filter(pk=cast.clover.pk).update(meeting="Thursdays 18:00", call="https://meet.example/c")
    MembershipFactory.create(group=cast.juniper, enrolment__person=cast.marta)
    for title in ("Why the root?", "Which key?"):
        ask(group=cast.clover, by=cast.person("ana"), at=NOW, title=title, detail="Of *two*.")
    plan = {item.milestone_id: item.due_on for item in cast.clover.plan_items.all()}
    plan |= {cast.milestones[2].pk: date(2026, 9, 22), cast.milestones[3].pk: date(2026, 9, 29)}
    set_plan(group=cast.clover, plan=plan, by=cast.ines, at=NOW)
    assert [one for one in deliver() if one.to == [cast.marta.email]] == []
    (one,) = morning(17)["marta"]
    assert one.subject == "Check-in today: Clover · 3 more"
    said = " ".join(str(one.body).split())
    # What is a list stands in full, each thing once.
    for words in (
        "CHECK-IN TODAY: CLOVER", "https://meet.example/c", "NEW DUE DATES: INDEXATION AND RAG FOR CLOVER",
        "Indexation: Tue 22 September not Sun 20 September", "Ana asks: Why the root? for Clover · Of *two*.",
        "Ana asks: Which key?",
    ):  # fmt: skip
        assert said.count(words) == 1, words
        assert (
            words.partition(": ")[2].partition("? ")[0].partition(" not")[0].lower() in html_of(one).lower()
        )
    # On Monday it is in the digest, which says itself who meets today and what is late.
    Group.objects.filter(pk=cast.clover.pk).update(meeting="Mondays 18:00")
    ask(group=cast.clover, by=cast.person("ana"), at=at(18, 12), title="A third?")
    deliver(at(18, 12))
    (one,) = morning(21)["marta"]
    assert "on Mondays, when there is news" in str(one.body)
    assert "Check-in today" not in one.body
    assert "Ana asks: A third?" in one.body


def test_what_the_digest_said_does_not_count_as_five_a_day(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It says at most so much; the rest waits for the next one."""
    monkeypatch.setattr(digest, "_MOST_HELD", 6)
    choice = MailChoice.objects.create(person=cast.marta, kind="question", soon=MailChoice.Soon.DIGEST)
    for n in range(7):
        ask(group=cast.clover, by=cast.person("ana"), at=NOW, title=f"Question {n}?")
    deliver()
    (marta,) = morning(21)["marta"]
    assert "Question 5?" in str(marta.body)
    left = Message.objects.get(recipient=cast.marta, state="digest")
    assert left.event == Event.objects.filter(kind="question_asked").latest("pk")
    MailChoice.objects.filter(pk=choice.pk).update(soon=MailChoice.Soon.AT_ONCE)
    ask(group=cast.clover, by=cast.person("ana"), at=at(21, 10), title="And now?")
    assert [one.subject for one in deliver(at(21, 10))] == ["Ana asks: And now?"]


def test_no_digest_waits_for_the_digest(cast: Cast) -> None:
    """An earlier choice that nobody can make today."""
    MailChoice.objects.create(person=cast.marta, kind="digest", soon=MailChoice.Soon.DIGEST)
    begin_mornings(at(14))
    Message.objects.filter(recipient=cast.marta, kind="digest").update(state="digest")
    assert any("on Mondays, when there is news" in str(one.body) for one in morning(21)["marta"])


def test_who_wants_no_digest_gets_none(cast: Cast) -> None:
    MailChoice.objects.create(person=cast.marta, kind="digest", soon=MailChoice.Soon.NEVER)
    assert "marta" not in morning(21)


def test_who_changes_their_zone_is_not_told_twice(cast: Cast) -> None:
    assert "ana" in morning(21)
    User.objects.filter(email="ana@example.com").update(time_zone="America/Sao_Paulo")
    assert "ana" not in morning(21, hour=12)
    assert "ana" in morning(28, hour=12)


def test_an_unknown_zone_stops_no_morning(cast: Cast) -> None:
    """With such a zone, the day is that of UTC: an hour later than in Lisbon."""
    User.objects.filter(pk=cast.marta.pk).update(time_zone="Mars/Olympus")
    sent = morning(21)
    assert "ana" in sent
    assert "marta" not in sent
    assert "marta" in morning(21, hour=9)
    cast.marta.time_zone = "Mars/Olympus"
    with pytest.raises(ValidationError, match="not a time zone"):
        cast.marta.full_clean()


def test_a_zone_that_fails_keeps_no_other_waiting(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    begin = mornings._begin

    def fail_in_sao_paulo(zone: str, *args: Any) -> int:
        if zone == "America/Sao_Paulo":
            raise ValueError(zone)
        return begin(zone, *args)

    monkeypatch.setattr(mornings, "_begin", fail_in_sao_paulo)
    User.objects.filter(email="ana@example.com").update(time_zone="America/Sao_Paulo")
    sent = morning(21, hour=12)
    assert "chidi" in sent
    assert "ana" not in sent


def test_a_worker_that_was_killed_goes_on(cast: Cast) -> None:
    begin_mornings(at(21))
    made = Message.objects.count()
    Message.objects.filter(recipient=cast.marta).delete()
    Morning.objects.update(done_at=None)
    begin_mornings(at(21))
    assert Message.objects.count() == made


def test_queries_do_not_grow_with_people(cast: Cast) -> None:
    counts = []
    for day in (21, 28):
        for n in range(day - 20):
            group = GroupFactory.create(cohort=cast.cohort, name=f"Group {day} {n}")
            MembershipFactory.create(group=group)
            due_on = date(2026, 9, day + 2)
            PlanItemFactory.create(group=group, milestone=cast.milestones[0], due_on=due_on)
        User.objects.update(last_login=NOW)
        with CaptureQueriesContext(connection) as queries:
            begin_mornings(at(day))
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_days_before_an_outage_are_not_told_after_it(cast: Cast) -> None:
    begin_mornings(at(18))
    send_due(at(18) + timedelta(days=1, minutes=1))
    assert mail.outbox == []
    assert set(Message.objects.filter(kind="due").values_list("state", flat=True)) == {"dropped"}
