"""The mail about new due dates reads the change: what moved, from when to when, and why."""

from datetime import date, datetime, timedelta

import pytest
from django.core.mail import EmailMessage

from groups.actions.plan import set_plan, undo_plan_change
from groups.models import MentorAway, PlanChange
from tests.conftest import NOW, TODAY, Cast
from tests.mails import deliver, html_of
from tracker.actions.progress import mark

pytestmark = pytest.mark.usefixtures("all_hear_at_once")
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def due(cast: Cast, at: datetime = NOW, reason: str = "", **days: int) -> PlanChange:
    """Set days in September of milestones by their titles, RAG or Indexation."""
    milestones = {each.title: each.pk for each in cast.milestones}
    plan = {item.milestone_id: item.due_on for item in cast.clover.plan_items.all()}
    plan |= {milestones[title]: date(2026, 9, day) for title, day in days.items()}
    set_plan(group=cast.clover, plan=plan, by=cast.marta, at=at, reason=reason)
    return PlanChange.objects.latest("pk")


def to_ana(at: datetime) -> list[EmailMessage]:
    return [mail for mail in deliver(at) if mail.to == ["ana@example.com"]]


def test_one_date_is_in_the_subject_and_its_reason_comes_first(cast: Cast) -> None:
    due(cast, RAG=28, reason="Room 4 is taken")
    (mail,) = to_ana(NOW + 10 * MINUTE)
    assert mail.subject == "RAG is due Mon 28 September, not Sun 27 September"
    for text in (str(mail.body), html_of(mail)):
        assert "Room 4 is taken" in text
        # Nothing else of the plan; that is behind the link.
        assert "Indexation" not in text
    assert f"/groups/{cast.clover.pk}/" in mail.body
    assert "at most one e-mail a day about this, corrections apart." in " ".join(str(mail.body).split())


def test_course_admins_do_not_stand_in_for_a_mentor_who_is_away(cast: Cast) -> None:
    MentorAway.objects.create(mentorship=cast.clover.mentorships.get(), starts_on=TODAY, ends_on=TODAY)
    due(cast, RAG=28)
    about = [mail.to for mail in deliver(NOW + 10 * MINUTE) if mail.subject.startswith("RAG is due")]
    assert ["ana@example.com"] in about
    assert ["ines@example.com"] not in about


def test_several_are_listed_from_when_to_when(cast: Cast) -> None:
    due(cast, RAG=28, Indexation=22)
    (mail,) = to_ana(NOW + 10 * MINUTE)
    assert mail.subject == "New due dates: Indexation and RAG"
    said = " ".join(str(mail.body).split())
    assert (
        "Indexation: Tue 22 September not Sun 20 September RAG: Mon 28 September not Sun 27 September" in said
    )
    assert "not Sun 20 September" in html_of(mail)


def test_what_waits_is_told_at_once_from_the_day_that_the_reader_knows(cast: Cast) -> None:
    due(cast, RAG=28)
    due(cast, NOW + MINUTE, Indexation=22)
    due(cast, NOW + 2 * MINUTE, RAG=30)
    (mail,) = to_ana(NOW + 20 * MINUTE)
    said = " ".join(str(mail.body).split())
    assert (
        "Indexation: Tue 22 September not Sun 20 September RAG: Wed 30 September not Sun 27 September" in said
    )
    # A day that is as before has not moved.
    due(cast, NOW + HOUR, RAG=29)
    due(cast, NOW + HOUR + MINUTE, RAG=30)
    assert to_ana(NOW + 2 * HOUR) == []


def test_a_wrong_date_is_set_right_at_once_and_another_waits_for_a_day(cast: Cast) -> None:
    due(cast, RAG=28)
    assert len(to_ana(NOW + 10 * MINUTE)) == 1
    due(cast, NOW + HOUR, Indexation=22)
    assert to_ana(NOW + 2 * HOUR) == []
    due(cast, NOW + 3 * HOUR, RAG=30)
    (mail,) = to_ana(NOW + 4 * HOUR)
    # And says what waited.
    assert mail.subject == "New due dates: Indexation and RAG"
    assert to_ana(NOW + 30 * HOUR) == []


def test_undoing_one_of_two_that_came_in_one_mail_is_told(cast: Cast) -> None:
    first = due(cast, RAG=28)
    due(cast, NOW + MINUTE, Indexation=22)
    assert len(to_ana(NOW + 20 * MINUTE)) == 1
    undo_plan_change(change=first, by=cast.marta, at=NOW + HOUR)
    (mail,) = to_ana(NOW + HOUR)
    assert mail.subject == "RAG is due Sun 27 September, not Mon 28 September"


def test_undoing_one_of_two_that_wait_leaves_the_other(cast: Cast) -> None:
    due(cast, RAG=28)
    second = due(cast, NOW + MINUTE, Indexation=22)
    deliver(NOW + 2 * MINUTE)
    undo_plan_change(change=second, by=cast.marta, at=NOW + 3 * MINUTE)
    (mail,) = to_ana(NOW + 20 * MINUTE)
    assert mail.subject == "RAG is due Mon 28 September, not Sun 27 September"


def test_day_in_a_break_is_the_one_after_it_in_both_mails(cast: Cast) -> None:
    cast.cohort.pauses.create(title="Break", starts_on=date(2026, 9, 28), ends_on=date(2026, 10, 2))
    change = due(cast, RAG=29)
    (mail,) = to_ana(NOW + 10 * MINUTE)
    assert mail.subject == "RAG is due Sat 3 October, not Sun 27 September"
    undo_plan_change(change=change, by=cast.marta, at=NOW + HOUR)
    (mail,) = to_ana(NOW + 2 * HOUR)
    assert mail.subject == "RAG is due Sun 27 September, not Sat 3 October"


def test_nobody_hears_of_days_that_are_over_or_waived(cast: Cast) -> None:
    mark(
        enrolment=cast.enrolment("ana"), milestone=cast.milestones[3], state="skipped", by=cast.marta, at=NOW
    )
    due(cast, **{"LLM basics": 7})
    assert deliver() == []
