from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from lib.refusals import acting
from lib.requests import HtmxRequest, way_back
from lib.undo import with_undo
from people.access import Audience, audience, signed_in
from questions.actions import undo_not_the_same
from trends.access.pairs import answer_to_undo, pair_to_answer
from trends.actions.topics import join_topics, keep_apart, undo_join


@audience(Audience.MENTOR, Audience.COURSE_ADMIN)
@require_POST
def pair_answer(request: HtmxRequest, question_id: int, other_id: int, *, is_same: bool) -> HttpResponse:
    now = timezone.now()
    user = signed_in(request)
    question, other = pair_to_answer(user, question_id, other_id, now)
    with acting(request):
        if is_same:
            join_topics(question=question, other=other, by=user, at=now)
            message = f"“{question}” asks the same as “{other}”."
        else:
            keep_apart(question=question, other=other, by=user, at=now)
            message = f"“{question}” does not ask the same as “{other}”."
        undo = "trends:pair-yes-undo" if is_same else "trends:pair-no-undo"
        undo_url = reverse(undo, args=[question.pk, other.pk])
        messages.success(request, with_undo(request, message, undo_url))
    return redirect(way_back(request, question.get_absolute_url()))


@audience(Audience.MENTOR, Audience.COURSE_ADMIN)
@require_POST
def pair_undo(request: HtmxRequest, question_id: int, other_id: int, *, is_same: bool) -> HttpResponse:
    now = timezone.now()
    user = signed_in(request)
    question, other = answer_to_undo(user, question_id, other_id, now, is_same=is_same)
    with acting(request):
        if is_same:
            undo_join(question=question, other=other, by=user, at=now)
        else:
            undo_not_the_same(question=question, other=other)
        messages.success(request, f"Undone: nobody said whether “{question}” asks the same as “{other}”.")
    return redirect(way_back(request, question.get_absolute_url()))
