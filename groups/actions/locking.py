"""Lock rows in the one order of ARCHITECTURE.md: groups before enrolments, each by their id.

Whoever changes both names both here before reading them. New rows may still refer to a locked one.
"""

from collections.abc import Collection
from itertools import batched

from groups.models import Enrolment, Group

_IN_A_QUERY = 1_000


def locked_groups(ids: Collection[int]) -> dict[int, Group]:
    """Return the groups by their id, with cohort and course."""
    rows = Group.objects.select_for_update(of=("self",), no_key=True).select_related("cohort__course")
    return {
        row.pk: row
        for batch in batched(sorted(ids), _IN_A_QUERY)
        for row in rows.filter(pk__in=batch).order_by("pk")
    }


def locked_enrolments(ids: Collection[int]) -> dict[int, Enrolment]:
    """Return the enrolments by their id, with person, cohort and course."""
    rows = Enrolment.objects.select_for_update(of=("self",), no_key=True)
    return {
        row.pk: row
        for batch in batched(sorted(ids), _IN_A_QUERY)
        for row in rows.filter(pk__in=batch).select_related("person", "cohort__course").order_by("pk")
    }
