"""A new cohort from an earlier one: what comes along, and its calendar from a day on."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Exists, OuterRef, Q

from courses.calendar import due_dates
from courses.models import Cohort, Course, Milestone, Pause
from groups.models import Mentorship
from lib.text import counted, joined
from lib.weeks import Week
from people.models import User
from questions.models import Answer, Question
from questions.models.question import QuestionQuerySet

# How many names a sentence holds before it counts the rest.
_NAMED = 5


@dataclass(frozen=True, slots=True)
class NextCohort:
    """`dated` are the milestones of its calendar with their days, `breaks` those of `like` that fall into its weeks."""

    like: Cohort | None
    starts_on: date
    dated: tuple[tuple[Milestone, date], ...]
    breaks: tuple[Pause, ...]
    mentors: tuple[tuple[User, int], ...]
    answers: QuestionQuerySet

    @property
    def brings(self) -> dict[str, str]:
        """What there is to come along, in words."""
        said = {}
        if self.like and self.like.pauses.exists():
            said["breaks"] = "Those whose days fall into its weeks."
        if self.mentors:
            names = joined((person.get_short_name() for person, _ in self.mentors), _NAMED)
            said["mentors"] = f"{names} stand as willing; nobody is assigned."
        if count := self.answers.count():
            said["answers"] = f"{counted(count, 'question')}, published as frequent ones."
        return said


def next_cohort(course: Course, like: Cohort | None, starts_on: date | None, now: datetime) -> NextCohort:
    """Without a day, it starts on the Monday after the last due day of the latest cohort, or on the next one."""
    milestones = list(Milestone.objects.filter(course=course).in_order())
    weeks = {milestone.pk: milestone.week for milestone in milestones}
    earlier = list(like.pauses.order_by("starts_on", "pk")) if like else []
    if starts_on is None:
        latest = course.cohorts.order_by("starts_on", "pk").last()
        over = max(_last_day(latest, weeks), now.date()) if latest else now.date()
        starts_on = Week.of(over).next().starts_on
    # Which breaks fall into its weeks depends on its last day, and that on the breaks.
    breaks = [row for row in earlier if row.ends_on >= starts_on]
    due = due_dates(starts_on, [row.period for row in breaks], weeks)
    last = max((day for day in due.values() if day), default=starts_on)
    return NextCohort(
        like=like,
        starts_on=starts_on,
        dated=tuple((row, day) for row in milestones if (day := due[row.pk])),
        breaks=tuple(row for row in breaks if row.starts_on <= last),
        mentors=_mentors_of(like, now) if like else (),
        answers=_worth_keeping(like) if like else Question.objects.none(),
    )


def _last_day(cohort: Cohort, weeks: dict[int, int | None]) -> date:
    due = due_dates(cohort.starts_on, cohort.pause_periods, weeks)
    return max((day for day in due.values() if day), default=cohort.starts_on)


def _mentors_of(cohort: Cohort, now: datetime) -> tuple[tuple[User, int], ...]:
    """Return who mentors its groups, at the end if it is closed, and how many; stand-ins are not asked again."""
    mentorships = Mentorship.objects.open(cohort.working_day(now)).filter(group__cohort=cohort)
    rows = mentorships.exclude(role=Mentorship.Role.STAND_IN).select_related("person")
    people = [row.person for row in rows.order_by("person__name", "pk") if row.person.is_active]
    return tuple(Counter(people).items())


def _worth_keeping(cohort: Cohort) -> QuestionQuerySet:
    """Return the questions that could be published and are not, whose answer helped or that were asked again."""
    ready = Question.objects.originals().filter(
        cohort=cohort,
        status=Question.Status.ANSWERED,
        visibility=Question.Visibility.COURSE,
        milestone__isnull=False,
        published_at=None,
    )
    helped = Answer.objects.filter(question=OuterRef("pk"), helped_at__isnull=False)
    return ready.with_ask_count().filter(Q(Exists(helped)) | Q(ask_count__gt=1)).order_by("pk")
