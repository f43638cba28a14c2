from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe
from django_htmx.http import HttpResponseClientRefresh, reswap, retarget

from groups.access import GroupAccess, group_to_read, running_cohorts
from groups.relations import RelationKind, relations_of
from lib.ids import as_id
from lib.requests import HtmxRequest
from people.access import Audience, audience, signed_in
from tracker.dashboards.grid import columns_from
from tracker.dashboards.group_detail import group_detail_page
from tracker.dashboards.group_overviews import group_overview
from tracker.dashboards.live import group_version, group_versions
from tracker.dashboards.my_groups import MentorDashboard, mentor_dashboard, shown_groups
from tracker.dashboards.my_groups.card import shown_steps
from tracker.dashboards.panels import group_panel, student_panel
from tracker.models import AgreedStep
from tracker.standing import AttentionReader
from tracker.views.everybody import row_in_everybody
from tracker.views.weeks import until_it_begins

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
        # One that is still to begin has nothing to see on its board.
        begun = [cohort for cohort in running if cohort.starts_on <= cohort.today(relations.now)]
        shown = begun[-1:] or running[:1]
        return redirect("tracker:board", shown[0].pk) if shown else redirect("groups:course-list")
    if user.is_staff:
        return redirect("groups:course-list")
    if user.enrolments.exists():
        return redirect("tracker:my-week")
    if any(row.kind is RelationKind.MENTORS for row in relations):
        return redirect("tracker:my-groups")
    return render(request, "tracker/home.html")


@audience(Audience.PERSON)
@require_safe
def my_groups(request: HtmxRequest) -> HttpResponse:
    now, user = timezone.now(), signed_in(request)
    dashboard = mentor_dashboard(mentor=user, now=now, unfolded=as_id(request.GET.get("unfold", "")))
    context = {"dashboard": dashboard, **_opened(request, dashboard)}
    return render(request, "tracker/my_groups.html", context)


def _opened(request: HtmxRequest, dashboard: MentorDashboard) -> dict[str, object]:
    """The panel of the group or student that the address opens in place; of groups on their first day, the open one."""
    opened, student = as_id(request.GET.get("group", "")), as_id(request.GET.get("student", ""))
    with_steps = [card.group.pk for card in dashboard.first_cards if card.steps_left]
    open_door = opened if opened in with_steps else next(iter(with_steps), None)
    if opened and (card := dashboard.card_of(opened)) and not card.asks_first:
        return {"open_door": open_door, "group_panel": group_panel(card.overview, card.status)}
    if student and (card := dashboard.card_with(student)) and (row := card.sheet.row_of(student)):
        # Before their first day there is nothing in it, and it is not for mentors.
        if row.member.membership.started_on <= card.overview.today:
            panel = student_panel(signed_in(request), row.member, card.overview)
            return {"open_door": open_door, "student_panel": panel}
    return {"open_door": open_door}


def changed_row(
    request: HtmxRequest, access: GroupAccess, enrolment_id: int | None, now: datetime
) -> HttpResponse:
    """Answer a mark with the row of the student, the line of a group in which all is well, and what was said.

    The columns are those that the form sent: no other group is asked for them.
    """
    is_everybody = access.is_course_admin and bool(request.POST.get("everybody"))
    reader = AttentionReader.COURSE_ADMIN if is_everybody else AttentionReader.MENTOR
    overview = group_overview(access.group, now=now, reader=reader if access.sees_attention else None)
    columns = columns_from(request.POST.get("columns", ""), overview.plan)
    steps = AgreedStep.objects.filter(enrolment=enrolment_id or 0).exclude(state=AgreedStep.State.DROPPED)
    sheet = overview.sheet_of(columns, shown_steps(steps.order_by("agreed_at", "pk"), overview))
    row = sheet.row_of(enrolment_id or 0)
    context = {
        "overview": overview,
        "sheet": sheet,
        "row": row,
        "calm": request.POST.get("calm"),
        "card": {"sheet": sheet, "group": access.group, "calm_label": row.member.words.text if row else ""},
        "markable": "all",
        "leads": True,
        "next": f"{reverse('tracker:my-groups')}#group-{access.group.pk}",
        "target": f"#group-{access.group.pk}",
        **(row_in_everybody(request, access.group) if is_everybody else {}),
    }
    answer = render(request, "tracker/_changed_row.html", context)
    return reswap(retarget(answer, f"#row-{enrolment_id}"), "outerHTML" if row else "none")


