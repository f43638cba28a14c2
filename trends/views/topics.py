from collections.abc import Callable
from contextlib import nullcontext
from functools import partial
from typing import cast

from django.contrib import messages
from django.db import transaction
from django.db.models import F, Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from groups.access import course_to_administer
from lib.editing import status_of
from lib.pages import page_of
from lib.refusals import acting
from lib.requests import HtmxRequest, form_page, way_back
from lib.undo import with_undo
from people.access import Audience, audience, signed_in
from people.saved_once import forget_sent, saved_once
from questions.dashboards.question_rows import question_rows
from questions.models import Topic
from questions.models.question import QuestionQuerySet
from questions.search import matching
from trends.access.topics import (
    question_to_place,
    questions_to_count,
    questions_to_place,
    topic_to_change,
    topic_to_read,
    topics_to_read,
)
from trends.access.trends import trends_access
from trends.actions.topics import (
    add_to_topic,
    make_topic,
    merge_topics,
    pin_topic,
    remove_from_topic,
    undo_move,
    undo_topic,
    waiting_questions,
)
from trends.dashboards.effect_rows import judged
from trends.dashboards.effects import effects_of
from trends.dashboards.pairs import likely_pairs
from trends.dashboards.topic_choice import question_choice, topics_found
from trends.dashboards.topic_detail import best_answer, groups_that_asked, questions_url
from trends.dashboards.topic_history import topic_history
from trends.dashboards.topic_rows import Tally, tallies, topic_order, topic_rows
from trends.forms.topics import ChosenForm, TopicFilterForm, TopicNameForm, TopicSearchForm


@audience(Audience.MENTOR, Audience.COURSE_ADMIN)
@require_safe
def topic_list(request: HtmxRequest, slug: str) -> HttpResponse:
    """Course admins see the whole course, mentors their own groups."""
    now = timezone.now()
    access = trends_access(signed_in(request), slug, now)
    form = TopicFilterForm(request.GET)
    text, sort = form.wanted()
    topics = topics_to_read(access)
    if text:
        matches = matching(questions_to_count(access), text).filter(placement__topic__isnull=False)
        topics = topics.filter(pk__in=matches.values("placement__topic"))
    found = list(topics.values_list("pk", "pinned_at"))
    counted = tallies(access, now=now, sort=sort)
    tally_of = {pk: counted.get(pk, Tally()) for pk, _ in found}
    page = page_of(request.GET, topic_order(tally_of, [pk for pk, pinned_at in found if pinned_at], sort))
    context = {
        "course": access.course,
        "may_change": access.is_course_admin,
        "form": form,
        "rows": topic_rows(list(page), access=access, now=now),
        "page": page,
        "count": len(found),
        "new_count": sum(tally.is_new for tally in tally_of.values()),
        "waiting_count": waiting_questions(access.course).count(),
        "is_filtered": bool(text),
    }
    return render(request, "trends/topic_list.html", context)


@audience(Audience.MENTOR, Audience.COURSE_ADMIN)
@require_safe
def topic_detail(request: HtmxRequest, topic_id: int) -> HttpResponse:
    """A merged topic redirects to the one it is part of."""
    now = timezone.now()
    access = topic_to_read(signed_in(request), topic_id, now)
    topic, trends = access.topic, access.trends
    if topic.merged_into is not None:
        return redirect(topic.merged_into)
    if topic.pk != topic_id:
        return redirect(topic)
    row = next(iter(topic_rows([topic.pk], access=trends, now=now)), None)
    # To a mentor, the trends count only what their own groups asked: not even the order tells more.
    order = [F("ask_count").desc()] if access.may_change else []
    own = questions_to_count(trends).filter(placement__topic=topic).with_ask_count()
    page = page_of(request.GET, own.order_by(*order, "-asked_at", "-pk"), count=row.size if row else 0)
    changes = row.changes if row else []
    effects = effects_of(changes, now)
    context = {
        "course": trends.course,
        "access": access,
        # What this reader may see of it: the topic itself is asked only for its id.
        "row": row,
        "title": row.title if row else str(topic),
        # No list shows it with fewer than two questions.
        "is_topic": row is not None and row.size > 1,
        "questions": question_rows(cast(QuestionQuerySet, page.object_list), reader=trends.reader)
        if row
        else [],
        "page": page,
        "pairs": likely_pairs(trends, Q(likest__placement__topic__in=topic.with_merged())),
        "groups": groups_that_asked(access),
        "changes": [judged(change, effects[change.pk]) for change in changes],
        "answer": best_answer(access, own) if row else None,
        "is_removing": access.may_change and "remove" in request.GET,
        "history": topic_history(topic) if access.may_change else (),
        "url": questions_url(access),
    }
    return render(request, "trends/topic_detail.html", context)


@audience(Audience.COURSE_ADMIN)
@require_POST
@saved_once
def topic_new(request: HtmxRequest, slug: str) -> HttpResponse:
    """Make a topic of the chosen questions."""
    now = timezone.now()
    user = signed_in(request)
    course = course_to_administer(user, slug, now)
    questions = questions_to_place(course, request.POST.getlist("question"))
    with acting(request):
        topic = make_topic(questions=questions, by=user, at=now)
        undo_url = reverse("trends:topic-undo", args=[slug, topic.pk])
        message = f"“{topic}” is a topic of {len(questions)} questions."
        messages.success(request, with_undo(request, message, undo_url))
        return redirect(topic)
    return redirect(way_back(request, reverse("trends:trends", args=[slug])))


