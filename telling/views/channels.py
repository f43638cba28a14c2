"""The channels of a group or a course in the chat of its team."""

from django.contrib import messages
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from courses.models import Course
from groups.models import Group
from lib.editing import status_of
from lib.requests import HtmxRequest, form_page
from people.access import Audience, audience, signed_in
from people.audit import record
from people.models import Deed, Message
from people.saved_once import saved_once
from telling.access.channels import channel_to_lead, channels_of_course, channels_of_group
from telling.actions.channels import add_channel, change_channel, try_channel
from telling.chat.news import news_for
from telling.forms.channels import ChannelForm
from telling.models import Channel

AT_MOST = 10


@audience(Audience.MENTOR, Audience.COURSE_ADMIN)
@require_http_methods(["GET", "HEAD", "POST"])
@saved_once
def group_channels(request: HtmxRequest, group_id: int) -> HttpResponse:
    group, channels = channels_of_group(signed_in(request), group_id, timezone.now())
    return _channels(request, group, channels)


@audience(Audience.COURSE_ADMIN)
@require_http_methods(["GET", "HEAD", "POST"])
@saved_once
def course_channels(request: HtmxRequest, slug: str) -> HttpResponse:
    course, channels = channels_of_course(signed_in(request), slug, timezone.now())
    return _channels(request, course, channels)


def _channels(request: HtmxRequest, of: Group | Course, channels: QuerySet[Channel]) -> HttpResponse:
    form = ChannelForm(request.POST or None, news=news_for(is_course=isinstance(of, Course)))
    new = None
    if request.method == "POST" and channels.count() >= AT_MOST:
        form.add_error(None, f"There are {AT_MOST} channels already. Remove one first.")
    if request.method == "POST" and form.is_valid():
        new = add_channel(of=of, by=signed_in(request), at=timezone.now(), **form.cleaned_data)
        _record("added", new, request)
        messages.success(request, "Channel added. Send a test to see whether it arrives.")
        if not new.secret:
            return redirect(_url(new))
        form = ChannelForm(news=news_for(is_course=isinstance(of, Course)))
    latest = Message.objects.filter(channel=OuterRef("pk")).order_by("-pk").values("pk")[:1]
    posts = Message.objects.filter(pk__in=channels.order_by().values(latest=Subquery(latest)))
    by_channel = {post.channel_id: post for post in posts}
    context = {
        "of": of,
        "is_course": isinstance(of, Course),
        "channels": [(channel, by_channel.get(channel.pk)) for channel in channels],
        "form": form,
        "new": new,
    }
    return render(request, "telling/channels.html", context, status=status_of(form))


def _url(channel: Channel) -> str:
    if channel.course is not None:
        return reverse("telling:course-channels", args=[channel.course.slug])
    return reverse("telling:group-channels", args=[channel.group_id])


@audience(Audience.MENTOR, Audience.COURSE_ADMIN)
@form_page
@saved_once
def channel_edit(request: HtmxRequest, channel_id: int) -> HttpResponse:
    channel = channel_to_lead(signed_in(request), channel_id, timezone.now())
    form = ChannelForm(
        request.POST or None, news=news_for(is_course=channel.group_id is None), channel=channel
    )
    if request.method == "POST" and form.is_valid():
        change_channel(channel=channel, by=signed_in(request), **form.cleaned_data)
        _record("changed", channel, request)
        messages.success(request, f"Saved. The channel at {channel.host} is on.")
        return redirect(_url(channel))
    context = {
        "form": form,
        "channel": channel,
        "of": channel.of,
        "cancel_url": _url(channel),
    }
    return render(request, "telling/channel_edit.html", context, status=status_of(form))


def _record(deed: str, channel: Channel, request: HtmxRequest) -> None:
    of, now = channel.of, timezone.now()
    done, by = f"{deed} a channel of {{thing}} at {channel.host}", signed_in(request)
    record(Deed.Kind.ADDRESS, done, thing=of, by=by, at=now)


@audience(Audience.MENTOR, Audience.COURSE_ADMIN)
@require_POST
def channel_try(request: HtmxRequest, channel_id: int) -> HttpResponse:
    channel = channel_to_lead(signed_in(request), channel_id, timezone.now())
    if not channel.posts.waiting().filter(event=None).exists():
        try_channel(channel=channel, at=timezone.now())
    messages.info(request, "A test post is on its way. Reload this page to see whether it arrived.")
    return redirect(_url(channel))


@audience(Audience.MENTOR, Audience.COURSE_ADMIN)
@require_POST
def channel_remove(request: HtmxRequest, channel_id: int) -> HttpResponse:
    channel = channel_to_lead(signed_in(request), channel_id, timezone.now())
    url, host = _url(channel), channel.host
    _record("removed", channel, request)
    channel.delete()
    messages.success(request, f"The channel at {host} is removed.")
    return redirect(url)
