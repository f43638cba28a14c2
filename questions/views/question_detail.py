from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from lib.requests import HtmxRequest
from people.access import Audience, audience, signed_in
from questions.access.questions import QuestionAccess, question_to_answer, question_to_read
from questions.actions import QuestionError, answer
from questions.dashboards import question_detail as dashboard
from questions.dashboards.question_similar import twins
from questions.forms.questions import AnswerForm, refused
from questions.views.question_told import go, tell


@audience(Audience.STUDENT, Audience.MENTOR, Audience.COURSE_ADMIN)
@require_safe
def question_detail(request: HtmxRequest, question_id: int) -> HttpResponse:
    """A question with its answers, and what this person may do with it."""
    access = question_to_read(signed_in(request), question_id, timezone.now())
    return _page(request, access, AnswerForm())


@audience(Audience.STUDENT, Audience.MENTOR, Audience.COURSE_ADMIN)
@require_POST
def question_answer(request: HtmxRequest, question_id: int) -> HttpResponse:
    """Answer a question."""
    now = timezone.now()
    user = signed_in(request)
    access = question_to_answer(user, question_id, now)
    form = AnswerForm(request.POST)
    if form.is_valid():
        studies = access.reader.studies_beside(access.question)
        enrolment_id = studies.enrolment_id if studies else None
        try:
            given = answer(
                question=access.question,
                by=user,
                at=now,
                body=form.cleaned_data["body"],
                enrolment_id=enrolment_id,
            )
        except QuestionError as error:
            refused(form, error)
        else:
            tell(request, f"“{access.question}” is answered.")
            return go(request, f"{access.question.get_absolute_url()}#answer-{given.pk}")
    return _page(request, access, form, status=422)


def _page(
    request: HtmxRequest, access: QuestionAccess, form: AnswerForm, *, status: int = 200
) -> HttpResponse:
    context = {"question": dashboard.question_detail(access), "form": form, "twins": twins(access)}
    return render(request, "questions/question_detail.html", context, status=status)
