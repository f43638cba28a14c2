from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Exists, OuterRef, QuerySet, Subquery

from courses.models import Cohort
from groups.dashboards.invitations import InvitationState, invitation_state, last_invitation
from groups.models import Enrolment, Membership
from people.models import User

# People on a page.
_PAGE = 50


@dataclass(frozen=True, slots=True)
class EnrolledPerson:
    enrolment: Enrolment
    person: User
    group_id: int | None
    group_name: str
    invitation: InvitationState


@dataclass(frozen=True, slots=True)
class PeoplePage:
    page: Page[Enrolment]
    lines: tuple[EnrolledPerson, ...]


def people_page(cohort: Cohort, *, text: str, show: str, number: str, now: datetime) -> PeoplePage:
    """Return a page of a cohort's students. Two queries.

    Args:
        text: part of a name or address.
        show: "" for enrolled students (in a closed cohort: those of its last day), "without" for students without a
            group, "ended", or a group id.
        number: the page number from the URL.
    """
    page = Paginator(_matches(cohort, text, show, cohort.working_day(now)), _PAGE).get_page(number)
    return PeoplePage(page, tuple(_line(row, now) for row in page))


def _line(row: Any, now: datetime) -> EnrolledPerson:
    return EnrolledPerson(
        enrolment=row,
        person=row.person,
        group_id=row.group_id,
        group_name=row.group_name or "",
        invitation=invitation_state(row.person, row.invitation_rows, now),
    )


def _matches(cohort: Cohort, text: str, show: str, on: date) -> QuerySet[Enrolment]:
    stay = Membership.objects.not_ended(on).filter(enrolment=OuterRef("pk")).order_by("started_on")
    rows = cohort.enrolments.filter(ended_on__lte=on) if show == "ended" else cohort.enrolments.not_ended(on)
    if show == "without":
        rows = rows.filter(~Exists(stay))
    elif show.isdigit():
        rows = rows.filter(Exists(stay.filter(group=int(show))))
    if text:
        rows = rows.filter(person__in=User.objects.named_like(text))
    return (
        rows.select_related("person")
        .annotate(
            group_id=Subquery(stay.values("group_id")[:1]),
            group_name=Subquery(stay.values("group__name")[:1]),
            invitation_rows=last_invitation("person"),
        )
        .order_by("person__name", "pk")
    )
