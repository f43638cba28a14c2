from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from groups.access import enrolment_to_agree_on
from groups.actions.agreement import agree
from groups.dashboards.agreements import agreement_lines
from groups.forms.agreement import AgreementForm
from groups.models import Enrolment
from lib.editing import status_of
from lib.requests import HtmxRequest
from people.access import Audience, audience, signed_in
from people.saved_once import saved_once


@audience(Audience.STUDENT, Audience.MENTOR, Audience.COURSE_ADMIN)
@require_http_methods(["GET", "HEAD", "POST"])
@saved_once
def agreement(request: HtmxRequest, enrolment_id: int) -> HttpResponse:
    """What student and mentor expect of each other. Before there is a group: what groups are formed by."""
    now = timezone.now()
    user = signed_in(request)
    access = enrolment_to_agree_on(user, enrolment_id, now)
    enrolment = access.enrolment
    form = AgreementForm(instance=enrolment)
    if request.method == "POST" and not access.read_only:
        with transaction.atomic():
            locked = Enrolment.objects.select_for_update(of=("self",), no_key=True).select_related(
                "person", "cohort"
            )
            form = AgreementForm(request.POST, instance=locked.get(pk=enrolment.pk))
            if form.is_valid():
                agree(enrolment=form.save(commit=False), by=user, at=now)
        if form.is_valid():
            messages.success(request, "Saved. You can change it any time.")
            if access.is_self:
                return redirect("tracker:my-week")
            return redirect("tracker:student-detail", enrolment.pk)
    context = {
        "access": access,
        "enrolment": enrolment,
        "form": form,
        "history": agreement_lines(enrolment),
        "cancel_url": reverse("tracker:my-week")
        if access.is_self
        else reverse("tracker:student-detail", args=[enrolment.pk]),
    }
    return render(request, "groups/agreement.html", context, status=status_of(form))
