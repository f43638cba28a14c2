"""A story of two weeks of Bruno's, in which there is one of everything, and how to read it."""

from datetime import UTC, date, datetime

from django.utils import timezone

from groups.models import Absence
from tests.conftest import Cast
from tests.factories.questions import AskFactory, QuestionFactory
from tests.factories.tracker import AgreedStepFactory, CheckInEntryFactory, CheckInFactory, CodeReviewFactory
from tracker.access.students import student_to_read
from tracker.actions.attention import snooze_student
from tracker.actions.progress import mark
from tracker.dashboards.student_detail import StudentTimeline, student_timeline
from tracker.dashboards.student_detail.events import EventKind, TimelineEvent


def at(day: int, hour: int = 9) -> datetime:
    return datetime(2026, 9, day, hour, tzinfo=UTC)


def story_of(
    cast: Cast, name: str = "bruno", *, reader: str = "marta", shows_milestones: bool = False
) -> StudentTimeline:
    access = student_to_read(cast.person(reader), cast.enrolment(name).pk, timezone.now())
    return student_timeline(access=access, now=timezone.now(), shows_milestones=shows_milestones)


def events(story: StudentTimeline) -> list[TimelineEvent]:
    return [event for week in story.weeks for event in week.events]


def told(story: StudentTimeline, kind: EventKind) -> list[str]:
    return [text(event) for event in events(story) if event.kind is kind]


def text(event: TimelineEvent) -> str:
    return f"{event.lead} {event.what}".strip()


def live(cast: Cast) -> None:
    """Two weeks of Bruno's: one of everything."""
    bruno = cast.enrolment("bruno")
    mark(enrolment=bruno, milestone=cast.milestones[0], state="done", by=bruno.person, at=at(5))
    mark(enrolment=bruno, milestone=cast.milestones[1], state="need_help", by=bruno.person, at=at(8, 12))
    check_in = CheckInFactory.create(
        group=cast.clover,
        held_on=date(2026, 9, 8),
        logged_by=cast.marta,
        summary="We paired.",
        private_note="He is alone with it.",
    )
    CheckInEntryFactory.create(
        check_in=check_in,
        enrolment=bruno,
        note="Quiet today.",
    )
    AgreedStepFactory.create(
        group=cast.clover,
        enrolment=bruno,
        text="Try the notebook",
        due_on=date(2026, 9, 11),
        agreed_by=cast.marta,
        agreed_at=at(8, 18),
        state="done",
        closed_at=at(10),
        closed_by=bruno.person,
    )
    question = QuestionFactory.create(
        membership=cast.bruno, title="Why divide?", milestone=cast.milestones[0], asked_at=at(9)
    )
    AskFactory.create(
        question=question, group=cast.clover, enrolment=bruno, asked_at=at(14), logged_by=cast.marta
    )
    CodeReviewFactory.create(
        group=cast.clover,
        author=bruno,
        reviewer=cast.enrolment("ana"),
        milestone=cast.milestones[0],
        requested_at=at(6),
        changed_at=at(7),
        state="approved",
    )
    Absence.objects.create(
        enrolment=bruno,
        starts_on=date(2026, 9, 2),
        ends_on=date(2026, 9, 3),
        reason="Exam",
        accepted_by=cast.marta,
    )
    snooze_student(enrolment=bruno, until_on=date(2026, 9, 20), reason="We talked", by=cast.marta, at=at(15))
