from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from groups.access import group_to_study_in
from groups.relations import Relation, RelationKind, Relations, relations_of
from lib.days import day_words
from lib.requests import HtmxRequest
from lib.weeks import today_in
from people.access import Audience, audience, signed_in
from tracker.views.week import week_page


@audience(Audience.PERSON)
@require_safe
def my_week(request: HtmxRequest) -> HttpResponse:
    """The week in the group that the person joined last; who is in none yet, or no more, is told so."""
    now = timezone.now()
    user = signed_in(request)
    relations = relations_of(user, now)
    group_id = _joined_last(relations)
    if group_id is None:
        return render(request, "tracker/my_week.html", {"text": _without_group(relations)})
    return week_page(request, group_to_study_in(user, group_id, now), now)


def _joined_last(relations: Relations) -> int | None:
    studies = [row for row in relations.open(RelationKind.STUDIES) if row.started_on and row.group_id]
    latest = max(studies, key=lambda row: (row.started_on, row.group_id), default=None)
    return latest.group_id if latest else None


def _without_group(relations: Relations) -> str:
    """Say in words why there is no week to show: the person joins later, has left, or nobody put them into a group."""
    studies = [row for row in relations if row.kind is RelationKind.STUDIES and row.started_on]
    latest = max(studies, key=lambda row: (row.started_on, row.group_id), default=None)
    if latest is None:
        return "You are not in a group yet. A course admin puts groups together; your week begins once you are in one."
    return _joins_or_left(latest, relations)


def _joins_or_left(row: Relation, relations: Relations) -> str:
    today = today_in(row.time_zone, relations.now)
    if row.started_on is not None and today < row.started_on:
        return f"You join {row.group_name} on {day_words(row.started_on, today)}. Your week begins then."
    ended_on = f" on {day_words(row.ended_on, today)}" if row.ended_on else ""
    return f"You left {row.group_name}{ended_on}. What you marked is kept."
