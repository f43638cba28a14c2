"""Asks by students, where there are enough of them."""

# With fewer students a rate describes them rather than the material, and may single one out.
FEWEST_STUDENTS = 5


def rate(asks: int, students: int, by: int | None = None) -> float | None:
    """Asks by students, or by what `by` counts of them, such as their weeks; None with too few students."""
    base = students if by is None else by
    return asks / base if students >= FEWEST_STUDENTS and base else None


def rate_label(value: float | None, students: int) -> str:
    """Return e.g. "1.4", "0.05", "too few students (3)", "nobody yet"."""
    if value is None:
        return f"too few students ({students})" if students else "nobody yet"
    return f"{value:.2f}" if 0 < value < 0.1 else f"{value:.1f}"
