from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from groups.access import deeds_to_administer
from groups.dashboards.deeds import in_words, with_people
from groups.forms.deeds import DeedFilterForm
from lib.pages import page_of
from lib.requests import HtmxRequest
from people.access import Audience, audience, signed_in


@audience(Audience.COURSE_ADMIN)
@require_safe
def deed_list(request: HtmxRequest, slug: str) -> HttpResponse:
    course, deeds = deeds_to_administer(signed_in(request), slug, timezone.now())
    form = DeedFilterForm(request.GET)
    page = page_of(request.GET, with_people(form.chosen(deeds)))
    context = {"course": course, "form": form, "page": page, "lines": in_words(page)}
    return render(request, "groups/deed_list.html", context)
