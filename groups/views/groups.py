from itertools import islice

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from groups.access import cohort_to_administer, group_to_administer
from groups.actions.enrolment import EnrolmentError
from groups.actions.group import (
    GroupError,
    GroupNameError,
    delete_group,
    make_groups,
    open_group,
    references_to_group,
)
from groups.dashboards.groups import group_lines, without_group
from groups.dashboards.set_up import cohort_set_up
from groups.forms.groups import GroupForm, MakeGroupsForm
from groups.models import Group
from groups.sharing import free_names, shared_out
from groups.tabs import cohort_tabs
from groups.views.editing import versioned_form
from lib.editing import status_of
from lib.requests import HtmxRequest
from people.access import Audience, audience, signed_in

# How many names are offered for a new group.
_OFFERED = 12


@audience(Audience.COURSE_ADMIN)
@require_safe
def cohort_groups(request: HtmxRequest, cohort_id: int) -> HttpResponse:
    """Show the groups of a cohort: who is in them, who mentors them, how far their plan goes."""
    now = timezone.now()
    cohort = cohort_to_administer(signed_in(request), cohort_id, now)
    context = {
        "cohort": cohort,
        "tabs": cohort_tabs(cohort, "Groups"),
        "set_up": cohort_set_up(cohort, now),
        "lines": group_lines(cohort, now),
        "waiting": without_group(cohort, now).count(),
    }
    return render(request, "groups/cohort_groups.html", context)


@audience(Audience.COURSE_ADMIN)
@require_http_methods(["GET", "HEAD", "POST"])
def group_new(request: HtmxRequest, cohort_id: int) -> HttpResponse:
    """Open a group; the calendar is its plan to begin with."""
    now = timezone.now()
    user = signed_in(request)
    cohort = cohort_to_administer(user, cohort_id, now)
    names = list(islice(free_names(cohort.groups.values_list("name", flat=True)), _OFFERED))
    form = GroupForm(request.POST or None, instance=Group(cohort=cohort), initial={"name": names[0]})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            group = open_group(cohort=cohort, name=data["name"], meeting=data["meeting"], by=user, at=now)
        except GroupNameError as error:
            form.add_error("name", str(error))
        else:
            messages.success(request, f"{group} is open. Its students and its mentor come next.")
            return redirect("groups:group-set-up", group.pk)
    return render(
        request,
        "groups/group_new.html",
        {"cohort": cohort, "form": form, "names": names},
        status=status_of(form),
    )


@audience(Audience.COURSE_ADMIN)
@require_http_methods(["GET", "HEAD", "POST"])
def group_edit(request: HtmxRequest, group_id: int) -> HttpResponse:
    """Change what a group is called, and when and where it meets."""
    now = timezone.now()
    user = signed_in(request)
    group = group_to_administer(user, group_id, now).group
    form, saved = versioned_form(request, GroupForm, group, by=user, at=now)
    if saved:
        messages.success(request, f"{saved} saved.")
        return redirect("groups:group-set-up", saved.pk)
    return render(request, "groups/group_edit.html", {"group": group, "form": form}, status=status_of(form))


@audience(Audience.COURSE_ADMIN)
@require_http_methods(["GET", "HEAD", "POST"])
def group_delete(request: HtmxRequest, group_id: int) -> HttpResponse:
    """Delete a group that was opened by mistake; one in which something happened says what."""
    group = group_to_administer(signed_in(request), group_id, timezone.now()).group
    references = references_to_group(group)
    if request.method == "POST":
        try:
            delete_group(group=group)
        except GroupError as error:
            references = error.references
        else:
            messages.success(request, f"{group} is deleted.")
            return redirect("groups:cohort-groups", group.cohort_id)
    return render(request, "groups/group_delete.html", {"group": group, "references": references})


@audience(Audience.COURSE_ADMIN)
@require_http_methods(["GET", "HEAD", "POST"])
def groups_make(request: HtmxRequest, cohort_id: int) -> HttpResponse:
    """Propose groups from those who are in none, and make them as they were put right."""
    now = timezone.now()
    user = signed_in(request)
    cohort = cohort_to_administer(user, cohort_id, now)
    waiting = list(without_group(cohort, now))
    shares = shared_out(waiting, cohort.course.group_size)
    proposed = list(zip(free_names(cohort.groups.values_list("name", flat=True)), shares, strict=False))
    form = MakeGroupsForm(request.POST or None, cohort=cohort, proposed=proposed, today=cohort.today(now))
    if request.method == "POST" and not form.is_same_proposal():
        messages.warning(request, "Who is in no group has changed in the meantime. This is a new proposal.")
        return redirect("groups:groups-make", cohort.pk)
    if request.method == "POST" and form.is_valid():
        try:
            made = make_groups(
                cohort=cohort, groups=form.groups(), on=form.cleaned_data["on"], by=user, at=now
            )
        except (EnrolmentError, GroupNameError) as error:
            form.add_error(None, str(error))
        else:
            words = f"{len(made)} group{'' if len(made) == 1 else 's'} made: {', '.join(map(str, made))}."
            come = "Its mentor comes next." if len(made) == 1 else "Their mentors come next."
            messages.success(request, f"{words} {come}")
            return redirect("groups:cohort-groups", cohort.pk)
    context = {"cohort": cohort, "form": form, "waiting": waiting, "tabs": cohort_tabs(cohort, "Groups")}
    return render(request, "groups/groups_make.html", context, status=status_of(form))
