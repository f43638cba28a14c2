from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from lib.editing import status_of
from lib.ids import as_id
from lib.refusals import acting
from lib.requests import HtmxRequest, form_page
from people.access import Audience, audience, signed_in
from questions.access.sight import questions_visible_to
from questions.forms.pictures import saved_with_pictures, with_pictures
from tracker.access.students import student_to_lead
from tracker.actions.helping import answer_help
from tracker.forms.helping import HelpAnswerForm
from tracker.models import Progress


@audience(Audience.MENTOR, Audience.COURSE_ADMIN)
@form_page
@saved_with_pictures("body")
def help_answer(request: HtmxRequest, enrolment_id: int) -> HttpResponse:
    """Answer a request for help: at the student's question about the milestone, if there is one.

    Else the answer reaches them as one to a question of theirs. The address may name one of several milestones.
    """
    now = timezone.now()
    user = signed_in(request)
    access = student_to_lead(user, enrolment_id, now)
    cohort = access.enrolment.cohort
    needs = Progress.objects.filter(enrolment=access.enrolment, state=Progress.State.NEED_HELP)
    needs = needs.select_related("milestone").order_by("milestone__position", "pk")
    milestones = {need.milestone_id: need.milestone for need in needs}
    name = access.enrolment.person.get_short_name()
    if not milestones or access.stay is None:
        messages.info(request, f"{name} does not need help right now.")
        return redirect("tracker:student-detail", enrolment_id)
    named = as_id(request.GET.get("milestone", ""))
    wanted = next(iter(milestones)) if len(milestones) == 1 else named
    asked = questions_visible_to(user, now).open().filter(asks__enrolment=access.enrolment, milestone=wanted)
    if (
        wanted in milestones
        and request.method != "POST"
        and (question := asked.order_by("-asked_at", "-pk").first())
    ):
        return redirect(f"{question.get_absolute_url()}#id_body")
    form = with_pictures(
        request,
        "body",
        lambda posted: HelpAnswerForm(posted, milestones=milestones.values(), initial={"milestone": wanted}),
    )
    if request.method == "POST" and form.is_valid():
        milestone = milestones[form.cleaned_data["milestone"]]
        body, group = form.cleaned_data["body"], access.stay.group
        group.cohort = access.enrolment.cohort
        with acting(request, form):
            question = answer_help(
                enrolment=access.enrolment, group=group, milestone=milestone, body=body, by=user, at=now
            )
            messages.success(request, f"Your answer is sent to {name}.")
            return redirect(question)
    # How long each waits that is not answered, against the promise of the course.
    waits = {
        need.milestone_id: cohort.wait(need.state_since, now, days=cohort.course.help_days)
        for need in needs.requests_for_help()
        if need.state_since
    }
    context = {"access": access, "name": name, "form": form}
    context["needs"] = [(milestone, waits.get(milestone.pk)) for milestone in milestones.values()]
    return render(request, "tracker/help_answer.html", context, status=status_of(form))
