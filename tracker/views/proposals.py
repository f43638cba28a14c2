from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from courses.models import Cohort
from groups.access import cohort_to_administer, refuse_if_closed, to_administer, without_group
from groups.actions.forming import delete_proposal, edit_proposed_group, lock_proposed_group, place, propose
from groups.actions.inviting import being_invited, students_and_mentors
from groups.actions.publishing import Published, publish, undo_publishing
from groups.dashboards.proposal import forming_facts, proposal_page, publish_facts
from groups.forms.proposal import ProposedGroupForm, ProposedMoveForm, PublishForm, PublishUndoForm
from groups.models import Proposal, ProposedGroup
from lib.editing import status_of
from lib.refusals import Refused, acting
from lib.requests import HtmxRequest, form_page, way_back
from lib.text import counted
from lib.undo import with_undo
from people.access import Audience, audience, signed_in
from people.saved_once import saved_once


@audience(Audience.COURSE_ADMIN)
@require_safe
def proposal(request: HtmxRequest, cohort_id: int) -> HttpResponse:
    """Show the students to form groups of or, once groups are proposed, the proposal."""
    now = timezone.now()
    cohort = cohort_to_administer(signed_in(request), cohort_id, now)
    return render(request, "tracker/proposal.html", _context(request, cohort, now))


def _proposal_of(cohort: Cohort) -> Proposal | None:
    return Proposal.objects.select_related("cohort__course", "changed_by").filter(cohort=cohort).first()


def _context(
    request: HtmxRequest,
    cohort: Cohort,
    now: datetime,
    *,
    move_form: ProposedMoveForm | None = None,
    publish_form: PublishForm | None = None,
) -> dict[str, Any]:
    found = _proposal_of(cohort)
    context = {"cohort": cohort, **cohort.state_on(cohort.today(now)), "sends_mail": settings.SENDS_MAIL}
    if found is None:
        return context | {"facts": forming_facts(cohort, now)}
    publishing = publish_facts(found, signed_in(request), now)
    form = publish_form or _publish_form(cohort, now, initial={"version": found.version})
    if who := students_and_mentors(publishing.students, publishing.mentors):
        form.fields["is_inviting"].label = f"Invite {who}"
    form.fields["is_telling"].label = f"Tell {publishing.told_label}"
    return context | {
        "page": proposal_page(found, request.GET, now),
        "publishing": publishing,
        "is_asking_to_invite": bool(who) and settings.SENDS_MAIL,
        "move_form": move_form or ProposedMoveForm(proposal=found, waiting=without_group(cohort, now)),
        "publish_form": form,
    }


def _publish_form(cohort: Cohort, now: datetime, data: Any = None, **kwargs: Any) -> PublishForm:
    today = cohort.today(now)
    return PublishForm(data, cohort=cohort, today=today, **kwargs)


@audience(Audience.COURSE_ADMIN)
@require_POST
def proposal_form(request: HtmxRequest, cohort_id: int) -> HttpResponse:
    now = timezone.now()
    user = signed_in(request)
    cohort = cohort_to_administer(user, cohort_id, now)
    with acting(request):
        made = propose(cohort=cohort, by=user, at=now)
        count = made.groups.count()
        what = "1 group is" if count == 1 else f"{count} groups are"
        messages.success(request, f"{what} proposed. Nobody knows of {'it' if count == 1 else 'them'} yet.")
    return redirect("tracker:proposal", cohort.pk)


@audience(Audience.COURSE_ADMIN)
@require_POST
@saved_once
def proposal_publish(request: HtmxRequest, cohort_id: int) -> HttpResponse:
    now = timezone.now()
    user = signed_in(request)
    cohort = cohort_to_administer(user, cohort_id, now)
    form = _publish_form(cohort, now, request.POST)
    if form.is_valid():
        with acting(request, before="Nothing is published. "):
            made = publish(cohort=cohort, **form.cleaned_data, by=user, at=now)
            is_inviting, is_telling = (form.cleaned_data[name] for name in ("is_inviting", "is_telling"))
            said = _published(made, is_inviting=is_inviting, is_telling=is_telling)
            before = {"published_at": now.isoformat(), "starts_on": cohort.starts_on.isoformat()}
            undo_url = reverse("tracker:proposal-publish-undo", args=[cohort.pk], query=before)
            messages.success(request, with_undo(request, said, undo_url))
            return redirect("tracker:cohort-groups", cohort.pk)
        return redirect("tracker:proposal", cohort.pk)
    context = _context(request, cohort, now, publish_form=form)
    return render(request, "tracker/proposal.html", context, status=status_of(form))


