from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from statistics import median

from courses.models import Cohort
from courses.promises import Wait, waited
from tracker.models import CodeReview

# Of very many, the latest are counted, so that the board takes no longer.
_MOST = 4_000


@dataclass(frozen=True, slots=True)
class ReviewTime:
    """How long something takes, in the middle of `count` reviews, on the clock of the course's promise."""

    what: str
    count: int
    label: str


def review_times(cohort: Cohort) -> list[ReviewTime]:
    """From handing in to the first answer, and to approval. One query; the pauses of the cohort have been fetched."""
    pauses = [pause.period for pause in cohort.pauses.all()]
    rows = CodeReview.history.filter(group__cohort=cohort).order_by("-id", "history_date", "history_id")
    first: list[timedelta] = []
    approved: list[timedelta] = []
    for _, changes in groupby(
        rows.values_list("id", "state", "history_date")[:_MOST], key=lambda row: row[0]
    ):
        states = [(state, at) for _, state, at in changes]
        begun = states[0][1]
        for found, wanted in (
            (first, {CodeReview.State.CHANGES_ASKED, CodeReview.State.APPROVED}),
            (approved, {CodeReview.State.APPROVED}),
        ):
            at = _first(states, wanted)
            if at is not None:
                found.append(waited(begun, at, time_zone=cohort.time_zone, pauses=pauses))
    named = (("first answer", first), ("approval", approved))
    return [ReviewTime(what, len(took), Wait(_middle(took)).age) for what, took in named if took]


def _middle(took: Iterable[timedelta]) -> timedelta:
    return timedelta(seconds=median(each.total_seconds() for each in took))


def _first(states: Iterable[tuple[str, datetime]], wanted: set[CodeReview.State]) -> datetime | None:
    return next((at for state, at in states if state in wanted), None)
