"""What is due, told in the morning before. NOW is Wednesday 16 September 2026; Indexation is due on Sunday the 20th."""

from datetime import date

import pytest
from django.core import mail

from courses.models import Milestone
from groups.models import Enrolment
from people.models import Message
from telling.actions.mornings import begin_mornings
from telling.actions.sending import send_due
from telling.kinds.due import days_told_on
from tests.conftest import NOW, Cast
from tests.factories.courses import PauseFactory
from tests.factories.groups import AbsenceFactory
from tests.factories.tracker import AgreedStepFactory, ProgressFactory
from tests.moving import end_enrolment
from tests.telling.mornings import at, morning, subjects
from tracker.actions.progress import mark

pytestmark = pytest.mark.usefixtures("all_have_signed_in")


@pytest.mark.parametrize(
    ("day", "ahead", "told"),
    [(14, 1, [15]), (17, 2, [19]), (18, 1, [19, 20, 21]), (18, 2, [20, 21, 22])],
)
def test_on_a_friday_one_is_told_of_the_weekend_and_monday(day: int, ahead: int, told: list[int]) -> None:
    assert [one.day for one in days_told_on(date(2026, 9, day), ahead)] == told


def test_a_student_hears_once_and_together_of_what_is_due(cast: Cast) -> None:
    """Indexation is due on Sunday the 20th. Bruno has begun it; Ana agreed on a step for Saturday too."""
    ana, bruno = cast.enrolment("ana"), cast.enrolment("bruno")
    AgreedStepFactory.create(
        group=cast.clover,
        enrolment=ana,
        agreed_by=cast.marta,
        text="Read the paper",
        due_on=date(2026, 9, 19),
    )
    AgreedStepFactory.create(
        group=cast.clover, enrolment=ana, agreed_by=cast.marta, text="Later", due_on=date(2026, 9, 24)
    )
    mark(enrolment=bruno, milestone=cast.milestones[2], state="working", by=bruno.person, at=NOW)
    sent = morning(18)
    assert subjects(sent, "ana", "bruno", "chidi") == {
        "ana": ["Due Sun 20 September: Indexation and 1 more"],
        "bruno": [],
        "chidi": ["Due Sun 20 September: Indexation"],
    }
    body = str(sent["ana"][0].body)
    assert "Read the paper" in body
    assert "Later" not in body
    assert f"/week/{cast.clover.pk}/" in body
    assert morning(18, hour=9) == {}, "once a morning"


def test_what_is_waived_optional_or_from_before_they_joined_is_not_told(cast: Cast) -> None:
    """It is for nobody but Bruno that Indexation is due on the 20th."""
    ProgressFactory.create(
        enrolment=cast.enrolment("ana"), milestone=cast.milestones[2], state="not_started",
        waived_at=NOW, waived_by=cast.marta,
    )  # fmt: skip
    Enrolment.objects.filter(pk=cast.enrolment("chidi").pk).update(started_on=date(2026, 9, 20))
    due = {"bruno": ["Due Sun 20 September: Indexation"], "ana": [], "chidi": []}
    assert subjects(morning(18), *due) == due
    Milestone.objects.filter(pk=cast.milestones[3].pk).update(is_optional=True)
    # RAG is due on Sunday the 27th.
    assert subjects(morning(25), *due) == {"ana": [], "bruno": [], "chidi": []}


def test_who_is_away_hears_nothing_and_on_their_return_what_is_due(cast: Cast) -> None:
    ana = cast.enrolment("ana")
    AbsenceFactory.create(
        enrolment=ana, starts_on=date(2026, 9, 18), ends_on=date(2026, 9, 21), accepted_by=cast.marta
    )
    AgreedStepFactory.create(
        group=cast.clover, enrolment=ana, text="Read the paper", due_on=date(2026, 9, 19)
    )
    assert subjects(morning(18), "ana", "chidi") == {
        "ana": [],
        "chidi": ["Due Sun 20 September: Indexation"],
    }
    assert subjects(morning(21), "ana") == {"ana": []}
    (back,) = morning(22)["ana"]
    assert back.subject == "Due today: Indexation and 1 more"
    assert "Read the paper" in str(back.body)
    assert subjects(morning(23), "ana") == {"ana": []}


def test_what_is_due_in_a_break_is_told_before_the_day_after_it(cast: Cast) -> None:
    PauseFactory.create(cohort=cast.cohort, starts_on=date(2026, 9, 19), ends_on=date(2026, 9, 23))
    AgreedStepFactory.create(
        group=cast.clover, enrolment=cast.enrolment("bruno"), text="Read", due_on=date(2026, 9, 21)
    )
    for day, told in (
        (18, {"chidi": [], "bruno": []}),
        (22, {"chidi": ["Due Thu 24 September: Indexation"], "bruno": ["Due Thu 24 September: Indexation"]}),
        (23, {"chidi": [], "bruno": ["Due tomorrow: Read"]}),
    ):
        assert subjects(morning(day), *told) == told, day


def test_what_is_due_before_a_break_is_told_also_if_the_break_begins_on_monday(cast: Cast) -> None:
    PauseFactory.create(cohort=cast.cohort, starts_on=date(2026, 9, 21), ends_on=date(2026, 9, 27))
    chidi = cast.enrolment("chidi")
    AgreedStepFactory.create(group=cast.clover, enrolment=chidi, text="Read", due_on=date(2026, 9, 19))
    (told,) = morning(18)["chidi"]
    assert "Indexation" in str(told.body)
    assert "Read" in str(told.body)


def test_who_ends_later_hears_of_what_is_due_before(cast: Cast) -> None:
    ana = cast.enrolment("ana")
    end_enrolment(enrolment=ana, on=date(2026, 9, 30), end_reason="dropped", by=cast.ines, at=NOW)
    assert subjects(morning(18), "ana") == {"ana": ["Due Sun 20 September: Indexation"]}


def test_what_is_no_longer_due_is_withdrawn(cast: Cast) -> None:
    begin_mornings(at(18))
    chidi = cast.enrolment("chidi")
    mark(enrolment=chidi, milestone=cast.milestones[2], state="done", by=chidi.person, at=at(18))
    send_due(at(18))
    assert not [one for one in mail.outbox if one.to == ["chidi@example.com"]]
    assert Message.objects.get(recipient=chidi.person, kind="due").state == "withdrawn"
