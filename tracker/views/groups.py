from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe
from django_htmx.http import reswap, retarget

from courses.models import Cohort
from groups.access import GroupAccess, group_to_read, running_cohorts
from groups.relations import RelationKind, relations_of
from lib.ids import as_id
from lib.requests import HtmxRequest
from people.access import Audience, audience, signed_in
from tracker.dashboards.group_detail import group_detail_page
from tracker.dashboards.live import group_version, group_versions
from tracker.dashboards.my_groups import MentorDashboard, mentor_dashboard

_MOST_SEEN = 200


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
        running = running_cohorts(relations)
        # The board of the one cohort under way; one that is still to begin has nothing to see on it.
        cohorts = [cohort for cohort in running if cohort.starts_on <= cohort.today(relations.now)] or running
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
    return my_groups_page(request, timezone.now())


def my_groups_page(request: HtmxRequest, now: datetime) -> HttpResponse:
    """Answer with the mentor's page, or for htmx with the card that it swaps and the heading, which may be another."""
    dashboard = mentor_dashboard(mentor=signed_in(request), now=now, offers_known=True)
    swapped = as_id((request.htmx.target or "").removeprefix("group-")) if request.htmx else None
    if swapped and dashboard.card_of(swapped):
        return _changed_card(request, dashboard, swapped, "changed-card")
    context = {"dashboard": dashboard, "opened": as_id(request.GET.get("open", ""))}
    return render(request, "tracker/my_groups.html", context)


def _changed_card(request: HtmxRequest, dashboard: MentorDashboard, group_id: int, part: str) -> HttpResponse:
    context = {"dashboard": dashboard, "card": dashboard.card_of(group_id), "is_part": True}
    return render(request, f"tracker/my_groups.html#{part}", context)


@audience(Audience.PERSON)
@require_safe
def my_groups_live(request: HtmxRequest) -> HttpResponse:
    """The card of a group that has changed since it was seen, one an answer; 204 if none has.

    Who names the version of a group as it is knows already what 204 says, so that only a change asks who they are.
    """
    seen = {}
    for each in request.GET.getlist("seen")[:_MOST_SEEN]:
        group_id, _, version = each.partition("-")
        seen[as_id(group_id) or 0] = version
    versions = group_versions(seen)
    changed = [group_id for group_id, version in seen.items() if versions.get(group_id, "") != version]
    if not changed:
        return HttpResponse(status=204)
    now, user = timezone.now(), signed_in(request)
    relations = relations_of(user, now)
    mentored = next((group_id for group_id in changed if relations.mentors(group_id)), None)
    if mentored is None:
        return HttpResponse(status=204)
    dashboard = mentor_dashboard(mentor=user, now=now, offers_known=True)
    card = dashboard.card_of(mentored)
    if card is None:
        return HttpResponse(status=204)
    answer = _changed_card(request, dashboard, mentored, "live-card")
    return reswap(retarget(answer, card.anchor), "outerHTML")


@audience(Audience.STUDENT, Audience.MENTOR, Audience.COURSE_ADMIN)
@require_safe
def group_detail(request: HtmxRequest, group_id: int) -> HttpResponse:
    now = timezone.now()
    access = group_to_read(signed_in(request), group_id, now)
    is_part = request.htmx.target == "group"
    template = "tracker/group_detail.html#group" if is_part else "tracker/group_detail.html"
    return render(request, template, {**_shown_group(request, access, now), "is_part": is_part})


@audience(Audience.STUDENT, Audience.MENTOR, Audience.COURSE_ADMIN)
@require_safe
def group_dates(request: HtmxRequest, group_id: int) -> HttpResponse:
    """An address in mails of before: the page of a group says which date it is likely to miss."""
    return redirect(group_to_read(signed_in(request), group_id, timezone.now()).group)


@audience(Audience.STUDENT, Audience.MENTOR, Audience.COURSE_ADMIN)
@require_safe
def group_live(request: HtmxRequest, group_id: int) -> HttpResponse:
    """The part of the group's page that shows it, if it has changed since it was seen; 204 if not."""
    if request.GET.get("seen") == group_version(group_id):
        return HttpResponse(status=204)
    now = timezone.now()
    access = group_to_read(signed_in(request), group_id, now)
    return render(request, "tracker/group_detail.html#group", _shown_group(request, access, now))


def _shown_group(request: HtmxRequest, access: GroupAccess, now: datetime) -> dict[str, object]:
    return {
        "page": group_detail_page(access=access, person=signed_in(request), now=now),
        "group": access.group,
        "may_set_up": access.is_course_admin,
        "here": reverse("tracker:group-detail", args=[access.group.pk]),
    }


def wants_card(request: HtmxRequest, group_id: int) -> bool:
    return bool(request.htmx) and request.htmx.target == f"group-{group_id}"
