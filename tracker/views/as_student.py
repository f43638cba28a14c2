from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from lib.ids import as_id
from lib.requests import HtmxRequest
from people.access import Audience, audience, signed_in
from tracker.access.students import student_to_see_as
from tracker.actions.week_looks import note_look
from tracker.dashboards.as_student import week_as_student


@audience(Audience.MENTOR, Audience.COURSE_ADMIN)
@require_safe
def as_student(request: HtmxRequest, enrolment_id: int) -> HttpResponse:
    """A student's week as they see it. Each look is kept, and told to the student."""
    now = timezone.now()
    user = signed_in(request)
    access, stay, role = student_to_see_as(user, enrolment_id, now)
    group = stay.group
    group.cohort = access.enrolment.cohort
    milestone_id = as_id(request.GET.get("milestone", ""))
    week = week_as_student(access, group, now=now, milestone_id=milestone_id)
    if week is None:
        raise Http404
    note_look(enrolment=access.enrolment, role=role, by=user, at=now)
    context = {"week": week, "enrolment": access.enrolment, "group": group}
    context["name"] = access.enrolment.person.get_short_name()
    return render(request, "tracker/as_student.html", context)
