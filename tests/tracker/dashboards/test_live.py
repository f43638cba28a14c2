from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from groups.actions.plan import set_plan
from questions.models import Question
from tests.conftest import NOW, Cast
from tests.factories.groups import MembershipFactory
from tests.factories.questions import AnswerFactory, QuestionFactory
from tests.factories.tracker import AgreedStepFactory, CodeReviewFactory
from tracker.actions.progress import last_change_id, mark, note_hours, undo_change
from tracker.actions.steps import close_step
from tracker.dashboards.live import group_version, group_versions
from tracker.models import AgreedStep, Progress

LATER = NOW + timedelta(seconds=1)


def change_mark(cast: Cast) -> None:
    mark(
        enrolment=cast.enrolment("bruno"),
        milestone=cast.milestones[0],
        state="working",
        by=cast.marta,
        at=LATER,
    )


def undo_mark(cast: Cast) -> None:
    progress = Progress.objects.get()
    change = last_change_id(progress)
    assert change
    undo_change(progress=progress, change_id=change, by=cast.marta, at=LATER)


def add_hours(cast: Cast) -> None:
    ana = cast.enrolment("ana")
    note_hours(enrolment=ana, milestone=cast.milestones[0], hours=Decimal(2), by=cast.marta, at=LATER)


def change_plan(cast: Cast) -> None:
    set_plan(group=cast.clover, plan={cast.milestones[0].pk: date(2026, 9, 30)}, by=cast.marta, at=LATER)


def end_stay(cast: Cast) -> None:
    cast.clover.memberships.filter(pk=cast.bruno.pk).update(ended_on=NOW.date(), end_reason="moved")


@pytest.mark.parametrize(
    "change",
    [
        change_mark,
        undo_mark,
        add_hours,
        change_plan,
        end_stay,
        lambda cast: MembershipFactory.create(group=cast.clover),
        lambda cast: AgreedStepFactory.create(group=cast.clover),
        # A student keeps what was agreed in an earlier group.
        lambda cast: AgreedStepFactory.create(group=cast.juniper, enrolment=cast.enrolment("ana")),
        lambda cast: QuestionFactory.create(membership=cast.ana),
        # An answer to what was answered before may end a request for help.
        lambda cast: AnswerFactory.create(question=Question.objects.get()),
        lambda cast: CodeReviewFactory.create(
            group=cast.clover,
            author=cast.enrolment("ana"),
            reviewer=cast.enrolment("bruno"),
            milestone=cast.milestones[0],
        ),
        lambda cast: close_step(
            step=AgreedStep.objects.get(), state=AgreedStep.State.DONE, by=cast.marta, at=LATER
        ),
    ],
)
def test_version_differs_after_a_change_of_the_group_alone(
    cast: Cast, change: Callable[[Cast], None]
) -> None:
    mark(enrolment=cast.enrolment("ana"), milestone=cast.milestones[0], state="done", by=cast.marta, at=NOW)
    AgreedStepFactory.create(group=cast.clover)
    QuestionFactory.create(membership=cast.bruno, status="answered", first_answered_at=NOW)
    both = [cast.clover.pk, cast.juniper.pk]
    with CaptureQueriesContext(connection) as queries:
        before = group_versions(both)
    assert len(queries) == 2
    assert group_versions(both) == before
    change(cast)
    after = group_versions(both)
    assert after[cast.clover.pk] != before[cast.clover.pk]
    assert after[cast.juniper.pk] == before[cast.juniper.pk] == group_version(cast.juniper.pk)


def test_version_of_a_week_is_that_of_what_it_replaces(cast: Cast) -> None:
    def version() -> str:
        return group_version(cast.clover.pk, of_week=True)

    question = QuestionFactory.create(membership=cast.ana)
    before = version()
    AgreedStepFactory.create(group=cast.clover)
    QuestionFactory.create(membership=cast.bruno)
    assert version() == before
    AnswerFactory.create(question=question)
    assert version() != before
