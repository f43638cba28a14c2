"""Each kind: who hears of it, in which words, and when it is no longer true."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.template import Engine

from groups.actions.enrolment import join_group
from groups.actions.mentorship import assign_mentor, end_mentorship, note_away
from groups.models import Closing, Group, Membership, MentorAway, Mentorship, Move
from people.models import Event, MailChoice, Message, User
from questions.models import MaterialChange, Question
from telling.actions.promises import tell_of_promises
from telling.actions.sorting import sort_events
from telling.kinds import KINDS, kinds_of
from telling.kinds.digest import SAID_IN_DIGEST
from telling.kinds.kind import MORNING
from telling.looks import THREADS
from tests.conftest import NOW, Cast, SignIn
from tests.factories.groups import MentorshipFactory
from tests.factories.questions import QuestionFactory
from tests.mails import deliver, html_of
from tests.moving import end_enrolment, undo_move
from tests.telling.kinds.happenings import (
    answer_asked,
    ask_for_help,
    ask_hidden,
    calm,
    cancel,
    change_material,
    close,
    cover,
    cry,
    drop_out,
    give_answer,
    go_away,
    judge,
    leave,
    log_held,
    mark_on,
    move,
    put_off,
    request,
    settle_cry,
    shift,
    undo_of_bruno,
)
from tests.telling.kinds.told import TOLD
from tracker.actions.closing import open_again
from tracker.actions.progress import mark
from tracker.actions.requests import settle_request
from tracker.actions.reviews import approve, ask_for_changes, undo_judgement
from tracker.models import CheckIn, CodeReview

DOCUMENT = Path(__file__).resolve().parents[3] / "docs/notifications.md"


def test_every_mail_has_a_test_of_its_own() -> None:
    mails = {(kind.name, event) for kind in KINDS.values() for event in kind.events}
    mails |= {(kind.name, MORNING) for kind in KINDS.values() if kind.on_mornings}
    assert mails == {tuple(name.partition(",")[0].split("/")) for name in TOLD}


@pytest.mark.usefixtures("all_hear_at_once")
@pytest.mark.parametrize("name", TOLD)
def test_who_hears_what(cast: Cast, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    # A name that a template has and the kind does not give would leave a hole in a sentence.
    monkeypatch.setattr(Engine.get_default(), "string_if_invalid", "UNKNOWN %s")
    happen, told = TOLD[name]
    at = happen(cast)
    mails = deliver(at if isinstance(at, datetime) else None)
    assert {mail.to[0].partition("@")[0]: mail.subject for mail in mails} == told
    kind, event = name.partition(",")[0].split("/")
    assert Message.objects.filter(kind=kind, event__kind=event, state="sent").exists() or not told
    for mail in mails:
        html = html_of(mail)
        # Said in the subject, and not again; a mail of nothing else, and Monday's, have it as their heading.
        assert str(mail.subject) not in str(mail.body).partition("\n\n")[2]
        # One source: every line of the text is in the HTML, and neither holds what only mentors read.
        assert not {word for word in ("Ana is shy.", "Quiet.", "UNKNOWN") if word in mail.body + html}
        assert "List-Unsubscribe" in mail.extra_headers
        sent = Message.objects.filter(recipient__email=mail.to[0], state="sent").exclude(
            reason=SAID_IN_DIGEST
        )
        is_once_a_day = sent.exclude(thread="").exists()
        assert ("at most one e-mail a day about this" in mail.body) == is_once_a_day
    # A mail that holds back the next one until the reader has looked can be looked at.
    pages = {thread.partition(" ")[0] for thread in THREADS.values()}
    assert {message.thread.partition(" ")[0] for message in Message.objects.all()} <= {"", *pages}


# Who reads it in the one mail of the next morning, if they chose nothing; all others at once.
WAITS = {
    "question/question_asked": {"marta"},
    "question/question_asked, logged": {"tomas"},
    "change/material_changed": {"ana"},
    "request/request_answered": {"marta"},
    "promise/promise_passed": {"marta"},
    "channel/channel_switched_off": {"marta"},
    "group/student_moved": {"marta", "tomas"},
    "group/student_left": {"marta"},
    "group/student_left, dropped out": {"marta"},
    "group/group_formed": {"marta"},
    "group/mentor_began": {"marta"},
    "concern/student_moved": {"ines"},
}


@pytest.mark.usefixtures("all_have_signed_in")
@pytest.mark.parametrize("name", [name for name in TOLD if "/morning" not in name])
def test_what_is_not_urgent_waits_for_the_morning(cast: Cast, name: str) -> None:
    happen, told = TOLD[name]
    happen(cast)
    mails = {mail.to[0].partition("@")[0]: mail.subject for mail in deliver()}
    waits = WAITS.get(name, set())
    assert mails == {one: subject for one, subject in told.items() if one not in waits}
    held = Message.objects.filter(state="digest").values_list("recipient__email", flat=True)
    assert {address.partition("@")[0] for address in held} == waits


@pytest.mark.usefixtures("all_have_signed_in")
def test_nothing_waits_for_a_morning_without_its_mail(cast: Cast) -> None:
    """Who put it off until Monday hears of what is not urgent at once, unless they put that off, too."""
    MailChoice.objects.create(person=cast.marta, kind="news", soon="never")
    ask_hidden(cast)
    assert [mail.subject for mail in deliver()] == ["Ana asks: Why the root?"]


@pytest.mark.usefixtures("all_hear_at_once")
def test_nobody_hears_of_a_settling_that_is_undone_before_its_mail_is_sent(cast: Cast) -> None:
    settle_cry(cast)
    undo_of_bruno(cast, cast.marta)
    assert deliver() == []


@pytest.mark.usefixtures("all_hear_at_once")
def test_what_an_earlier_version_told_of_a_group_is_withdrawn(cast: Cast) -> None:
    event = Event.objects.create(kind="dates_dropped", ids={"proposal": 1}, at=NOW, told_at=NOW)
    Message.objects.create(recipient=cast.marta, kind="group", event=event, due_at=NOW, try_at=NOW)
    assert deliver() == []
    assert Message.objects.get().state == "withdrawn"


@pytest.mark.usefixtures("all_hear_at_once")
@pytest.mark.parametrize(
    ("happen", "undo"),
    [
        (cry, calm),
        (close, lambda cast: open_again(closing=Closing.objects.get(), by=cast.ines, at=NOW)),
        (cry, lambda cast: Mentorship.objects.update(ended_on=NOW.date())),
        (cry, lambda cast: Membership.objects.update(ended_on=NOW.date(), end_reason="dropped")),
        (settle_cry, mark_on),
        (ask_hidden, give_answer),
        (ask_hidden, lambda cast: Question.objects.all().delete()),
        (change_material, lambda cast: MaterialChange.objects.all().delete()),
        (change_material, lambda cast: MaterialChange.objects.get().questions.clear()),
        (request, lambda cast: CodeReview.objects.all().delete()),
        (
            lambda cast: judge(cast, approve),
            lambda cast: undo_judgement(review=CodeReview.objects.get(), by=cast.person("bruno"), at=NOW),
        ),
        (
            answer_asked,
            lambda cast: settle_request(
                check_in=CheckIn.objects.get(), is_settled=False, by=cast.ines, at=NOW
            ),
        ),
        (cancel, lambda cast: CheckIn.objects.all().delete()),
        (cancel, lambda cast: CheckIn.objects.update(outcome="group_absent")),
        (move, lambda cast: Membership.objects.filter(enrolment=cast.enrolment("chidi")).delete()),
        (leave, lambda cast: undo_move(move=Move.objects.get(), by=cast.ines, at=NOW)),
        (drop_out, lambda cast: undo_move(move=Move.objects.get(), by=cast.ines, at=NOW)),
        (go_away, lambda cast: MentorAway.objects.all().delete()),
        (cover, lambda cast: Mentorship.objects.filter(person=cast.tomas, group=cast.clover).delete()),
        (shift, lambda cast: cast.clover.plan_items.all().delete()),
        (shift, lambda cast: Group.objects.get(pk=cast.clover.pk).memberships.all().delete()),
    ],
)
def test_what_is_no_longer_true_is_withdrawn(
    cast: Cast, happen: Callable[[Cast], object], undo: Callable[[Cast], object]
) -> None:
    happen(cast)
    sort_events(NOW)
    assert Message.objects.waiting().exists()
    undo(cast)
    # The asker hears who answered.
    assert [mail.subject for mail in deliver() if not mail.subject.startswith("Answered")] == []
    assert not Message.objects.waiting().exists()
    assert Message.objects.filter(state="withdrawn").exists()


@pytest.mark.usefixtures("all_hear_at_once")
@pytest.mark.parametrize("happen", [cry, ask_hidden])
def test_where_no_mentor_has_signed_in_yet_the_course_admins_are_told(
    cast: Cast, as_: SignIn, happen: Callable[[Cast], object]
) -> None:
    """An invitation that nobody accepted must not keep a cry for help from all who could act."""
    User.objects.filter(pk=cast.marta.pk).update(last_login=None)
    happen(cast)
    (mail,) = deliver()
    assert mail.to == ["ines@example.com"]
    why = "because you run Clover’s course, and none of its mentors can be reached"
    assert why in " ".join(str(mail.body).split())
    path = re.findall(r"http://127\.0\.0\.1:8000(/\S+)", mail.body)[0]
    assert as_("ines").get(path).status_code == 200


@pytest.mark.usefixtures("all_hear_at_once")
def test_one_mentor_who_has_signed_in_is_enough(cast: Cast) -> None:
    User.objects.filter(pk=cast.marta.pk).update(last_login=None)
    MentorshipFactory.create(group=cast.clover, person=cast.tomas, role="co-mentor")
    cry(cast)
    (mail,) = deliver()
    assert mail.to == ["tomas@example.com"]
    assert "because you mentor Clover" in mail.body


@pytest.mark.usefixtures("all_hear_at_once")
def test_who_is_away_is_not_told_but_the_cover_is_and_else_the_course_admins(cast: Cast) -> None:
    mentorship = cast.clover.mentorships.get()
    note_away(
        mentorship=mentorship,
        starts_on=NOW.date(),
        ends_on=NOW.date() + timedelta(days=6),
        by=cast.ines,
        at=NOW,
    )
    cry(cast)
    assert [mail.to for mail in deliver()] == [["ines@example.com"]]
    MentorshipFactory.create(group=cast.clover, person=cast.tomas, role="cover")
    mark(
        enrolment=cast.enrolment("ana"), milestone=cast.milestones[1], state="need_help",
        by=cast.person("ana"), at=NOW,
    )  # fmt: skip
    assert [mail.to for mail in deliver()] == [["tomas@example.com"]]
    # Back, and no longer covered.
    end_mentorship(
        mentorship=cast.clover.mentorships.get(person=cast.tomas), on=NOW.date(), by=cast.ines, at=NOW
    )


@pytest.mark.usefixtures("all_hear_at_once")
@pytest.mark.parametrize(
    ("changed", "days", "told"),
    [(cancel, 4, True), (cancel, 5, False), (put_off, 2, True), (put_off, 3, False)],
)
def test_nobody_hears_of_a_meeting_that_is_over(
    cast: Cast, changed: Callable[[Cast], object], days: int, told: bool
) -> None:
    changed(cast)
    message = Message(event=Event.objects.get(kind="meeting_changed"))
    assert message.event is not None
    mail = KINDS["meeting"].write(cast.person("ana"), message.event, NOW + timedelta(days=days))
    assert (mail is not None) == told


@pytest.mark.usefixtures("all_hear_at_once")
@pytest.mark.parametrize(
    ("happen", "reached"), [(cancel, []), (log_held, ["=?utf-8?q?Tom=C3=A1s_Reis?= <tomas@example.com>"])]
)
def test_replies_do_not_go_to_a_disabled_account(
    cast: Cast, happen: Callable[[Cast], object], reached: list[str]
) -> None:
    happen(cast)
    cast.marta.is_active = False
    cast.marta.save()
    mails = deliver()
    assert [mail.reply_to for mail in mails] == [reached] * 3


@pytest.mark.usefixtures("all_hear_at_once")
def test_nobody_is_told_to_reply_to_themselves(cast: Cast) -> None:
    """Inês, a course admin, mentors the group that owes the answer, too."""
    MentorshipFactory.create(group=cast.clover, person=cast.ines, role="co-mentor")
    cast.clover.mentorships.exclude(person=cast.ines).delete()
    QuestionFactory.create(membership=cast.ana, asked_at=NOW - timedelta(hours=49))
    tell_of_promises(NOW)
    assert [(mail.to, mail.reply_to) for mail in deliver()] == [(["ines@example.com"], [])]


@pytest.mark.usefixtures("all_hear_at_once")
def test_who_moved_reads_mentors_and_no_course_admins(cast: Cast) -> None:
    cast.juniper.mentorships.update(ended_on=NOW.date())
    move(cast)
    bodies = {mail.to[0]: mail.body for mail in deliver()}
    assert "Your group has no mentor yet" in bodies["chidi@example.com"]


@pytest.mark.usefixtures("all_hear_at_once")
@pytest.mark.parametrize(
    ("happen", "name"),
    [
        (cry, "marta"),
        (ask_for_help, "marta"),
        (ask_hidden, "marta"),
        (request, "bruno"),
        (log_held, "ana"),
        (cancel, "ana"),
        (shift, "ana"),
    ],
)
def test_who_opens_the_link_of_the_mail_has_looked(
    cast: Cast, as_: SignIn, happen: Callable[[Cast], object], name: str
) -> None:
    happen(cast)
    mail = next(mail for mail in deliver() if mail.to == [f"{name}@example.com"])
    path = re.findall(r"http://127\.0\.0\.1:8000(/\S+)", mail.body)[0]
    assert as_(name).get(path, follow=True).status_code == 200
    message = Message.objects.get(recipient__email=f"{name}@example.com")
    assert message.looked_at == NOW


@pytest.mark.usefixtures("all_hear_at_once")
@pytest.mark.parametrize("judgement", [approve, ask_for_changes])
def test_who_has_left_hears_of_no_review(cast: Cast, judgement: Callable[..., object]) -> None:
    review = request(cast)
    end_enrolment(enrolment=cast.enrolment("ana"), on=NOW.date(), end_reason="dropped", by=cast.ines, at=NOW)
    deliver()
    judgement(review=review, note="Name the second cell.", by=cast.person("bruno"), at=NOW)
    assert deliver() == []


@pytest.mark.usefixtures("all_hear_at_once")
def test_who_begins_on_a_later_day_is_told_at_once(cast: Cast) -> None:
    """Their pages come with the day: until then they neither open the group nor read who is in it."""
    later, chidi = NOW.date() + timedelta(days=5), cast.enrolment("chidi")
    assign_mentor(group=cast.clover, person=cast.tomas, role="cover", on=later, by=cast.ines, at=NOW)
    join_group(enrolment=chidi, group=cast.juniper, on=later, by=cast.ines, at=NOW)
    told = {(mail.to[0].partition("@")[0], str(mail.subject)): str(mail.body) for mail in deliver()}
    # Nor has Chidi left before the day.
    assert ("marta", "Chidi leaves Clover on Mon 21 September") in told
    assert ("dalia", "Chidi joins Juniper on Mon 21 September") in told
    for one in (
        ("tomas", "You are Clover’s stand-in"),
        ("chidi", "You are in Juniper from Mon 21 September on"),
    ):
        assert "Mon 21 September" in one[1] + told[one]
        assert "/groups/" not in told[one]
        assert "Bruno" not in told[one]


def test_the_document_has_the_table_of_the_code() -> None:
    rows = [
        tuple(cell.strip() for cell in line.strip("|").split("|")[:2])
        for line in DOCUMENT.read_text().splitlines()
        if line.startswith("| `")
    ]
    assert rows == [(f"`{kind.name}`", kind.label) for kind in KINDS.values()]
    text = DOCUMENT.read_text()
    waits = {
        name for name in KINDS if "the next morning" in text.partition(f"| `{name}` |")[2].partition("\n")[0]
    }
    held = {name.partition("/")[0] for name in WAITS} - {"concern"}
    assert waits == held


def test_every_event_that_is_written_is_told() -> None:
    root = DOCUMENT.parents[1]
    written = {
        kind
        for app in ("people", "courses", "groups", "questions", "tracker")
        for path in (root / app).rglob("*.py")
        for kind in re.findall(r'\btell(?:_each)?\(\s*"(\w+)"', path.read_text())
    } | {"check_in_logged", "meeting_changed"}
    assert "help_needed" in written
    assert {kind for kind in written if not kinds_of(kind)} == set()


@pytest.mark.usefixtures("all_have_signed_in")
@pytest.mark.parametrize(
    ("hours", "at_once", "waits"), [(25, [], ["marta@example.com"]), (49, ["ines@example.com"], [])]
)
def test_only_help_that_is_late_twice_over_is_told_at_once(
    cast: Cast, hours: int, at_once: list[str], waits: list[str]
) -> None:
    bruno = cast.enrolment("bruno")
    asked_at = NOW - timedelta(hours=hours)
    mark(enrolment=bruno, milestone=cast.milestones[1], state="need_help", by=bruno.person, at=asked_at)
    Event.objects.all().delete()
    tell_of_promises(NOW)
    assert [mail.to[0] for mail in deliver()] == at_once
    held = Message.objects.filter(state="digest").values_list("recipient__email", flat=True)
    assert list(held) == waits
