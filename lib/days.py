from datetime import date


def day_label(day: date, today: date) -> str:
    """Example: "Tue 15 September". The year is added if it is not today's year."""
    label = f"{day:%a} {day.day} {day:%B}"
    return label if day.year == today.year else f"{label} {day.year}"


def long_day(day: date) -> str:
    """Example: "Tuesday 15 September"."""
    return f"{day:%A} {day.day} {day:%B}"


def full_day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def day_range_label(starts_on: date, ends_on: date, today: date) -> str:
    """Example: "Mon 21 to Fri 25 September". Months and years appear only where needed."""
    if starts_on == ends_on:
        return day_label(starts_on, today)
    if starts_on.year != ends_on.year:
        return (
            f"{starts_on:%a} {starts_on.day} {starts_on:%B %Y} to {ends_on:%a} {ends_on.day} {ends_on:%B %Y}"
        )
    start = f"{starts_on:%a} {starts_on.day}"
    if starts_on.month != ends_on.month:
        start = f"{start} {starts_on:%B}"
    return f"{start} to {day_label(ends_on, today)}"
