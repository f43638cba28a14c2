from typing import Any
from urllib.parse import urlsplit

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from groups.access import cohort_to_administer
from groups.models import Group
from groups.times import zone_for
from lib.ids import as_id
from lib.requests import HtmxRequest, way_back
from people.access import Audience, audience, signed_in
from tracker.dashboards.everybody import everybody_page, hidden_groups
from tracker.dashboards.panels import student_panel
from tracker.forms.everybody import EverybodyForm


@audience(Audience.COURSE_ADMIN)
@require_safe
def everybody(request: HtmxRequest, cohort_id: int) -> HttpResponse:
    now, user = timezone.now(), signed_in(request)
    cohort = cohort_to_administer(user, cohort_id, now)
    form = EverybodyForm(request.GET, cohort=cohort)
    with timezone.override(zone_for(user, cohort)):
        shown = everybody_page(cohort=cohort, reader=user, now=now, address=request.GET, **form.wanted)
        form.say_behind(shown.behind_count)
        opened = shown.member(as_id(request.GET.get("student", "")) or 0)
        address = request.GET.copy()
        address.pop("student", None)
        context = {
            "cohort": cohort,
            "form": form,
            "is_filtered": any(form.wanted.values()),
            "shown": shown,
            "student_panel": student_panel(user, *opened) if opened else None,
            "here": f"{request.path}?{address.urlencode()}",
            "markable": "" if cohort.why_read_only(cohort.today(now)) else "all",
            **_rows(address.urlencode()),
        }
        return render(request, "tracker/everybody.html", context)


def row_in_everybody(request: HtmxRequest, group: Group) -> dict[str, Any]:
    """The context of a row that was changed on the page of everybody."""
    back = way_back(request, "")
    return {
        **_rows(urlsplit(back).query),
        "next": back,
        "hides_why": group.pk in hidden_groups(signed_in(request), timezone.now()),
    }


def _rows(query: str) -> dict[str, Any]:
    return {"leads": True, "everybody": True, "opens": f"?{query}&" if query else "?"}
