from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from lib.requests import HtmxRequest
from people.access import Audience, audience, signed_in
from questions.actions.telling import TellingError, recipients_of_change, tell_of_change
from trends.access.changes import change_to_administer


@audience(Audience.COURSE_ADMIN)
@require_http_methods(["GET", "HEAD", "POST"])
def change_tell(request: HtmxRequest, change_id: int) -> HttpResponse:
    """Tell those who asked what was changed, once, after a look at how many there are: mails cannot be taken back."""
    now = timezone.now()
    user = signed_in(request)
    change = change_to_administer(user, change_id, now)
    if request.method == "POST":
        try:
            count = tell_of_change(change=change, by=user, at=now)
        except TellingError as error:
            messages.error(request, str(error))
        else:
            who = "One person who asked is" if count == 1 else f"{count} people who asked are"
            messages.success(request, f"{who} told of the change.")
        return redirect(change)
    count = len(recipients_of_change(change, now, by=user))
    return render(request, "trends/change_tell.html", {"change": change, "count": count})
