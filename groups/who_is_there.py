"""Who mentors a group on a day, and why nobody does: who is away is not there, though their mentorship is open."""

from collections.abc import Iterable
from datetime import date

from groups.models import Mentorship
from lib.days import relative_day
from lib.text import joined


def absence_on(mentorships: Iterable[Mentorship], day: date, today: date) -> str:
    """Say why none of a group's mentors is there on a day; empty where one is.

    "Marta is away until Friday; no stand-in yet", "Marta and Rita are away; no stand-in yet", "no mentor yet".
    """
    own = [row for row in mentorships if row.is_open(day)]
    if any(row.is_there(day) for row in own):
        return ""
    if not own:
        return "no mentor yet"
    away = f"{joined(row.person.get_short_name() for row in own)} {'is' if len(own) == 1 else 'are'} away"
    if len(own) == 1:
        until = max(each.ends_on for each in own[0].away.all() if each.period.contains(day))
        away += " today" if until == today else f" until {relative_day(until, today)}"
    return f"{away}; no stand-in yet"


def stand_in_on(mentorships: Iterable[Mentorship], day: date) -> str:
    """Say who stands in for whom on a day: "Tomás stands in for Marta"; empty where a mentor is there, or nobody."""
    own = [row for row in mentorships if row.is_open(day)]
    there = [row for row in own if row.is_there(day)]
    away = [row for row in own if row not in there]
    if not away or not there or any(row.role != Mentorship.Role.STAND_IN for row in there):
        return ""
    names, of = (joined(row.person.get_short_name() for row in rows) for rows in (there, away))
    return f"{names} {'stands' if len(there) == 1 else 'stand'} in for {of}"
