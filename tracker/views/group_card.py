"""The answer to a change that a mentor made on a card of theirs: the card anew, and what happened."""

from datetime import datetime

from django.http import HttpResponse
from django.shortcuts import render

from lib.requests import HtmxRequest
from people.access import signed_in
from tracker.dashboards.mentor import mentor_group_card


def wants_card(request: HtmxRequest, group_id: int) -> bool:
    """Say whether htmx is going to put the answer in the place of this group's card."""
    return bool(request.htmx) and request.htmx.target == f"group-{group_id}"


def answer_card(request: HtmxRequest, group_id: int, now: datetime) -> HttpResponse:
    card = mentor_group_card(group_id=group_id, mentor=signed_in(request), now=now)
    return render(request, "tracker/my_groups.html#changed-card", {"card": card})
