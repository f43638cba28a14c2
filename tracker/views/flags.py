from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from groups.access import cohort_to_administer
from groups.tabs import cohort_tabs
from groups.times import zone_for
from lib.requests import HtmxRequest, way_back
from lib.undo import with_undo
from people.access import Audience, audience, signed_in
from tracker.access.flags import flag_to_judge
from tracker.actions.flags import FlagError, judge, unjudge
from tracker.dashboards.ended_flags import ended_flags
from tracker.dashboards.flag_list import flag_list_page
from tracker.models import Flag


@audience(Audience.COURSE_ADMIN)
@require_safe
def flag_list(request: HttpRequest, cohort_id: int) -> HttpResponse:
    now = timezone.now()
    user = signed_in(request)
    cohort = cohort_to_administer(user, cohort_id, now)
    page = flag_list_page(cohort=cohort, reader=user, now=now, page=request.GET.get("page"))
    context = {"page": page, "tabs": cohort_tabs(cohort, "Board")}
    with timezone.override(zone_for(user, cohort)):
        return render(request, "tracker/flag_list.html", context)


@audience(Audience.MENTOR, Audience.COURSE_ADMIN)
@require_POST
def flag_judge(request: HtmxRequest, flag_id: int) -> HttpResponse:
    now = timezone.now()
    user = signed_in(request)
    flag = flag_to_judge(user, flag_id, now)
    verdict = request.POST.get("verdict")
    if verdict not in Flag.Verdict.values:
        raise Http404
    back = way_back(request, flag.group.get_absolute_url())
    try:
        judge(flag=flag, verdict=Flag.Verdict(verdict), by=user, at=now)
    except FlagError as error:
        messages.error(request, str(error))
    else:
        message = f"{flag}: marked as {Flag.Verdict(verdict).label}."
        undo = reverse("tracker:flag-unjudge", args=[flag_id])
        messages.success(request, with_undo(request, message, undo, name="next", value=back))
    if request.htmx.target == f"flag-{flag_id}":
        flag.refresh_from_db(fields=["verdict", "verdict_by"])
        (each,) = ended_flags([flag], now)
        return render(request, "tracker/_flag_judged.html", {"each": each})
    return redirect(back)


@audience(Audience.MENTOR, Audience.COURSE_ADMIN)
@require_POST
def flag_unjudge(request: HtmxRequest, flag_id: int) -> HttpResponse:
    now = timezone.now()
    user = signed_in(request)
    flag = flag_to_judge(user, flag_id, now)
    unjudge(flag=flag, by=user, at=now)
    messages.success(request, f"{flag}: the verdict is removed.")
    return redirect(way_back(request, flag.group.get_absolute_url()))
