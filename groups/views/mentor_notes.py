from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from groups.access import mentor_note_to_read
from groups.forms.mentor_note import MentorNoteForm
from groups.models import Enrolment
from groups.models.enrolment import STUDENT_COLUMNS
from lib.editing import status_of
from lib.history import credit
from lib.requests import HtmxRequest
from people.access import Audience, audience, signed_in
from people.saved_once import saved_once


@audience(Audience.STUDENT, Audience.MENTOR, Audience.COURSE_ADMIN)
@require_http_methods(["GET", "HEAD", "POST"])
@saved_once
def mentor_note(request: HtmxRequest, enrolment_id: int) -> HttpResponse:
    """Hours a week and a note for the mentor. Before there is a group: what groups are formed by."""
    now, user = timezone.now(), signed_in(request)
    access = mentor_note_to_read(user, enrolment_id, now)
    enrolment = access.enrolment
    back = reverse("tracker:student-detail", args=[enrolment.pk])
    if access.is_self:
        back = reverse("tracker:my-week")
    elif access.group_id:
        back = reverse("tracker:group-detail", args=[access.group_id], query={"student": enrolment.pk})
    form = MentorNoteForm(instance=enrolment, has_group=bool(access.group_id))
    if request.method == "POST" and not access.read_only:
        with transaction.atomic():
            rows = Enrolment.objects.select_for_update(of=("self",), no_key=True)
            locked = rows.select_related("person", "cohort").get(pk=enrolment.pk)
            form = MentorNoteForm(request.POST, instance=locked, has_group=bool(access.group_id))
            if form.is_valid():
                credit(locked, user, now)
                form.save()
        if form.is_valid():
            messages.success(request, "Saved. You can change it any time.")
            return redirect(back)
    said = [(one, one.value(enrolment)) for one in STUDENT_COLUMNS if one.name in form.fields]
    context = {"access": access, "enrolment": enrolment, "form": form, "said": said, "cancel_url": back}
    return render(request, "groups/mentor_note.html", context, status=status_of(form))
