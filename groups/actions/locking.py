"""Lock rows in the one order of ARCHITECTURE.md: groups before enrolments, each by their id.

An action that changes both names both here before reading them. New rows may still refer to a locked one.
"""

from collections.abc import Collection
from datetime import datetime
from itertools import batched

from django.http import Http404

from courses.models import Cohort
from groups.access import refuse_if_closed
from groups.models import Enrolment, Group
from people.models import User

_IN_A_QUERY = 1_000


def locked_open_cohort(cohort: Cohort, *, by: User | None, at: datetime) -> Cohort:
    """Return the cohort as it is now. Nobody closes it before the end of the transaction. 403 if it is closed."""
    rows = Cohort.objects.select_for_update(of=("self",), no_key=True).select_related("course")
    cohort = rows.get(pk=cohort.pk)
    refuse_if_closed(by, cohort, at)
    return cohort


def locked_groups(ids: Collection[int]) -> dict[int, Group]:
    """Return the groups by their id, with cohort and course as they are once the groups are locked.

    Closing a cohort locks its groups. Joined to a group that had to be waited for, it would be as it was before.
    """
    rows = Group.objects.select_for_update(no_key=True)
    groups = {
        row.pk: row
        for batch in batched(sorted(ids), _IN_A_QUERY)
        for row in rows.filter(pk__in=batch).order_by("pk")
    }
    cohorts = Cohort.objects.select_related("course").in_bulk({row.cohort_id for row in groups.values()})
    for row in groups.values():
        row.cohort = cohorts[row.cohort_id]
    return groups


def locked_groups_of_open_cohorts(ids: Collection[int], *, by: User | None, at: datetime) -> dict[int, Group]:
    """Return what `locked_groups` does. 403 if a cohort of them is closed, 404 if one was deleted by now."""
    groups = locked_groups(ids)
    if len(groups) < len(set(ids)):
        raise Http404
    for cohort in {row.cohort for row in groups.values()}:
        refuse_if_closed(by, cohort, at)
    return groups


def locked_enrolments(ids: Collection[int]) -> dict[int, Enrolment]:
    """Return the enrolments by their id, with person, cohort and course."""
    rows = Enrolment.objects.select_for_update(of=("self",), no_key=True)
    return {
        row.pk: row
        for batch in batched(sorted(ids), _IN_A_QUERY)
        for row in rows.filter(pk__in=batch).select_related("person", "cohort__course").order_by("pk")
    }
