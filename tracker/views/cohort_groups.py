from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from groups.access import cohort_to_administer, without_group
from groups.dashboards.groups import group_page
from groups.dashboards.set_up import cohort_set_up
from groups.forms.groups import GroupFilterForm
from lib.requests import HtmxRequest
from people.access import Audience, audience, signed_in


@audience(Audience.COURSE_ADMIN)
@require_safe
def cohort_groups(request: HtmxRequest, cohort_id: int) -> HttpResponse:
    now = timezone.now()
    cohort = cohort_to_administer(signed_in(request), cohort_id, now)
    form = GroupFilterForm(request.GET)
    form.is_valid()
    chosen = form.cleaned_data
    count, is_over = cohort.groups.count(), cohort.is_closed(cohort.today(now))
    page = group_page(
        cohort,
        text=chosen.get("q", ""),
        show=chosen.get("show", ""),
        sort=chosen.get("sort", ""),
        number=request.GET.get("page"),
        now=now,
    )
    context = {
        "cohort": cohort,
        "set_up": cohort_set_up(cohort, now),
        "form": form,
        "count": count,
        "page": page,
        "is_filtered": any(request.GET.get(name) for name in ("q", "show")),
        "is_over": is_over,
        "has_waiting": not count and without_group(cohort, now).exists(),
    }
    return render(request, "tracker/cohort_groups.html", context)
