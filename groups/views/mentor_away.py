from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from groups.dashboards.mentor_away import mentor_away_page
from groups.forms.mentor_away import MentorAwayForm
from groups.mentor_access import own_days_away, own_mentorships
from lib.days import days_words
from lib.editing import status_of
from lib.requests import HtmxRequest
from people.access import Audience, audience, signed_in


@audience(Audience.PERSON)
@require_http_methods(["GET", "HEAD", "POST"])
def mentor_away(request: HtmxRequest) -> HttpResponse:
    """Let a mentor say when they are away, and tell them whom to ask for a cover."""
    now = timezone.now()
    mentorships = own_mentorships(signed_in(request), now)
    page = mentor_away_page(mentorships=mentorships, now=now)
    form = MentorAwayForm(
        request.POST or None,
        mentorships=mentorships,
        today=page.today,
        initial={"mentorships": [mentorship.pk for mentorship in mentorships]},
    )
    if request.method == "POST" and form.is_valid():
        away = form.save()
        days = days_words(away[0].starts_on, away[0].ends_on, page.today)
        messages.success(request, f"You are away {days}. Ask a course admin for a cover.")
        return redirect("groups:mentor-away")
    return render(request, "groups/mentor_away.html", {"form": form, "page": page}, status=status_of(form))


@audience(Audience.MENTOR)
@require_POST
def mentor_away_take_back(request: HtmxRequest, away_id: int) -> HttpResponse:
    """Take back that the mentor is away from a group."""
    now = timezone.now()
    away = own_days_away(signed_in(request), away_id, now)
    away.delete()
    messages.success(request, f"You are not away from {away.mentorship.group} on these days any more.")
    return redirect("groups:mentor-away")
