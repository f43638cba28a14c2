from collections.abc import Sequence

from courses.models import CourseSection, Material, Milestone


def put_in_order[Row: (CourseSection, Milestone, Material)](rows: Sequence[Row]) -> list[Row]:
    """Number rows from 1 on in this order, and return those that move. Their course or milestone is locked.

    Positions may be unique, so rows that move first go behind all others.
    """
    moving = [(row, n) for n, row in enumerate(rows, start=1) if row.position != n]
    behind = max((row.position for row in rows), default=0) + len(rows)
    moved = [row for row, _ in moving]
    for ahead in (behind, 0) if moving else ():
        for row, n in moving:
            row.position = ahead + n
        type(rows[0])._default_manager.bulk_update(moved, ["position"])
    return moved
