from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from courses.models import Milestone
from groups.access import GroupAccess, group_to_lead, plan_change_to_undo, refuse_if_closed
from groups.actions.plan import calendar_plan, reset_plan, undo_plan_change
from groups.dashboards.plan import kept_label, plan_changes, plan_warnings
from groups.forms.plan import PlanForm, ShiftForm
from groups.models import Group
from groups.promised import promised_before
from lib.editing import status_of
from lib.pages import page_of
from lib.refusals import acting
from lib.requests import HtmxRequest, form_page
from people.access import Audience, audience, signed_in
from people.previews import previewed
from people.saved_once import saved_once


@audience(Audience.MENTOR, Audience.COURSE_ADMIN)
@form_page
@saved_once
def plan_edit(request: HtmxRequest, group_id: int) -> HttpResponse:
    now = timezone.now()
    user = signed_in(request)
    access = group_to_lead(user, group_id, now)
    refuse_if_closed(user, access.group.cohort, now)
    if request.method != "POST":
        return render(request, "groups/plan_edit.html", _context(access, plan_form(access.group)))
    with transaction.atomic():
        rows = Group.objects.select_for_update(of=("self",), no_key=True).select_related("cohort__course")
        form = plan_form(rows.get(pk=group_id), request.POST)
        if form.is_valid():
            with acting(request, form):
                group = form.save_by(by=user, at=now)
                messages.success(request, f"{group}’s plan is saved.")
                return redirect("groups:plan-edit", group.pk)
    return render(request, "groups/plan_edit.html", _context(access, form), status=status_of(form))


def plan_form(group: Group, data: Any = None) -> PlanForm:
    milestones = list(group.cohort.course.milestones.in_order())
    planned = dict(group.plan_items.values_list("milestone_id", "due_on"))
    return PlanForm(data, instance=group, milestones=milestones, planned=planned)


def _context(access: GroupAccess, form: PlanForm, shift_form: ShiftForm | None = None) -> dict[str, Any]:
    cohort = access.group.cohort
    pauses = [pause.period for pause in cohort.pauses.order_by("starts_on")]
    plan = form.plan() if form.is_bound and form.is_valid() else form.planned
    promised = promised_before(access.group.pk, form.planned, access.today)
    return {
        "group": access.group,
        "has_begun": cohort.has_begun(access.today),
        "is_course_admin": access.is_course_admin,
        "form": form,
        "shift_form": shift_form or ShiftForm(milestones=form.milestones),
        "warnings": plan_warnings(form.milestones, plan, pauses, access.today),
        "promised": [
            f"{milestone}: {promised[milestone.pk]}"
            for milestone in form.milestones
            if milestone.pk in promised
        ],
    }


@audience(Audience.MENTOR, Audience.COURSE_ADMIN)
@require_POST
def plan_shift(request: HtmxRequest, group_id: int) -> HttpResponse:
    """Show the plan in the form with shifted dates. Nothing is saved."""
    now = timezone.now()
    user = signed_in(request)
    access = group_to_lead(user, group_id, now)
    refuse_if_closed(user, access.group.cohort, now)
    form = plan_form(access.group, request.POST)
    shift_form = ShiftForm(request.POST, milestones=form.milestones)
    if not form.is_valid() or not shift_form.is_valid():
        return render(request, "groups/plan_edit.html", _context(access, form, shift_form), status=422)
    shifted = shift_form.shifted(form.plan())
    moved = sum(1 for pk, day in form.plan().items() if shifted[pk] != day)
    data = request.POST.copy()
    for pk, day in shifted.items():
        data[f"due-{pk}"] = day.isoformat() if day else ""
    if moved:
        dates = "1 due date is" if moved == 1 else f"{moved} due dates are"
        messages.info(request, f"{dates} shifted in the form below. Save the plan to keep these dates.")
    else:
        messages.warning(request, "Nothing was shifted: this milestone has no due date in the plan.")
    shown = _context(access, plan_form(access.group, data), shift_form)
    return render(request, "groups/plan_edit.html", shown)


@audience(Audience.MENTOR, Audience.COURSE_ADMIN)
@form_page
def plan_reset(request: HtmxRequest, group_id: int) -> HttpResponse:
    now = timezone.now()
    user = signed_in(request)
    access = group_to_lead(user, group_id, now)
    group = access.group
    refuse_if_closed(user, group.cohort, now)
    milestones = list(group.cohort.course.milestones.in_order())
    planned = dict(group.plan_items.values_list("milestone_id", "due_on"))
    changes = plan_changes(milestones, planned, calendar_plan(group.cohort), access.today)
    preview = previewed(request, changes)
    if preview.is_confirmed:
        with acting(request):
            reset_plan(group=group, by=user, at=now)
            messages.success(request, f"{group}’s plan was reset to the {group.cohort} calendar.")
        return redirect("groups:plan-edit", group.pk)
    context = {"group": group, "preview": preview, "is_course_admin": access.is_course_admin}
    return render(request, "groups/plan_reset.html", context)


@audience(Audience.MENTOR, Audience.COURSE_ADMIN)
@require_safe
def plan_history(request: HtmxRequest, group_id: int) -> HttpResponse:
    """The changes of a plan, the latest first; of those that nothing has changed since, some can be undone."""
    access = group_to_lead(signed_in(request), group_id, timezone.now())
    group, today = access.group, access.today
    changes = group.plan_changes.select_related("made_by", "undone_by").order_by("-made_at", "-pk")
    page = page_of(request.GET, changes)
    ids = {int(pk) for change in page for pk in change.days}
    milestones = Milestone.objects.filter(pk__in=ids).in_order().values_list("pk", "title") if ids else ()
    plan = dict(group.plan_items.values_list("milestone", "due_on"))
    for change in page:
        change.can_be_undone = change.undone_at is None and change.stands_in(plan)
        # Each milestone with its day before and after.
        change.dates = [
            (title, *(kept_label(kept, today) for kept in change.days[str(pk)]))
            for pk, title in milestones
            if str(pk) in change.days
        ]
    context = {
        "group": group,
        "is_over": group.cohort.is_closed(today),
        "is_course_admin": access.is_course_admin,
        "page": page,
    }
    return render(request, "groups/plan_history.html", context)


@audience(Audience.MENTOR, Audience.COURSE_ADMIN)
@require_POST
@saved_once
def plan_change_undo(request: HtmxRequest, change_id: int) -> HttpResponse:
    now = timezone.now()
    user = signed_in(request)
    change = plan_change_to_undo(user, change_id, now)
    with acting(request):
        undo_plan_change(change=change, by=user, at=now)
        messages.success(request, f"{change.group}’s plan is as it was before that change.")
    return redirect("groups:plan-history", change.group_id)
