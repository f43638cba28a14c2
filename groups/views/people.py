from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from groups.access import cohort_to_administer, refuse_if_closed
from groups.actions.bulk import MOST
from groups.actions.enrolment import enrol, join_group
from groups.actions.inviting import people_in
from groups.actions.moving import END
from groups.dashboards.people import people_page
from groups.dashboards.set_up import cohort_set_up
from groups.forms.moving import MOVE_BUTTONS
from groups.forms.people import EnrolForm, PeopleFilterForm
from groups.views.inviting import mailed, person_of
from lib.editing import status_of
from lib.ids import as_id
from lib.refusals import Refused, acting
from lib.requests import HtmxRequest, form_page
from people.access import Audience, audience, signed_in
from people.saved_once import saved_once

_SEARCHED = ("q", "show", "group", "sort", "page")


@audience(Audience.COURSE_ADMIN)
@require_safe
def cohort_people(request: HtmxRequest, cohort_id: int) -> HttpResponse:
    now = timezone.now()
    cohort = cohort_to_administer(signed_in(request), cohort_id, now)
    form = PeopleFilterForm(request.GET, cohort=cohort)
    form.is_valid()
    chosen = form.cleaned_data
    page, lines = people_page(
        cohort,
        text=chosen.get("q", ""),
        show=chosen.get("show", ""),
        group=chosen.get("group"),
        sort=chosen.get("sort", ""),
        number=request.GET.get("page"),
        now=now,
    )
    # They are still ticked after coming back from the form for many, on this page or not.
    texts = request.GET.get("ticked", "").split("-")[:MOST]
    ids = [pk for pk in map(as_id, texts) if pk]
    ticked = set(cohort.enrolments.filter(pk__in=ids).values_list("pk", flat=True)) if ids else set()
    context = {
        "cohort": cohort,
        "today": cohort.today(now),
        "ticked": ticked,
        "ticked_elsewhere": sorted(ticked - {enrolment.pk for enrolment, _ in lines}),
        "deed": request.GET.get("deed", ""),
        "set_up": cohort_set_up(cohort, now),
        "form": form,
        "count": cohort.enrolments.not_ended(cohort.working_day(now)).count(),
        "page": page,
        "lines": lines,
        "not_invited": people_in(cohort, now).not_invited(now).count(),
        "is_filtered": any(request.GET.get(name) for name in ("q", "show", "group")),
        "deeds": {END: MOVE_BUTTONS[END]} if cohort.is_over else MOVE_BUTTONS,
        "most": MOST,
        "searched": [(name, value) for name in _SEARCHED if (value := request.GET.get(name))],
    }
    return render(request, "groups/cohort_people.html", context)


@audience(Audience.COURSE_ADMIN)
@form_page
@saved_once
def enrol_person(request: HtmxRequest, cohort_id: int) -> HttpResponse:
    now = timezone.now()
    user = signed_in(request)
    cohort = cohort_to_administer(user, cohort_id, now)
    refuse_if_closed(user, cohort, now)
    form = EnrolForm(request.POST or None, cohort=cohort, today=cohort.today(now))
    if request.method == "POST" and form.is_valid():
        data, group = form.cleaned_data, form.cleaned_data["group"]
        with acting(request, form), transaction.atomic():
            person, invitation = person_of(email=data["email"], name=data["name"], by=user, at=now)
            since = data["started_on"]
            enrolment = enrol(person=person, cohort=cohort, started_on=since, by=user, at=now)
            if group is not None:
                others = enrolment.memberships.filter(ended_on=None).exclude(group=group)
                if stay := others.select_related("group").first():
                    raise Refused(f"{person} is in {stay.group} already. Move them from their own page.")
                join_group(enrolment=enrolment, group=group, on=since, by=user, at=now)
            message = f"{person} is now in {group}." if group else f"{person} is enrolled in {cohort}."
            sent = mailed(invitation, at=now) if invitation else ""
            messages.success(request, f"{message} {sent}".strip())
            return redirect("groups:enrol", cohort.pk)
    context = {"cohort": cohort, "form": form}
    return render(request, "groups/enrol.html", context, status=status_of(form))
