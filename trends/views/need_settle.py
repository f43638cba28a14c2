"""What becomes of a need: somebody takes care of it, is at it, changed something, or won't."""

from collections.abc import Callable
from functools import partial

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from lib.requests import HtmxRequest
from lib.undo import with_undo
from people.access import Audience, audience, signed_in
from people.models import User
from questions.access.needs import need_to_settle, needs
from questions.models import MaterialNeed
from trends.access.changes import changes
from trends.actions.needs import NeedError, meet_need, own_need, put_back_need, refuse_need, start_need
from trends.dashboards.need_list import with_ask_count
from trends.forms.needs import MeetingForm, OwnerForm, RefusalForm
from trends.views.need_detail import need_page

# As many changes are offered, the newest first; an older one is found from its own page.
_MOST_OFFERED = 20


@audience(Audience.COURSE_ADMIN)
@require_POST
def need_own(request: HtmxRequest, need_id: int) -> HttpResponse:
    """Choose the course admin who takes care of a need."""
    now = timezone.now()
    user = signed_in(request)
    need = need_to_settle(user, need_id, now).need
    form = OwnerForm(request.POST, course=need.course)
    if not form.is_valid():
        messages.error(request, "Choose a course admin of this course, or nobody.")
        return redirect(need)
    before = need.owner
    return _done(
        request,
        need,
        partial(own_need, need=need, owner=form.cleaned_data["owner"], by=user, at=now),
        _owner_words(form.cleaned_data["owner"]),
        undo="trends:need-own",
        name="owner",
        value=before.pk if before else "",
    )


def _owner_words(owner: User | None) -> str:
    return f"{owner} takes care of it." if owner else "Nobody takes care of it now."


@audience(Audience.COURSE_ADMIN)
@require_POST
def need_start(request: HtmxRequest, need_id: int) -> HttpResponse:
    """Somebody is at it."""
    now = timezone.now()
    user = signed_in(request)
    need = need_to_settle(user, need_id, now).need
    act = partial(start_need, need=need, by=user, at=now)
    return _done(request, need, act, "Somebody is at it now.", undo="trends:need-put-back")


@audience(Audience.COURSE_ADMIN)
@require_POST
def need_put_back(request: HtmxRequest, need_id: int) -> HttpResponse:
    """Something is still to be done."""
    now = timezone.now()
    user = signed_in(request)
    need = need_to_settle(user, need_id, now).need
    act = partial(put_back_need, need=need, by=user, at=now)
    undo = "trends:need-start" if need.state == MaterialNeed.State.DOING else ""
    return _done(request, need, act, "It is to do again.", undo=undo)


@audience(Audience.COURSE_ADMIN)
@require_POST
def need_refuse(request: HtmxRequest, need_id: int) -> HttpResponse:
    """It won't change, for a reason."""
    now = timezone.now()
    user = signed_in(request)
    access = need_to_settle(user, need_id, now, with_ask_count(needs()))
    form = RefusalForm(request.POST)
    if not form.is_valid():
        return need_page(request, access, form)
    need = access.need
    was_doing = need.state == MaterialNeed.State.DOING
    act = partial(refuse_need, need=need, reason=form.cleaned_data["reason"], by=user, at=now)
    undo = "trends:need-start" if was_doing else "trends:need-put-back"
    return _done(request, need, act, "It won't change, and the reason stands with it.", undo=undo)


@audience(Audience.COURSE_ADMIN)
@require_http_methods(["GET", "HEAD", "POST"])
def need_meet(request: HtmxRequest, need_id: int) -> HttpResponse:
    """Choose the change that met a need, or record a new one."""
    now = timezone.now()
    user = signed_in(request)
    need = need_to_settle(user, need_id, now).need
    offered = changes().filter(course=need.course_id).order_by("-changed_on", "-pk")
    form = MeetingForm(request.POST if request.method == "POST" else None, changes=offered)
    if request.method == "POST" and form.is_valid():
        change = form.cleaned_data["change"]
        act = partial(meet_need, need=need, change=change, by=user, at=now)
        return _done(request, need, act, f"Changed: “{change}”.", undo="trends:need-put-back")
    record_url = f"{reverse('trends:change-new', args=[need.course.slug])}?need={need.pk}"
    context = {"need": need, "form": form, "offered": offered[:_MOST_OFFERED], "record_url": record_url}
    return render(request, "trends/need_meet.html", context, status=422 if form.errors else 200)


def _done(
    request: HtmxRequest,
    need: MaterialNeed,
    act: Callable[[], MaterialNeed],
    words: str,
    *,
    undo: str,
    name: str = "",
    value: object = "",
) -> HttpResponse:
    """Do it, say what happened with a way back, and show the need."""
    try:
        act()
    except NeedError as error:
        messages.error(request, str(error))
    else:
        url = reverse(undo, args=[need.pk]) if undo else ""
        messages.success(request, with_undo(request, words, url, name=name, value=value) if url else words)
    return redirect(need)
