from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from courses.models import Cohort
from groups.access import cohort_to_administer
from groups.actions.bulk import MOST, MOVE_BUTTONS
from groups.actions.inviting import people_in
from groups.actions.moving import END
from groups.dashboards.invitations import invitation_state, with_invitations
from groups.forms.people import DeedForm, PeopleFilterForm
from groups.models import marks_of
from lib.ids import as_id
from lib.pages import LINES, page_of
from lib.requests import HtmxRequest
from lib.text import counted
from people.access import Audience, audience, signed_in

_SEARCHED = ("q", "show", "group", "sort", "page")


@audience(Audience.COURSE_ADMIN)
@require_safe
def cohort_people(request: HtmxRequest, cohort_id: int) -> HttpResponse:
    now = timezone.now()
    cohort = cohort_to_administer(signed_in(request), cohort_id, now)
    form = PeopleFilterForm(request.GET, cohort=cohort)
    people = form.people(now).prefetch_related(with_invitations("person__invitations"))
    page = page_of(request.GET, people, LINES)
    marks = marks_of((enrolment.stays[0].group, enrolment.person) for enrolment in page if enrolment.stays)
    lines = [
        (
            enrolment,
            marks[enrolment.stays[0].group_id, enrolment.person_id]
            if enrolment.stays
            else enrolment.person.mark,
            invitation_state(enrolment.person, now),
        )
        for enrolment in page
    ]
    # They are still ticked after coming back from the form for many, on this page or not.
    texts = request.GET.get("ticked", "").split("-")[:MOST]
    ids = [pk for pk in map(as_id, texts) if pk]
    ticked = set(cohort.enrolments.filter(pk__in=ids).values_list("pk", flat=True)) if ids else set()
    today = cohort.today(now)
    context = {
        "cohort": cohort,
        **cohort.state_on(today),
        "today": today,
        "is_choosing": not cohort.archived and ("choose" in request.GET or bool(ticked)),
        "ticked": ticked,
        "ticked_elsewhere": sorted(ticked - {enrolment.pk for enrolment, _, _ in lines}),
        "form": form,
        "tabs": _tabs(request, cohort, now),
        "page": page,
        "lines": lines,
        "not_invited": people_in(cohort, now).not_invited(now).count(),
        "is_filtered": any(request.GET.get(name) for name in ("q", "show", "group")),
        "deed_form": DeedForm(
            request.GET, deeds={END: MOVE_BUTTONS[END]} if cohort.is_closed(today) else MOVE_BUTTONS
        ),
        "most": MOST,
        "searched": [(name, value) for name in _SEARCHED if (value := request.GET.get(name))],
    }
    return render(request, "groups/cohort_people.html", context)


def _tabs(request: HtmxRequest, cohort: Cohort, now: datetime) -> list[dict[str, Any]]:
    on, shows_ended = cohort.working_day(now), request.GET.get("show") == "ended"
    students, left = cohort.enrolments.not_ended(on).count(), cohort.enrolments.ended(on).count()
    tabs = [{"label": counted(students, "student"), "url": request.path, "is_current": not shows_ended}]
    if left:
        tabs.append({"label": f"{left} left", "url": f"{request.path}?show=ended", "is_current": shows_ended})
    return tabs
