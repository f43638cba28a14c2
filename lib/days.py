"""Days, weeks and moments in words."""

from datetime import date, datetime, tzinfo

from lib.text import counted
from lib.weeks import Week, today_in

_NEAR = {-1: "yesterday", 0: "today", 1: "tomorrow"}


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


def days_ago(days: int) -> str:
    """Return "today", "yesterday" or "8 days ago"; a day in the future, if clocks differ, counts as today."""
    return f"{days} days ago" if days > 1 else _NEAR[-max(days, 0)]


def age_label(since: datetime, now: datetime, time_zone: str) -> str:
    """Return "today", "1 day" or "8 days": days of the calendar in that time zone, whatever the hour."""
    days = (today_in(time_zone, now) - today_in(time_zone, since)).days
    return counted(days, "day") if days > 0 else _NEAR[0]


def relative_day(day: date, today: date) -> str:
    """Say the day as seen from today.

    Today, tomorrow, yesterday; a weekday up to 6 days ahead ("Monday"); up to 14 days back how many ("5 days ago");
    else the date ("7 Dec"), with its year where that is not today's.
    """
    ahead = (day - today).days
    if ahead in _NEAR:
        return _NEAR[ahead]
    if 0 < ahead <= 6:
        return f"{day:%A}"
    if -14 <= ahead < 0:
        return days_ago(-ahead)
    date_of_year = f"{day.day} {day:%b}"
    return date_of_year if day.year == today.year else f"{date_of_year} {day.year}"


def on_day(day: date, today: date) -> str:
    """As `relative_day`, within a sentence: "tomorrow", "on Friday", "on 7 Dec", "5 days ago"."""
    label = relative_day(day, today)
    return label if label in _NEAR.values() or label.endswith(" ago") else f"on {label}"


def near_day(day: date, today: date) -> str:
    """As `relative_day`, for what is read later, too: "today", "yesterday", "tomorrow", else "Tue 17 November"."""
    return _NEAR.get((day - today).days) or day_label(day, today)


def day_of_week(day: date, today: date) -> str:
    """Say a day below the heading of its week: "today", "yesterday", else "Tuesday"."""
    ago = (today - day).days
    return days_ago(ago) if ago in (0, 1) else f"{day:%A}"


def moment_label(at: datetime, now: datetime, zone: tzinfo) -> str:
    """Examples: "today at 12:04", "Tue 17 November at 12:04"."""
    local = at.astimezone(zone)
    return f"{near_day(local.date(), now.astimezone(zone).date())} at {local:%H:%M}"


def relative_week(week: Week, today: date) -> str:
    """Return "This week", "Last week", "2 weeks ago"; before that, its days."""
    ago = (Week.of(today).starts_on - week.starts_on).days // 7
    if 0 <= ago <= 2:
        return ("This week", "Last week", "2 weeks ago")[ago]
    needs_year = week.starts_on.year == week.ends_on.year != today.year
    return f"{week.label} {week.ends_on.year}" if needs_year else week.label


def week_of_run(number: int | None, count: int | None) -> str:
    """Example: "week 3 of 4"; empty before the first week, in a break and after the last week."""
    return f"week {number} of {count}" if number and count and number <= count else ""
