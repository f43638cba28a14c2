from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from courses.models import Course
from groups.access import (
    closed_cohort_of,
    cohort_to_administer,
    course_person,
    refuse_if_closed,
)
from groups.actions.inviting import being_invited, invite_all, mailed, people_in, revoke_invitation
from groups.dashboards.invitations import invitation_state, with_invitations
from groups.forms.people import CorrectPersonForm
from groups.ties import is_tied_elsewhere
from lib.editing import status_of
from lib.pages import LINES, page_of
from lib.refusals import Refused, acting
from lib.requests import HtmxRequest, form_page
from people.access import Audience, audience, signed_in
from people.actions.invitations import copied_link, invite, is_of_others, was_used
from people.actions.limits import INVITATIONS, check_invitation, spend
from people.actions.proof import remove_other_addresses
from people.audit import record
from people.models import Deed, User
from people.saved_once import saved_once

_OF_OTHERS = (
    "Somebody else invited them or gave them a role, so the invitation is revoked and both of you are told. If the"
    " address is wrong, enrol the right one, and end this enrolment."
)
_TAKEN = "Another account uses this address. Enrol that person instead, and end this enrolment."


@audience(Audience.COURSE_ADMIN)
@require_safe
def invitation_detail(request: HtmxRequest, slug: str, person_id: int) -> HttpResponse:
    now = timezone.now()
    user = signed_in(request)
    course, person = course_person(user, slug, person_id, now)
    form = CorrectPersonForm(initial={"name": person.name, "email": person.email})
    return render(request, "groups/invitation_detail.html", _context(course, person, form, user, now))


def _context(
    course: Course, person: User, form: CorrectPersonForm, by: User, now: datetime
) -> dict[str, Any]:
    """Anyone with the link can sign in as the person, so only who invited them sees it, and nobody if others have given
    them a role too.
    """
    person = User.objects.prefetch_related(with_invitations("invitations")).get(pk=person.pk)
    invitation = person.invitations.open(now).first()
    is_ours = not was_used(person) and not is_tied_elsewhere(person, course)
    may_copy = is_ours and invitation is not None and not invitation.is_mail_only
    is_by_another = may_copy and invitation is not None and invitation.invited_by_id != by.pk
    return {
        "course": course,
        "person": person,
        "state": invitation_state(person, now),
        "invitation": invitation,
        "link": copied_link(invitation) if invitation and may_copy and not is_by_another else "",
        "is_by_another": is_by_another,
        "closed_cohort": closed_cohort_of(person, course, now),
        "can_correct": is_ours,
        "is_of_others": is_of_others(person, by),
        "form": form,
    }


@audience(Audience.COURSE_ADMIN)
@form_page
def invite_several(request: HtmxRequest, cohort_id: int) -> HttpResponse:
    """Show who is not invited, students and mentors, and invite them all."""
    now = timezone.now()
    user = signed_in(request)
    cohort = cohort_to_administer(user, cohort_id, now)
    refuse_if_closed(user, cohort, now)
    if request.method == "POST":
        count = invite_all(cohort=cohort, by=user, at=now)
        messages.success(request, being_invited(count) or "Everyone is invited already.")
        return redirect("groups:cohort-people", cohort.pk)
    people = people_in(cohort, now).not_invited(now).order_by("name", "pk")
    context = {
        "cohort": cohort,
        **cohort.state_on(cohort.today(now)),
        "page": page_of(request.GET, people, LINES),
        "days": settings.INVITATION_DAYS,
        "sends_mail": settings.SENDS_MAIL,
    }
    return render(request, "groups/invite_several.html", context)


@audience(Audience.COURSE_ADMIN)
@require_POST
@saved_once
def invitation_send(request: HtmxRequest, slug: str, person_id: int) -> HttpResponse:
    """Send a new invitation. The earlier link stops working."""
    now = timezone.now()
    user = signed_in(request)
    course, person = course_person(user, slug, person_id, now)
    if (closed := closed_cohort_of(person, course, now)) is not None:
        refuse_if_closed(user, closed, now)
    with acting(request), transaction.atomic():
        # Each is a mail to somebody who may not want another one.
        spend(INVITATIONS, by=user, at=now)
        check_invitation(to=person.email, at=now)
        invitation = invite(email=person.email, name=person.name, by=user, at=now)
        message = mailed(invitation, at=now) if invitation else f"{person} can sign in already."
        messages.success(request, message)
    return redirect("groups:invitation-detail", course.slug, person.pk)


@audience(Audience.COURSE_ADMIN)
@require_POST
def invitation_revoke(request: HtmxRequest, slug: str, person_id: int) -> HttpResponse:
    now = timezone.now()
    user = signed_in(request)
    course, person = course_person(user, slug, person_id, now)
    revoke_invitation(person=person, by=user, at=now)
    message = f"Revoked {person}’s invitation. You can invite them again."
    still = f"Anyone who reads e-mail to {person.email} can still sign in with a code. If it is wrong, correct it."
    messages.success(request, f"{message} {still}")
    return redirect("groups:invitation-detail", course.slug, person.pk)


@audience(Audience.COURSE_ADMIN)
@require_POST
@saved_once
def person_correct(request: HtmxRequest, slug: str, person_id: int) -> HttpResponse:
    """Only for a person who has never signed in. A new address gets a new invitation.

    People who were invited by somebody else keep their address: their access must not fall to another mailbox. The
    invitation is revoked instead, and both are told.
    """
    now = timezone.now()
    user = signed_in(request)
    course, person = course_person(user, slug, person_id, now)
    form = CorrectPersonForm(request.POST)
    if form.is_valid():
        with acting(request, form, field="email"), transaction.atomic():
            invitation_message = _correct(course, person, form, user, now)
            if invitation_message is None:
                revoke_invitation(person=person, by=user, at=now)
                messages.warning(request, f"{person}’s address stays. {_OF_OTHERS}")
            else:
                done = f"{form.cleaned_data['name']} updated. {invitation_message}"
                messages.success(request, done.strip())
            return redirect("groups:invitation-detail", course.slug, person.pk)
    return render(
        request,
        "groups/invitation_detail.html",
        _context(course, person, form, user, now),
        status=status_of(form),
    )


def _correct(course: Course, person: User, form: CorrectPersonForm, by: User, at: datetime) -> str | None:
    """Return a sentence about the new invitation; None, and nothing is saved, for a new address of who is not only
    invited by `by`.
    """
    name, email = form.cleaned_data["name"], form.cleaned_data["email"].lower()
    if was_used(person) or is_tied_elsewhere(person, course):
        raise Refused("They manage their name and e-mail address themselves.")
    if User.objects.filter(email__iexact=email).exclude(pk=person.pk).exists():
        raise Refused(_TAKEN)
    is_new_address = email != person.email.lower()
    if is_new_address:
        if is_of_others(person, by):
            return None
        spend(INVITATIONS, by=by, at=at)
        check_invitation(to=email, at=at)
    person.name, person.email = name, email
    try:
        with transaction.atomic():
            person.save(update_fields=["name", "email"])
    except IntegrityError as error:
        # Somebody else has just entered it.
        raise Refused(_TAKEN) from error
    remove_other_addresses(person)
    done = "corrected the name or address of {people} in {thing}"
    record(Deed.Kind.STUDENT, done, thing=course, people=[person.pk], by=by, at=at)
    if not is_new_address:
        return ""
    invitation = invite(email=email, name=name, by=by, at=at)
    return mailed(invitation, at=at) if invitation else ""
