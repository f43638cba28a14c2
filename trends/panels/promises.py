"""Whether the course's promises were kept: how soon questions, cries for help and code reviews were answered."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from courses.models import Pause
from courses.promises import promise_label, waited
from groups.models import Membership
from groups.relations import RelationKind
from lib.weeks import Period, monday_of
from questions.models import Ask, Question
from tracker.models import CodeReview, Progress
from trends.counts import TrendCounts
from trends.counts.view import TrendView
from trends.counts.waits import asked_within
from trends.panels.panel import CsvRow, Panel, rounded

# Of very many, the latest are counted, so that the panel takes no longer.
_MOST = 20_000
_DELETED = "-"


@dataclass(frozen=True, slots=True)
class KeptPromise:
    """`count` are those answered, and those that wait for longer than promised.

    `waiting` may still be answered in time.
    """

    what: str
    days: int
    kept: int
    count: int
    waiting: int

    @property
    def promise(self) -> str:
        return promise_label(self.days)

    @property
    def share(self) -> float | None:
        return self.kept / self.count if self.count else None

    @property
    def share_label(self) -> str:
        return "–" if self.share is None else f"{self.share:.0%}"


@dataclass(frozen=True, slots=True)
class KeptPromises:
    promises: tuple[KeptPromise, ...]
    is_of_latest: bool


# A cohort, since when somebody waits, and until when; None: still.
type _Waits = list[tuple[int, datetime, datetime | None]]
# The same, after the two fields that tell apart what waits.
type _Wait = tuple[tuple[int, ...], int, datetime, datetime | None]


def kept_promises(counts: TrendCounts) -> KeptPromises:
    """Cries for help and reviews have no material and no category: they are left out where the view asks for one."""
    view, course = counts.view, counts.view.course
    pauses: dict[int, list[Period]] = {cohort: [] for cohort in view.zones}
    for pause in Pause.objects.filter(cohort__in=view.zones):
        pauses[pause.cohort_id].append(pause.period)
    of_all = [("Questions", course.question_days, _questions(view))]
    if view.filters.material is None and not view.filters.category:
        of_all += [
            ("Cries for help", course.help_days, _in_span(view, _cries(counts))),
            ("Code reviews", course.review_days, _in_span(view, _reviews(view))),
        ]
    return KeptPromises(
        promises=tuple(_kept(view, pauses, what, days, waits) for what, days, waits in of_all),
        is_of_latest=any(len(waits) >= _MOST for _, _, waits in of_all),
    )


def _kept(
    view: TrendView, pauses: dict[int, list[Period]], what: str, days: int, waits: _Waits
) -> KeptPromise:
    kept = broken = waiting = 0
    for cohort, since, until in waits:
        took = waited(since, until or view.now, time_zone=view.zones[cohort], pauses=pauses[cohort])
        if took > timedelta(days=days):
            broken += 1
        elif until:
            kept += 1
        else:
            waiting += 1
    return KeptPromise(what, days, kept, kept + broken, waiting)


def _questions(view: TrendView) -> _Waits:
    zones = {run.cohort_id: view.zones[run.cohort_id] for run in view.chosen}
    asked = view.questions().filter(asked_within(view.span, zones), is_undated=False, is_answer_undated=False)
    answered = asked.exclude(status=Question.Status.ANSWERED, first_answered_at__isnull=True)
    return list(
        answered.order_by("-asked_at", "-pk").values_list("cohort", "asked_at", "first_answered_at")[:_MOST]
    )


def _cries(counts: TrendCounts) -> _Waits:
    """From the moment on which help was needed until it was answered, or the state was another one."""
    view, days = counts.view, counts.group_days
    changes = Progress.history.filter(enrolment__cohort__in=view.zones, state_since__isnull=False)
    groups = _groups(view)
    if groups is not None:
        members = Membership.objects.filter(group__in=groups)
        changes = changes.filter(enrolment__in=members.values("enrolment"))
    needed = changes.filter(state=Progress.State.NEED_HELP)
    changes = _about(view, changes.filter(id__in=needed.values("id")))
    cries = _waits(changes, ("enrolment", "milestone", "enrolment__cohort"), Progress.State.NEED_HELP)
    if groups is not None and days is not None:
        # Of a student who moved, each cry counts for the group in which it came.
        cries = [cry for cry in cries if days.on(cry[0][0], _day(view, cry[1], cry[2])) in groups]
    answers: dict[tuple[int, ...], list[datetime | None]] = defaultdict(list)
    answered = Ask.objects.filter(enrolment__cohort__in=view.zones, question__first_answered_at__isnull=False)
    for enrolment, milestone, at in answered.order_by("-pk").values_list(
        "enrolment", "question__milestone", "question__first_answered_at"
    )[:_MOST]:
        answers[enrolment, milestone].append(at)
    return [
        (cohort, since, min((at for at in (until, *answers[own]) if at and at >= since), default=None))
        for own, cohort, since, until in cries
    ]


def _reviews(view: TrendView) -> _Waits:
    """From handing in until the reviewer has answered; what is handed in again is another one."""
    changes = CodeReview.history.filter(group__cohort__in=view.zones)
    groups = _groups(view)
    if groups is not None:
        changes = changes.filter(group__in=groups)
    reviews = _waits(_about(view, changes), ("id", "milestone", "group__cohort"), CodeReview.State.REQUESTED)
    return [(cohort, since, until) for _, cohort, since, until in reviews]


def _groups(view: TrendView) -> frozenset[int] | None:
    """Who mentored a group, and does no longer, does not learn what became of it since."""
    if view.groups is None or view.access.is_course_admin:
        return view.groups
    led = {row.group_id for row in view.access.reader.relations.open(RelationKind.MENTORS)}
    return view.groups & led


def _about(view: TrendView, changes: QuerySet[Any]) -> QuerySet[Any]:
    milestone = view.filters.milestone
    return changes if milestone is None else changes.filter(milestone=milestone)


def _waits(changes: QuerySet[Any], names: tuple[str, str, str], state: str) -> list[_Wait]:
    """Read the history of each row: it waits from when it comes into the state until it leaves it.

    Args:
        names: the two fields that tell the rows apart, and the one of the cohort.
    """
    rows = changes.order_by(f"-{names[0]}", names[1], "history_date", "history_id")
    found: list[_Wait] = []
    kept = rows.values_list(*names, "history_date", "state", "history_type")[: 4 * _MOST]
    for (*own, cohort), changes_of_one in groupby(kept, key=lambda row: row[:3]):
        waits = _waits_of_one((row[3:] for row in changes_of_one), state)
        found += [(tuple(own), cohort, since, until) for since, until in waits]
    return found[:_MOST]


def _waits_of_one(
    changes: Iterable[tuple[datetime, str, str]], state: str
) -> Iterator[tuple[datetime, datetime | None]]:
    since: datetime | None = None
    for at, state_then, kind in changes:
        if kind == _DELETED:
            since = None
        elif state_then == state:
            since = since or at
        elif since:
            yield since, at
            since = None
    if since:
        yield since, None


def _in_span(view: TrendView, waits: _Waits) -> _Waits:
    chosen = {run.cohort_id for run in view.chosen}

    return [
        (cohort, since, until)
        for cohort, since, until in waits
        if cohort in chosen and view.span.holds(monday_of(_day(view, cohort, since)))
    ]


def _day(view: TrendView, cohort: int, moment: datetime) -> date:
    return moment.astimezone(ZoneInfo(view.zones[cohort])).date()


def _finding(counts: TrendCounts) -> str:
    course = counts.view.course
    return (
        f"Promised: questions within {promise_label(course.question_days)}, cries for help within"
        f" {promise_label(course.help_days)}, code reviews within {promise_label(course.review_days)}."
    )


def _csv_rows(counts: TrendCounts) -> Iterator[CsvRow]:
    for each in kept_promises(counts).promises:
        yield each.what, each.days, each.kept, each.count, rounded(each.share), each.waiting


PANEL = Panel(
    name="promises",
    position=11,
    title="Promises kept",
    template="trends/_trends_promises.html",
    finding=_finding,
    content=kept_promises,
    csv_columns=("What", "Promised within (weekdays)", "Kept", "Of", "Share", "Not answered, but not over"),
    csv_rows=_csv_rows,
)