@audience(Audience.PERSON)
@require_safe
def my_groups_live(request: HtmxRequest) -> HttpResponse:
    """The card of a group that has changed since it was seen, one an answer, and what waits; 204 if none has.

    A request with a group's present version knows already what 204 says, so that only a change asks who they are.
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
    dashboard = mentor_dashboard(mentor=user, now=now, unfolded=as_id(request.GET.get("unfold", "")))
    card = dashboard.card_of(mentored)
    if card is None:
        return HttpResponse(status=204)
    # A group whose first day is over moves into the sheet, or back.
    if (str(mentored) in request.GET.getlist("door")) is not card.asks_first:
        return HttpResponseClientRefresh()
    context = {"dashboard": dashboard, "card": card, "is_part": True, **_opened(request, dashboard)}
    answer = render(request, "tracker/my_groups.html#live-card", context)
    return reswap(retarget(answer, card.anchor), "outerHTML")


@audience(Audience.STUDENT, Audience.MENTOR, Audience.COURSE_ADMIN)
@require_safe
def group_detail(request: HtmxRequest, group_id: int) -> HttpResponse:
    """The group for course admins and those who left it; mentors are led to it on their sheet, students in my week."""
    now = timezone.now()
    user = signed_in(request)
    if answer := until_it_begins(request, group_id, now):
        return answer
    access = group_to_read(user, group_id, now)
    if access.mentors and not access.is_course_admin and group_id in shown_groups(user, now):
        # With the student who is open in it.
        opened = request.GET.dict() if request.GET.get("student") else {"group": group_id}
        return redirect(reverse("tracker:my-groups", query=opened, fragment=f"group-{group_id}"))
    if access.studies and not access.may_lead:
        unfolded = {"unfold": "on"} if request.GET.get("unfold") else None
        return redirect(reverse("tracker:week", args=[group_id], query=unfolded))
    is_part = request.htmx.target == "group"
    template = "tracker/group_detail.html#group" if is_part else "tracker/group_detail.html"
    return render(request, template, {**_shown_group(request, access, now), "is_part": is_part})


@audience(Audience.STUDENT, Audience.MENTOR, Audience.COURSE_ADMIN)
@require_safe
def group_dates(request: HtmxRequest, group_id: int) -> HttpResponse:
    """An address in mails of before, which leads to the group."""
    return redirect(group_to_read(signed_in(request), group_id, timezone.now()).group)


@audience(Audience.STUDENT, Audience.MENTOR, Audience.COURSE_ADMIN)
@require_safe
def group_live(request: HtmxRequest, group_id: int) -> HttpResponse:
    """The part of the group's page that shows it, if it has changed since who leads it saw it; 204 if not."""
    if request.GET.get("seen") == group_version(group_id):
        return HttpResponse(status=204)
    now = timezone.now()
    access = group_to_read(signed_in(request), group_id, now)
    if not access.may_lead:
        return HttpResponse(status=204)
    return render(request, "tracker/group_detail.html#group", _shown_group(request, access, now))


def _shown_group(request: HtmxRequest, access: GroupAccess, now: datetime) -> dict[str, object]:
    return {
        "page": group_detail_page(
            access=access,
            person=signed_in(request),
            now=now,
            is_unfolded=bool(request.GET.get("unfold")),
            student=as_id(request.GET.get("student", "")),
        ),
        "group": access.group,
        "may_set_up": access.is_course_admin,
        "takes_part": access.mentors is not None,
        "here": reverse("tracker:group-detail", args=[access.group.pk]),
    }


def wants_card(request: HtmxRequest, group_id: int) -> bool:
    return bool(request.htmx) and request.htmx.target == f"group-{group_id}"
