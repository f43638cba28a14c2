from django.contrib import messages
from django.db.models import prefetch_related_objects
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from groups.access import cohort_to_administer
from groups.times import zone_for
from lib.editing import status_of
from lib.ids import as_id
from lib.pages import page_of
from lib.refusals import acting
from lib.requests import HtmxRequest, form_page, way_back
from lib.undo import with_undo
from people.access import Audience, audience, signed_in
from people.saved_once import saved_once
from tracker.access.check_ins import (
    longest_wait_first,
    request_to_settle,
    requests_to_settle,
)
from tracker.actions.requests import answer_request, hand_back_request, settle_request, take_request
from tracker.forms.requests import RequestAnswerForm


@audience(Audience.COURSE_ADMIN)
@require_safe
def request_list(request: HtmxRequest, cohort_id: int) -> HttpResponse:
    now = timezone.now()
    user = signed_in(request)
    cohort = cohort_to_administer(user, cohort_id, now)
    rows = requests_to_settle(user, cohort, now)
    open_rows = longest_wait_first(rows)
    answered = rows.filter(request_settled_at__isnull=False).order_by("-request_settled_at", "-pk")
    shows_answered = request.GET.get("show") == "answered"
    page = page_of(request.GET, answered if shows_answered else open_rows)
    prefetch_related_objects([cohort], "pauses")
    today = cohort.today(now)
    context = {
        "cohort": cohort,
        **cohort.state_on(today),
        "page": page,
        "rows": [(row, cohort.wait(row.requested_at, now) if row.requested_at else None) for row in page],
        "shows_answered": shows_answered,
        "other_count": (open_rows if shows_answered else answered).count(),
        "may_change": not cohort.is_closed(today),
    }
    with timezone.override(zone_for(user, cohort)):
        return render(request, "tracker/request_list.html", context)


_DONE = {
    "take": "You have it now",
    "hand-back": "handed back",
    "settle": "marked as resolved",
    "open": "reopened",
}


@audience(Audience.COURSE_ADMIN)
@require_POST
def request_change(request: HtmxRequest, group_id: int, week_iso: str, *, change: str) -> HttpResponse:
    user, now = signed_in(request), timezone.now()
    access = request_to_settle(user, group_id, week_iso, now)
    check_in = access.check_in
    text = f"{access.group}’s request, {check_in.week.label}"
    with acting(request, before=f"{text}: "):
        if change == "take":
            taken_from = as_id(request.POST.get("taken_from", ""))
            take_request(check_in=check_in, taken_from=taken_from, by=user, at=now)
        elif change == "hand-back":
            hand_back_request(check_in=check_in, by=user, at=now)
        else:
            settle_request(check_in=check_in, is_settled=change == "settle", by=user, at=now)
        text = f"{text}: {_DONE[change]}"
        if change == "settle":
            text = with_undo(request, text, reverse("tracker:request-open", args=[group_id, week_iso]))
        messages.success(request, text)
    return redirect(way_back(request, check_in.get_absolute_url()))


@audience(Audience.COURSE_ADMIN)
@form_page
@saved_once
def request_answer(request: HtmxRequest, group_id: int, week_iso: str) -> HttpResponse:
    user, now = signed_in(request), timezone.now()
    # Typed text is shown again, also if the mentor has removed the request meanwhile.
    is_sent = request.method == "POST"
    access = request_to_settle(user, group_id, week_iso, now, may_be_removed=is_sent)
    form = RequestAnswerForm(request.POST or None, initial={"version": access.check_in.version})
    if is_sent and form.is_valid():
        version, body = form.cleaned_data["version"], form.cleaned_data["body"]
        with acting(request, form, field="body"):
            answer_request(check_in=access.check_in, version=version, body=body, by=user, at=now)
            messages.success(request, f"Your answer is sent to {access.group}’s mentors.")
            return redirect("tracker:request-list", access.group.cohort_id)
        access = request_to_settle(user, group_id, week_iso, now, may_be_removed=True)
        form.show_version(access.check_in.version)
    cohort = access.group.cohort
    context = {"access": access, "asked": access.check_in, "form": form, "cohort": cohort}
    context["may_change"] = not cohort.is_closed(access.access.today)
    with timezone.override(zone_for(user, cohort)):
        return render(request, "tracker/request_answer.html", context, status=status_of(form))
