from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response, set_response_etag
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_POST, require_safe

from lib.requests import form_page
from people.access import Audience, audience, signed_in
from people.audit import note
from telling.access.calendar_feeds import feed_to_read
from telling.actions.calendar_feeds import remove_feed, renew_feed
from telling.calendar import icalendar_of
from telling.dashboards.calendar_events import calendar_events
from telling.models import CalendarFeed


@audience(Audience.PERSON)
@form_page
def calendar_feed(request: HttpRequest) -> HttpResponse:
    """Make an address and show it. It is in this answer only: a redirect would have to keep it somewhere."""
    person = signed_in(request)
    context: dict[str, object] = {}
    if request.method == "POST":
        token = renew_feed(person=person, at=timezone.now())
        note("made an address of their calendar")
        link = f"{settings.SITE_URL}{reverse('telling:calendar-ics', args=[token])}"
        context = {"link": link, "subscribe": f"webcal://{link.partition('://')[2]}"}
    context["feed"] = CalendarFeed.objects.filter(person=person).first()
    return render(request, "telling/calendar_feed.html", context)


@audience(Audience.PERSON)
@require_POST
def calendar_feed_remove(request: HttpRequest) -> HttpResponse:
    remove_feed(person=signed_in(request))
    note("removed the address of their calendar")
    messages.success(request, "Removed: your calendar’s address no longer works.")
    return redirect("telling:calendar-feed")


@audience(Audience.ANYBODY)
@login_not_required
@require_safe
@cache_control(private=True, no_cache=True)
def calendar_ics(request: HttpRequest, token: str) -> HttpResponseBase:
    """The calendar itself, for programs: whoever has the token may read it."""
    feed = feed_to_read(token)
    events = calendar_events(feed.person, timezone.now())
    response = HttpResponse(
        icalendar_of(events, made_at=feed.made_at, site=settings.SITE_URL),
        content_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": 'inline; filename="trefoil.ics"'},
    )
    # Also for HEAD, which Django's own decorator leaves out.
    set_response_etag(response)
    return get_conditional_response(request, etag=response["ETag"], response=response) or response
