from collections.abc import Iterable
from decimal import Decimal

from lib.text import counted, joined
from tracker.standing import Attendance, Standing, StudentFacts, hours_of


def hours_label(hours: Decimal) -> str:
    """ "2.5", "10": without trailing zeros."""
    return f"{hours.normalize():f}"


def hours_so_far(facts: StudentFacts, standing: Standing) -> str:
    """ "1.5 of 3 hours": what was spent, and what is planned until now."""
    spent = sum((mark.hours for mark in facts.marks.values() if mark.hours is not None), Decimal(0))
    planned = hours_of(standing.work.due)
    return (
        f"{hours_label(spent)} of {hours_label(planned)} hours" if planned else f"{hours_label(spent)} hours"
    )


def attendance_label(entries: Iterable[tuple[str, str]]) -> str:
    """ "came to both meetings", "came to 2 of 3 meetings and was excused from another"; empty before the first.

    Args:
        entries: those that count, each with its attendance and its group, which is named if there are several.
    """
    said = list(entries)
    groups = list(dict.fromkeys(group for _, group in said))
    of = f" of {joined(groups)}" if len(groups) > 1 else ""
    came = sum(attendance == Attendance.PRESENT for attendance, _ in said)
    excused = sum(attendance == Attendance.EXCUSED for attendance, _ in said)
    met = len(said) - excused
    if not met:
        return f"excused from {counted(excused, 'meeting')}{of}" if excused else ""
    if came == met:
        all_of = {1: "the meeting", 2: "both meetings"}.get(met, f"all {met} meetings")
        label = f"came to {all_of}{of}"
    else:
        label = f"came to {came} of {met} meetings{of}" if met > 1 else f"missed the meeting{of}"
    another = "another" if excused == 1 else f"{excused} others"
    return f"{label} and was excused from {another}" if excused else label
