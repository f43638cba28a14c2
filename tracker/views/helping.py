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
from tracker.dashboards.help_lines import age_of
from tracker.forms.helping import HelpAnswerForm
from tracker.models import Progress


@audience(Audience.MENTOR, Audience.COURSE_ADMIN)
@form_page
@saved_with_pictures("body")
def help_answer(request: HtmxRequest, enrolment_id: int) -> HttpResponse:
    """Answer a request for help: at its words, if there are any.

    Else the answer reaches them as one to a question of theirs. The address may name one of several milestones.
    """
    now = timezone.now()
    user = signed_in(request)
    access = student_to_lead(user, enrolment_id, now)
    cohort = access.enrolment.cohort
    needs = Progress.objects.filter(enrolment=access.enrolment, state=Progress.State.NEED_HELP)
    rows = {
        need.milestone_id: need
        for need in needs.select_related("milestone").order_by("milestone__position", "pk")
    }
    milestones = {pk: need.milestone for pk, need in rows.items()}
    name = access.enrolment.person.get_short_name()
    if not milestones or access.stay is None:
        messages.info(request, f"{name} does not need help right now.")
        return redirect("tracker:student-detail", enrolment_id)
    named = as_id(request.GET.get("milestone", ""))
    wanted = next(iter(milestones)) if len(milestones) == 1 else named
    words = questions_visible_to(user, now).filter(requests_for_help=rows.get(wanted or 0))
    if wanted in rows and request.method != "POST" and (question := words.first()):
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
    ages = {need.milestone_id: age_of(need, cohort, now) for need in needs.requests_for_help()}
    context = {"access": access, "name": name, "form": form}
    context["needs"] = [(milestone, ages.get(pk, "answered")) for pk, milestone in milestones.items()]
    return render(request, "tracker/help_answer.html", context, status=status_of(form))