@audience(Audience.COURSE_ADMIN)
@require_POST
def topic_undo(request: HtmxRequest, slug: str, topic_id: int) -> HttpResponse:
    now = timezone.now()
    user = signed_in(request)
    topic = Topic.objects.filter(course=course_to_administer(user, slug, now), pk=topic_id).first()
    if topic is None:
        messages.info(request, "That is no longer a topic.")
        return redirect("trends:trends", slug)
    with acting(request):
        undo_topic(topic=topic, by=user, at=now)
        forget_sent(topic.get_absolute_url())
        messages.success(request, f"“{topic}” is no longer a topic.")
        return redirect("trends:trends", slug)
    return redirect(topic)


@audience(Audience.COURSE_ADMIN)
@form_page
@saved_once
def topic_rename(request: HtmxRequest, topic_id: int) -> HttpResponse:
    now = timezone.now()
    user = signed_in(request)
    is_saving = request.method == "POST"
    with transaction.atomic() if is_saving else nullcontext():
        topic = topic_to_change(user, topic_id, now, is_locked=is_saving)
        title, before = str(topic), topic.title
        form = TopicNameForm(request.POST or None, instance=topic)
        if form.is_valid():
            form.save_by(by=user, at=now)
            message = f"Renamed to “{topic}”." if topic.title else "Topic name removed."
            undo_url = reverse("trends:topic-rename", args=[topic.pk])
            messages.success(request, with_undo(request, message, undo_url, name="title", value=before))
            return redirect(topic)
    context = {"form": form, "title": title, "topic": topic}
    return render(request, "trends/topic_rename.html", context, status=status_of(form))


@audience(Audience.COURSE_ADMIN)
@form_page
@saved_once
def topic_merge(request: HtmxRequest, topic_id: int) -> HttpResponse:
    now = timezone.now()
    user = signed_in(request)
    topic = topic_to_change(user, topic_id, now)
    if request.method == "POST":
        into = topic_to_change(user, ChosenForm.chosen_of(request.POST), now)
        with acting(request):
            into = merge_topics(topic=topic, into=into, by=user, at=now)
            messages.success(request, f"Merged “{topic}” into “{into}”.")
        # A merged topic leads on to the other.
        return redirect(topic)
    form = TopicSearchForm(request.GET, label="Search for a topic")
    text, chosen = form.wanted()
    access = trends_access(user, topic.course.slug, now)
    others = topics_to_read(access).exclude(pk=topic.pk)
    if chosen:
        ids = list(others.filter(pk=chosen).values_list("pk", flat=True))
    else:
        ids = topics_found(others, text, access=access) if text else []
    rows = {row.id: row for row in topic_rows([topic.pk, *ids], access=access, now=now)}
    own = rows.pop(topic.pk, None)
    other = rows.get(chosen) if chosen else None
    context = {
        "topic": topic,
        "own": own,
        "into": other,
        "matches": [] if chosen else list(rows.values()),
        # How the two will be called; empty if nobody named either.
        "name": (Topic.objects.get(pk=other.id).title if other else "") or topic.title,
        "text": text,
        "form": form,
    }
    return render(request, "trends/topic_merge.html", context)


@audience(Audience.COURSE_ADMIN)
@require_POST
def topic_pin(request: HtmxRequest, topic_id: int, *, is_pinned: bool) -> HttpResponse:
    now = timezone.now()
    user = signed_in(request)
    topic = topic_to_change(user, topic_id, now)
    with acting(request):
        topic = pin_topic(topic=topic, is_pinned=is_pinned, by=user, at=now)
        undo_url = reverse("trends:topic-unpin" if is_pinned else "trends:topic-pin", args=[topic.pk])
        verb = "Pinned" if is_pinned else "Unpinned"
        messages.success(request, with_undo(request, f"{verb} “{topic}”.", undo_url))
    return redirect(topic)


@audience(Audience.COURSE_ADMIN)
@require_POST
def topic_question_remove(request: HtmxRequest, topic_id: int) -> HttpResponse:
    message = "Removed “{}” from the topic. It won't be added to one automatically."
    return _place(request, topic_id, remove_from_topic, message, undo="trends:topic-question-remove-undo")


@audience(Audience.COURSE_ADMIN)
@form_page
def topic_question_add(request: HtmxRequest, topic_id: int) -> HttpResponse:
    if request.method == "POST":
        message = "Added “{}” to the topic."
        return _place(request, topic_id, add_to_topic, message, undo="trends:topic-question-add-undo")
    now = timezone.now()
    user = signed_in(request)
    topic = topic_to_change(user, topic_id, now)
    form = TopicSearchForm(request.GET, label="Search for a question")
    access = trends_access(user, topic.course.slug, now)
    rows = question_choice(topic, access=access, text=form.wanted()[0])
    return render(request, "trends/topic_question_add.html", {"topic": topic, "rows": rows, "form": form})


@audience(Audience.COURSE_ADMIN)
@require_POST
def topic_move_undo(request: HtmxRequest, topic_id: int, *, is_removal: bool) -> HttpResponse:
    return _place(request, topic_id, partial(undo_move, is_removal=is_removal), "Moved “{}” back.")


def _place(
    request: HtmxRequest, topic_id: int, place: Callable[..., object], message: str, *, undo: str = ""
) -> HttpResponse:
    """Do something with the chosen question and the topic, say so, and return to the topic.

    Args:
        undo: the address to which the button in the message posts the question.
    """
    now = timezone.now()
    user = signed_in(request)
    topic = topic_to_change(user, topic_id, now)
    question = question_to_place(topic, ChosenForm.chosen_of(request.POST))
    with acting(request):
        place(question=question, topic=topic, by=user, at=now)
        message = message.format(question)
        if undo:
            undo_url = reverse(undo, args=[topic.pk])
            message = with_undo(request, message, undo_url, name="chosen", value=question.pk)
        messages.success(request, message)
    return redirect(topic)