def _published(made: Published, *, is_inviting: bool, is_telling: bool) -> str:
    who = students_and_mentors(made.students, made.mentors)
    said = [f"{counted(len(made.groups), 'group')} published."]
    if who and not settings.SENDS_MAIL:
        said.append(being_invited(made.students + made.mentors))
    elif who and is_inviting:
        said.append(f"Invitations go to {who} in 10 minutes.")
    elif who:
        said.append(f"{who} {'is' if made.students + made.mentors == 1 else 'are'} not invited yet.")
    if settings.SENDS_MAIL and made.told:
        words = "has signed in before is" if made.told == 1 else "have signed in before are"
        said.append(
            f"{made.told} who {words} {'told by e-mail, as they chose' if is_telling else 'not told'}."
        )
    return " ".join(said)


@audience(Audience.COURSE_ADMIN)
@require_POST
@saved_once
def proposal_publish_undo(request: HtmxRequest, cohort_id: int) -> HttpResponse:
    now = timezone.now()
    user = signed_in(request)
    cohort = cohort_to_administer(user, cohort_id, now)
    form = PublishUndoForm(request.GET)
    with acting(request):
        if not form.is_valid():
            raise Refused("This cannot be undone.")
        undo_publishing(cohort=cohort, by=user, at=now, **form.cleaned_data)
        messages.success(request, "The groups are proposed again, and locked. Nobody was told of them.")
        return redirect("tracker:proposal", cohort.pk)
    return redirect("tracker:cohort-groups", cohort.pk)


@audience(Audience.COURSE_ADMIN)
@require_POST
def proposal_delete(request: HtmxRequest, cohort_id: int) -> HttpResponse:
    now = timezone.now()
    user = signed_in(request)
    cohort = cohort_to_administer(user, cohort_id, now)
    with acting(request):
        delete_proposal(cohort=cohort, by=user, at=now)
        messages.success(request, "The proposed groups are deleted.")
    return redirect("tracker:proposal", cohort.pk)


@audience(Audience.COURSE_ADMIN)
@require_POST
@saved_once
def proposal_move(request: HtmxRequest, cohort_id: int) -> HttpResponse:
    """Move a student to a group, or out of all of them."""
    now = timezone.now()
    user = signed_in(request)
    cohort = cohort_to_administer(user, cohort_id, now)
    found = _proposal_of(cohort)
    if found is None:
        return redirect("tracker:proposal", cohort.pk)
    form = ProposedMoveForm(request.POST, proposal=found, waiting=without_group(cohort, now))
    if form.is_valid():
        student, group = form.cleaned_data["student"], form.cleaned_data["group"]
        student.cohort = cohort
        with acting(request, form, field="group"):
            place(enrolment=student, group=group, by=user, at=now)
            where = f"goes to {group}" if group else "is in none of the proposed groups"
            messages.success(request, f"{student.person} {where}.")
            return redirect(way_back(request, request.path.removesuffix("move/")))
    context = _context(request, cohort, now, move_form=form)
    return render(request, "tracker/proposal.html", context, status=status_of(form))


@audience(Audience.COURSE_ADMIN)
@require_POST
def proposed_group_lock(request: HtmxRequest, group_id: int, *, is_locked: bool) -> HttpResponse:
    now = timezone.now()
    user = signed_in(request)
    group = to_administer(user, ProposedGroup, group_id, now)
    with acting(request):
        lock_proposed_group(group=group, is_locked=is_locked, by=user, at=now)
        what = "stays as it is when the others are formed again" if is_locked else "is no longer locked"
        messages.success(request, f"{group} {what}.")
    return redirect(way_back(request, f"/cohorts/{group.proposal.cohort_id}/groups/form/"))


@audience(Audience.COURSE_ADMIN)
@form_page
@saved_once
def proposed_group_edit(request: HtmxRequest, group_id: int) -> HttpResponse:
    now = timezone.now()
    user = signed_in(request)
    group = to_administer(user, ProposedGroup, group_id, now)
    refuse_if_closed(user, group.proposal.cohort, now)
    form = ProposedGroupForm(request.POST or None, group=group)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        with acting(request, form):
            edit_proposed_group(group=group, name=data["name"], mentor=data["mentor"], by=user, at=now)
            messages.success(request, f"{data['name']} saved.")
            return redirect("tracker:proposal", group.proposal.cohort_id)
    context = {"cohort": group.proposal.cohort, "group": group, "form": form}
    return render(request, "tracker/proposed_group_edit.html", context, status=status_of(form))
