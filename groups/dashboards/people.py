from datetime import datetime
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Exists, F, OuterRef, Prefetch, QuerySet, Subquery
from django.db.models.expressions import OrderBy

from courses.models import Cohort
from groups.dashboards.invitations import InvitationState, invitation_state, with_invitations
from groups.models import Enrolment, Group, Membership
from people.models import User

# People on a page.
_PAGE = 50


def people_page(
    cohort: Cohort, *, text: str, show: str, group: Group | None, sort: str, number: str | None, now: datetime
) -> tuple[Page[Enrolment], list[tuple[Enrolment, InvitationState]]]:
    """Return a page of a cohort's students, with `stays` that have not ended, and how each is invited.

    Args:
        text: part of a name or address.
        show: "" for enrolled students (in a closed cohort: those of its last day), "without" for students without a
            group, "not-invited", "invited" for who has not accepted, "not-signed-in" for both, "ended".
        group: only students of this group.
        sort: "" by name, "group" by group, those without one first, "newest" for who joined last.
        number: the page number from the URL.
    """
    on = cohort.working_day(now)
    stays = Membership.objects.not_ended(on).select_related("group").order_by("started_on", "pk")
    people = (
        matching(cohort, text=text, show=show, group=group, now=now)
        .select_related("person")
        .prefetch_related(
            Prefetch("memberships", queryset=stays, to_attr="stays"), with_invitations("person__invitations")
        )
    )
    order: list[str | OrderBy] = ["person__name", "pk"]
    if sort == "newest":
        order = ["-started_on", *order]
    elif sort == "group":
        first = Subquery(stays.filter(enrolment=OuterRef("pk")).values("group__sort_key")[:1])
        people = people.annotate(group_key=first)
        order = [F("group_key").asc(nulls_first=True), *order]
    # The type of what is prefetched is only known within.
    page: Page[Any] = Paginator(people.order_by(*order), _PAGE).get_page(number)
    return page, [(row, invitation_state(row.person, now)) for row in page]


def matching(
    cohort: Cohort, *, text: str, show: str, group: Group | None, now: datetime
) -> QuerySet[Enrolment]:
    """Return the enrolments that a search finds: see `people_page`."""
    on = cohort.working_day(now)
    stay = Membership.objects.not_ended(on).filter(enrolment=OuterRef("pk"))
    rows = cohort.enrolments.filter(ended_on__lte=on) if show == "ended" else cohort.enrolments.not_ended(on)
    if show == "without":
        rows = rows.filter(~Exists(stay))
    elif show == "not-invited":
        rows = rows.filter(person__in=User.objects.not_invited(now))
    elif show == "invited":
        rows = rows.filter(person__in=User.objects.invited(now))
    elif show == "not-signed-in":
        rows = rows.filter(person__in=User.objects.never_signed_in())
    if group is not None:
        rows = rows.filter(Exists(stay.filter(group=group)))
    return rows.filter(person__in=User.objects.named_like(text)) if text else rows
