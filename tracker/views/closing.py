from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from groups.access import cohort_to_administer
from lib.editing import status_of
from lib.refusals import Refused, acting
from lib.requests import HtmxRequest, form_page
from lib.text import joined
from people.access import Audience, audience, signed_in
from people.previews import previewed
from people.saved_once import saved_once
from tracker.actions.closing import close_cohort, closing_of, open_again
from tracker.dashboards.closing import closing_effects, closings_of, open_in
from tracker.forms.closing import ClosingForm

# How many names a message has room for.
_NAMED = 5


@audience(Audience.COURSE_ADMIN)
@form_page
@saved_once
def cohort_close(request: HtmxRequest, cohort_id: int) -> HttpResponse:
    """Ask what becomes of what is open, show what that means, and do it when it is sent again as it was shown."""
    now = timezone.now()
    user = signed_in(request)
    cohort = cohort_to_administer(user, cohort_id, now)
    if closing_of(cohort) is not None:
        if request.method == "POST":
            messages.error(request, f"Somebody has already closed {cohort}. Nothing was changed.")
            return redirect("tracker:cohort-close", cohort.pk)
        closings = closings_of(cohort)
        context = {"cohort": cohort, "closing": closings[0], "closings": closings}
        return render(request, "tracker/cohort_closed.html", context)
    found = open_in(cohort, user, now)
    form = ClosingForm(
        request.POST or None,
        cohort=cohort,
        today=cohort.today(now),
        finished=[row.id for row in found.finished],
        others=[(row.id, row.label) for row in found.others],
    )
    context = {"cohort": cohort, "found": found, "form": form, "closings": closings_of(cohort)}
    if request.method != "POST" or not form.is_valid() or "back" in request.POST:
        return render(request, "tracker/cohort_close.html", context, status=status_of(form))
    on = form.cleaned_data["on"]
    preview = previewed(request, closing_effects(cohort, found, on, form.reasons, now))
    if preview.is_confirmed:
        with acting(request):
            close_cohort(
                cohort=cohort, on=on, reasons=form.reasons, word=form.cleaned_data["word"], by=user, at=now,
            )  # fmt: skip
            messages.success(request, f"{cohort} is closed. Its students and mentors get an e-mail.")
        return redirect("tracker:cohort-close", cohort.pk)
    return render(request, "tracker/cohort_close_preview.html", context | {"preview": preview})


@audience(Audience.COURSE_ADMIN)
@require_POST
def cohort_open_again(request: HtmxRequest, cohort_id: int) -> HttpResponse:
    now = timezone.now()
    user = signed_in(request)
    cohort = cohort_to_administer(user, cohort_id, now)
    closing = closing_of(cohort)
    with acting(request):
        if closing is None:
            raise Refused(f"{cohort} is open again already.")
        _, kept = open_again(closing=closing, by=user, at=now)
        messages.success(request, f"{cohort} is open again.")
        if kept:
            names = joined((enrolment.person for enrolment in kept), _NAMED)
            messages.warning(
                request, f"These stay as they are, because something has changed or is full: {names}."
            )
    return redirect("groups:cohort-calendar", cohort.pk)
