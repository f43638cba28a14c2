"""What a change of progress is answered with: a message that says what happened and takes it back, then the page."""

from datetime import datetime

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from lib.requests import HtmxRequest, way_back
from lib.undo import with_undo
from tracker.access.progress import MemberAccess
from tracker.actions.progress import last_change_id
from tracker.models import Progress
from tracker.views.group_card import answer_card, wants_card

_OWN = {
    Progress.State.NOT_STARTED: "{milestone} is not started.",
    Progress.State.WORKING: "You are working on {milestone}.",
    Progress.State.NEED_HELP: "You need help with {milestone}. Your mentor sees it.",
    Progress.State.DONE: "{milestone} is done.",
    Progress.State.SKIPPED: "{milestone} is skipped.",
}
_OF_A_MEMBER = {
    Progress.State.NOT_STARTED: "{name} has not started {milestone}.",
    Progress.State.WORKING: "{name} is working on {milestone}.",
    Progress.State.NEED_HELP: "{name} needs help with {milestone}.",
    Progress.State.DONE: "{milestone} of {name} is done.",
    Progress.State.SKIPPED: "{milestone} of {name} is skipped.",
}


def state_words(member: MemberAccess, progress: Progress) -> str:
    """Say where the student is with the milestone now: to themself, or to somebody else."""
    words = _OWN if member.is_own else _OF_A_MEMBER
    return words[Progress.State(progress.state)].format(
        milestone=progress.milestone.title, name=member.enrolment.person.get_short_name()
    )


def tell_mark(request: HtmxRequest, member: MemberAccess, progress: Progress) -> None:
    """Say what the mark is now, with the way back; who needs help is led to where they say what about."""
    is_asking = member.is_own and progress.state == Progress.State.NEED_HELP
    tell(
        request,
        member,
        progress,
        state_words(member, progress),
        _ask_link(member, progress) if is_asking else "",
    )


def tell(request: HtmxRequest, member: MemberAccess, progress: Progress, *words: str) -> None:
    """Say what happened, with the way back."""
    told = format_html_join(" ", "{}", ((part,) for part in words if part))
    change_id = last_change_id(progress)
    if change_id is not None:
        back = reverse("tracker:progress-undo", args=[member.access.group.pk, progress.pk, change_id])
        told = with_undo(request, told, back, name="next", value=way_back(request, ""))
    messages.success(request, told)


def answer(request: HtmxRequest, member: MemberAccess, now: datetime) -> HttpResponse:
    """Answer with the mentor's card where htmx swaps that, else send the person back to where they made the change."""
    if wants_card(request, member.access.group.pk):
        return answer_card(request, member.access.group.pk, now)
    return redirect(way_back(request, reverse("tracker:group-detail", args=[member.access.group.pk])))


def _ask_link(member: MemberAccess, progress: Progress) -> SafeString:
    url = reverse(
        "tracker:week",
        args=[member.access.group.pk],
        query={"milestone": progress.milestone_id},
        fragment="ask-title",
    )
    return format_html('<a href="{}">Say what about</a>', url)
