from decimal import Decimal

from tracker.standing import Standing, StudentFacts, hours_of


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


def attendance_label(came: int, met: int) -> str:
    """ "came to both meetings", "came to 2 of 3 meetings"; empty before the first."""
    if came == met:
        return {0: "", 1: "came to the meeting", 2: "came to both meetings"}.get(
            met, f"came to all {met} meetings"
        )
    return f"came to {came} of {met} meetings" if met > 1 else "missed the meeting"
