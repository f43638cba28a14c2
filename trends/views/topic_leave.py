from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from lib.requests import HtmxRequest
from people.access import Audience, audience, signed_in
from trends.access.topics import question_to_place, topic_to_change
from trends.access.trends import trends_access
from trends.actions.topics import TopicError, put_in, take_out, undo_move
from trends.dashboards.topic_choice import question_choice
from trends.forms.topics import ChosenForm, TopicSearchForm
from trends.views.topic_told import refused, told


@audience(Audience.COURSE_ADMIN)
@require_POST
def topic_leave(request: HtmxRequest, topic_id: int) -> HttpResponse:
    """Take a question out of a topic."""
    now = timezone.now()
    user = signed_in(request)
    topic = topic_to_change(user, topic_id, now)
    question = question_to_place(topic, ChosenForm.chosen_of(request.POST))
    try:
        take_out(question=question, topic=topic, by=user, at=now)
    except TopicError as error:
        return refused(request, error, topic)
    undo_url = reverse("trends:topic-move-undo", args=[topic.pk])
    words = f"“{question}” is in no topic now, and stays out."
    return told(request, words, topic, undo_url=undo_url, value=question.pk)


@audience(Audience.COURSE_ADMIN)
@require_http_methods(["GET", "HEAD", "POST"])
def topic_join(request: HtmxRequest, topic_id: int) -> HttpResponse:
    """Find a question of the course, and put it into a topic."""
    now = timezone.now()
    user = signed_in(request)
    topic = topic_to_change(user, topic_id, now)
    if request.method == "POST":
        question = question_to_place(topic, ChosenForm.chosen_of(request.POST))
        try:
            put_in(question=question, topic=topic, by=user, at=now)
        except TopicError as error:
            return refused(request, error, topic)
        undo_url = reverse("trends:topic-move-undo", args=[topic.pk])
        return told(
            request, f"“{question}” is in this topic now.", topic, undo_url=undo_url, value=question.pk
        )
    form = TopicSearchForm(request.GET, label="Search the question")
    access = trends_access(user, topic.course.slug, now)
    rows = question_choice(topic, access=access, text=form.wanted()[0])
    return render(request, "trends/topic_join.html", {"topic": topic, "rows": rows, "form": form})


@audience(Audience.COURSE_ADMIN)
@require_POST
def topic_move_undo(request: HtmxRequest, topic_id: int) -> HttpResponse:
    """Put a question back to where it stood."""
    now = timezone.now()
    user = signed_in(request)
    topic = topic_to_change(user, topic_id, now)
    question = question_to_place(topic, ChosenForm.chosen_of(request.POST))
    try:
        undo_move(question=question, by=user, at=now)
    except TopicError as error:
        return refused(request, error, topic)
    return told(request, f"“{question}” is back where it was.", topic)
