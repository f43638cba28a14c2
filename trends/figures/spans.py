from dataclasses import dataclass
from datetime import date, timedelta

from lib.weeks import monday_of

_WEEK = timedelta(weeks=1)


@dataclass(frozen=True, slots=True)
class Span:
    """Whole weeks. `first` and `last` are the Mondays of the first and last week. None leaves that end open."""

    first: date | None = None
    last: date | None = None

    @classmethod
    def of_days(cls, since: date | None, until: date | None) -> "Span":
        return cls(monday_of(since) if since else None, monday_of(until) if until else None)

    def holds(self, monday: date | None) -> bool:
        """Whether that week is in it. An unknown one (None) is only if both ends are open."""
        if monday is None:
            return self == Span()
        return (self.first is None or self.first <= monday) and (self.last is None or monday <= self.last)

    @property
    def ends_before(self) -> date | None:
        return self.last + _WEEK if self.last else None


def mondays(first: date, last: date) -> list[date]:
    return [first + n * _WEEK for n in range((last - first).days // 7 + 1)]
