# With fewer students a rate describes them and not the material, and may identify one of them.
FEWEST_STUDENTS = 5


def rate(asks: int, students: int, by: int | None = None) -> float | None:
    """Asks per student, or per unit of `by` such as student-weeks. None with too few students."""
    base = students if by is None else by
    return asks / base if students >= FEWEST_STUDENTS and base else None


def rate_label(value: float | None, students: int, undated: int = 0) -> str:
    """Return e.g. "1.4", "0.05", "too few students (3)", "no dates", "no dates for 7 of 9", "nobody yet".

    Args:
        undated: students of whom nobody knows when they were there.
    """
    if value is None:
        if undated:
            return f"no dates for {undated} of {undated + students}" if students else "no dates"
        return f"too few students ({students})" if students else "nobody yet"
    return f"{value:.2f}" if 0 < value < 0.1 else f"{value:.1f}"


def left_out_label(undated: int, undated_asks: int, others: int) -> str:
    """Return e.g. "5 students without dates asked 12 times: not counted here", "" if nobody is left out.

    Args:
        undated: students of whom nobody knows when they were there.
        others: the asks of others, who were not there then, or of whom nobody knows who they were.
    """
    named = []
    if undated or undated_asks:
        students = "1 student" if undated == 1 else f"{undated:,} students"
        named.append(f"{students} without dates asked {_times(undated_asks)}")
    if others:
        named.append(f"others asked {_times(others)}")
    return f"{', '.join(named)}: not counted here" if named else ""


def _times(count: int) -> str:
    return {0: "nothing", 1: "once"}.get(count, f"{count:,} times")
