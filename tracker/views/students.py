from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from groups.access import enrolment_to_administer
from groups.actions.correcting import correct_days
from groups.actions.enrolment import EnrolmentError
from lib.editing import status_of
from lib.requests import HtmxRequest, form_page
from people.access import Audience, audience, signed_in
from people.audit import note
from tracker.access.students import student_to_read
from tracker.dashboards.enrolment_days import DayChange, changes_of_days
from tracker.dashboards.student_detail import student_timeline
from tracker.dashboards.student_detail.events import EventKind
from tracker.forms.enrolment_days import EnrolmentDaysForm


@audience(Audience.STUDENT, Audience.MENTOR, Audience.COURSE_ADMIN)
@require_safe
def student_detail(request: HtmxRequest, enrolment_id: int) -> HttpResponse:
    now = timezone.now()
    access = student_to_read(signed_in(request), enrolment_id, now)
    wanted = request.GET.get("kind", "")
    kind = EventKind(wanted) if wanted in set(EventKind) else None
    timeline = student_timeline(
        access=access,
        now=now,
        kind=kind,
        is_log=bool(wanted),
        shows_all=bool(wanted) or "earlier" in request.GET,
    )
    context = {"timeline": timeline, "access": access, "is_log": bool(wanted)}
    return render(request, "tracker/student_detail.html", context)


@audience(Audience.COURSE_ADMIN)
@form_page
def enrolment_days(request: HtmxRequest, enrolment_id: int) -> HttpResponse:
    """Correct from when until when somebody is a student and a member. What it changes is shown before it is saved."""
    now = timezone.now()
    user = signed_in(request)
    enrolment = enrolment_to_administer(user, enrolment_id, now)
    stays = list(enrolment.memberships.select_related("group").order_by("started_on", "pk"))
    form = EnrolmentDaysForm(
        request.POST or None, enrolment=enrolment, stays=stays, today=enrolment.cohort.today(now)
    )
    changes: list[DayChange] | None = None
    if request.method == "POST" and form.is_valid():
        days, of_stays = form.days(), form.days_of_stays()
        try:
            if form.is_as_previewed():
                correct_days(enrolment=enrolment, days=days, stays=of_stays, by=user, at=now)
                note(f"corrected the days of enrolment {enrolment.pk}", request=request)
                messages.success(request, f"The days of {enrolment.person} are corrected.")
                return redirect("groups:enrolment-detail", enrolment.pk)
            changes = changes_of_days(enrolment=enrolment, days=days, stays=of_stays, by=user, at=now)
        except EnrolmentError as error:
            form.add_error(None, str(error))
    context = {"enrolment": enrolment, "form": form, "changes": changes}
    return render(request, "tracker/enrolment_days.html", context, status=status_of(form))
