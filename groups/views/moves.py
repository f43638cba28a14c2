from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from groups.access import cohort_to_administer
from groups.dashboards.moving import moves_of
from lib.requests import HtmxRequest
from people.access import Audience, audience, signed_in


@audience(Audience.COURSE_ADMIN)
@require_safe
def move_list(request: HtmxRequest, cohort_id: int) -> HttpResponse:
    user = signed_in(request)
    cohort = cohort_to_administer(user, cohort_id, timezone.now())
    context = {
        "cohort": cohort,
        "page": moves_of(cohort, user, request.GET.get("page")),
    }
    return render(request, "groups/move_list.html", context)
