from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from lib.editing import status_of
from lib.requests import HtmxRequest
from people.access import Audience, audience, signed_in
from questions.access.needs import NeedAccess, need_to_read, needs
from trends.dashboards import need_detail as dashboard
from trends.dashboards.need_list import with_ask_count
from trends.forms.needs import OwnerForm, RefusalForm


@audience(Audience.MENTOR, Audience.COURSE_ADMIN)
@require_safe
def need_detail(request: HtmxRequest, need_id: int) -> HttpResponse:
    """What something needs, why, and what becomes of it."""
    access = need_to_read(signed_in(request), need_id, timezone.now(), with_ask_count(needs()))
    return need_page(request, access, RefusalForm())


def need_page(request: HtmxRequest, access: NeedAccess, refusal: RefusalForm) -> HttpResponse:
    """The page of a need, with the forms that settle it for who may."""
    context = {"need": dashboard.need_detail(access), "refusal": refusal}
    if access.is_course_admin:
        owner = access.need.owner_id
        context["owner_form"] = OwnerForm(course=access.need.course, initial={"owner": owner})
    return render(request, "trends/need_detail.html", context, status=status_of(refusal))
