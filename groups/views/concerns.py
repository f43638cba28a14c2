from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from groups.access import own_enrolment, say_if_archived
from groups.actions.concerns import answer_concern, tell_concern
from groups.concern_access import (
    concern_readers,
    concern_to_answer,
    concern_to_read,
    concerns_to_read,
    names_of,
)
from groups.forms.concerns import ConcernAnswerForm, ConcernForm
from groups.models import Concern
from lib.editing import status_of
from lib.pages import page_of
from lib.refusals import acting
from lib.requests import HtmxRequest, form_page
from people.access import Audience, audience, signed_in
from people.saved_once import saved_once


@audience(Audience.PERSON)
@require_safe
def concern_list(request: HtmxRequest) -> HttpResponse:
    user = signed_in(request)
    context = {"page": page_of(request.GET, concerns_to_read(user))}
    return render(request, "groups/concern_list.html", context)


@audience(Audience.PERSON)
@require_safe
def concern_numbered(request: HtmxRequest, number: int) -> HttpResponse:
    """Lead on from the addresses in mails of before, which had a number, to what the reader may read."""
    return redirect("groups:concern-list")


@audience(Audience.STUDENT)
@form_page
@saved_once
def concern_new(request: HtmxRequest, enrolment_id: int) -> HttpResponse:
    now = timezone.now()
    enrolment = own_enrolment(signed_in(request), enrolment_id, now)
    say_if_archived(signed_in(request), enrolment.cohort, now, may_act=True)
    readers = concern_readers(enrolment, now)
    form = ConcernForm(request.POST or None, readers=readers)
    if request.method == "POST" and form.is_valid():
        wish, body = form.cleaned_data["wish"], form.cleaned_data["body"]
        with acting(request, form):
            concern = tell_concern(enrolment=enrolment, wish=wish, body=body, at=now)
            messages.success(request, f"Sent to {names_of(readers)}. The answer will appear here.")
            return redirect("groups:concern-detail", concern.key)
    context = {
        "enrolment": enrolment,
        "readers": readers,
        "names": names_of(readers),
        "are_operators": not enrolment.cohort.course.admins.filter(person__in=readers).exists(),
        "form": form,
    }
    return render(request, "groups/concern_new.html", context, status=status_of(form))


@audience(Audience.STUDENT, Audience.COURSE_ADMIN, Audience.OPERATOR)
@require_safe
def concern_detail(request: HtmxRequest, key: UUID) -> HttpResponse:
    user = signed_in(request)
    concern = concern_to_read(user, key)
    say_if_archived(user, concern.enrolment.cohort, timezone.now())
    return render(request, "groups/concern_detail.html", _detail(concern, user.pk, ConcernAnswerForm()))


@audience(Audience.COURSE_ADMIN, Audience.OPERATOR)
@require_http_methods(["POST"])
@saved_once
def concern_answer(request: HtmxRequest, key: UUID) -> HttpResponse:
    user = signed_in(request)
    concern = concern_to_answer(user, key)
    form = ConcernAnswerForm(request.POST)
    if form.is_valid():
        with acting(request, form, field="body"):
            answer_concern(concern=concern, body=form.cleaned_data["body"], by=user, at=timezone.now())
            messages.success(
                request, f"{concern.enrolment.person.get_short_name()} is told that you answered."
            )
            return redirect("groups:concern-detail", concern.key)
        # Somebody else has answered.
        concern.refresh_from_db()
    context = _detail(concern, user.pk, form)
    return render(request, "groups/concern_detail.html", context, status=status_of(form))


def _detail(concern: Concern, reader_id: int, form: ConcernAnswerForm) -> dict[str, object]:
    readers = [
        person for person in concern_readers(concern.enrolment, concern.told_at) if person.pk != reader_id
    ]
    is_own = concern.enrolment.person_id == reader_id
    return {"concern": concern, "is_own": is_own, "names": names_of(readers), "form": form}
