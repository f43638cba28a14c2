"""How soon a course says that something is answered: weekdays, breaks out; one clock for page, board and mail."""

from datetime import datetime, timedelta

from tests.term.model.facts import Term


def is_working(term: Term, at: datetime) -> bool:
    day = term.day(at)
    return day.weekday() < 5 and not term.in_break(day)


def deadline(term: Term, since: datetime, days: int) -> datetime:
    """The moment at which so many weekdays have passed, by the clock on the wall of the cohort."""
    local = since.astimezone(term.zone)
    if not is_working(term, since):
        # What is asked on a day off is asked when work goes on.
        local = local.replace(hour=0, minute=0, second=0, microsecond=0)
        while not is_working(term, local):
            local += timedelta(days=1)
    for _ in range(days):
        local += timedelta(days=1)
        while not is_working(term, local):
            local += timedelta(days=1)
    return local


def weekdays_late(term: Term, since: datetime, now: datetime, days: int) -> int | None:
    """Whole days after the deadline. "Weekends and breaks stop its clock"."""
    at, now = deadline(term, since, days), now.astimezone(term.zone)
    if now < at:
        return None
    passed = timedelta()
    while at < now:
        midnight = at.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
        passed += (min(midnight, now) - at) * is_working(term, at)
        at = midnight
    return passed // timedelta(days=1)
