from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from courses.models import Cohort
from groups.access import group_to_read, running_cohorts
from groups.models import Group
from groups.relations import RelationKind, relations_of
from lib.requests import HtmxRequest
from people.access import Audience, audience, signed_in
from tracker.dashboards.group_detail import group_detail_page
from tracker.dashboards.my_groups import mentor_dashboard, mentor_group_card


@audience(Audience.PERSON)
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Redirect to the page of the person's role: mentor first, then student, then course admin, then operator.

    People who took part see what they took part in; only people without any of these have nothing to see yet.
    """
    user = signed_in(request)
    relations = relations_of(user, timezone.now())
    if relations.open(RelationKind.MENTORS):
        return redirect("tracker:my-groups")
    if relations.open(RelationKind.STUDIES):
        return redirect("tracker:my-week")
    if relations.open(RelationKind.ADMINISTERS):
        cohorts = running_cohorts(relations)
        return (
            redirect("tracker:board", cohorts[0].pk) if len(cohorts) == 1 else redirect("groups:course-list")
        )
    if user.is_staff:
        return redirect("groups:course-list")
    if user.enrolments.filter(cohort__in=Cohort.objects.current()).exists():
        return redirect("tracker:my-week")
    if any(row.kind is RelationKind.MENTORS for row in relations):
        return redirect("tracker:my-groups")
    return render(request, "tracker/home.html")


@audience(Audience.PERSON)
@require_safe
def my_groups(request: HtmxRequest) -> HttpResponse:
    dashboard = mentor_dashboard(mentor=signed_in(request), now=timezone.now())
    return render(request, "tracker/my_groups.html", {"dashboard": dashboard})


@audience(Audience.STUDENT, Audience.MENTOR, Audience.COURSE_ADMIN)
@require_safe
def group_detail(request: HtmxRequest, group_id: int) -> HttpResponse:
    now = timezone.now()
    user = signed_in(request)
    access = group_to_read(user, group_id, now)
    context = {
        "page": group_detail_page(access=access, person=user, now=now),
        "group": access.group,
        "may_set_up": access.is_course_admin,
        "here": reverse("tracker:group-detail", args=[group_id]),
        "is_part": request.htmx.target == "group",
    }
    template = "tracker/group_detail.html#group" if context["is_part"] else "tracker/group_detail.html"
    return render(request, template, context)


def wants_card(request: HtmxRequest, group_id: int) -> bool:
    return bool(request.htmx) and request.htmx.target == f"group-{group_id}"


def answer_card(request: HtmxRequest, group: Group, now: datetime) -> HttpResponse:
    card = mentor_group_card(group=group, mentor=signed_in(request), now=now)
    return render(request, "tracker/my_groups.html#changed-card", {"card": card})
