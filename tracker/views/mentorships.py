from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from groups.access import mentorship_to_administer
from groups.actions.correcting import correct_mentorship
from groups.actions.mentorship import MentorshipError
from lib.editing import status_of
from lib.requests import HtmxRequest, form_page
from people.access import Audience, audience, signed_in
from people.audit import note
from tracker.dashboards.enrolment_days import DayChange
from tracker.dashboards.mentorship_days import changes_of_mentorship
from tracker.forms.mentorship_days import MentorshipDaysForm


@audience(Audience.COURSE_ADMIN)
@form_page
def mentorship_days(request: HtmxRequest, mentorship_id: int) -> HttpResponse:
    """Correct from when until when somebody mentors a group. What it changes is shown before it is saved."""
    now = timezone.now()
    user = signed_in(request)
    mentorship = mentorship_to_administer(user, mentorship_id, now)
    today = mentorship.group.cohort.today(now)
    form = MentorshipDaysForm(request.POST or None, mentorship=mentorship, today=today)
    changes: list[DayChange] | None = None
    if request.method == "POST" and form.is_valid():
        try:
            if form.is_as_previewed():
                correct_mentorship(mentorship=mentorship, days=form.days(), by=user, at=now)
                note(f"corrected the days of mentorship {mentorship.pk}", request=request)
                messages.success(request, f"The days of {mentorship.person} are corrected.")
                return redirect("groups:group-set-up", mentorship.group_id)
            changes = changes_of_mentorship(mentorship=mentorship, days=form.days(), by=user, at=now)
        except MentorshipError as error:
            form.add_error(None, str(error))
    context = {"mentorship": mentorship, "form": form, "changes": changes}
    return render(request, "tracker/mentorship_days.html", context, status=status_of(form))
