from operator import attrgetter

from django.db.models import F, Prefetch
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from groups.access import cohort_to_administer, without_group
from groups.dashboards.set_up import cohort_set_up
from groups.forms.groups import GroupFilterForm
from groups.models import Membership, Mentorship, PlanItem
from lib.pages import page_of
from lib.requests import HtmxRequest
from people.access import Audience, audience, signed_in

# Groups that are seen at once: a list of no more has no filters.
_FEW = 8


@audience(Audience.COURSE_ADMIN)
@require_safe
def cohort_groups(request: HtmxRequest, cohort_id: int) -> HttpResponse:
    now = timezone.now()
    cohort = cohort_to_administer(signed_in(request), cohort_id, now)
    on = cohort.working_day(now)
    students = Membership.objects.not_ended(on).by_name()
    mentors = Mentorship.objects.not_ended(on).select_related("person")
    # The latest due date last.
    plan = PlanItem.objects.order_by(F("due_on").asc(nulls_first=True))
    form = GroupFilterForm(request.GET)
    groups = (
        form.groups(cohort, on)
        .prefetch_related(Prefetch("memberships", students, to_attr="students"))
        .prefetch_related(Prefetch("mentorships", mentors, to_attr="mentors"))
        .prefetch_related(Prefetch("plan_items", plan, to_attr="plan"))
    )
    page = page_of(request.GET, groups)
    for group in page:
        group.mentors.sort(key=attrgetter("place"))
        marks = group.marks(stay.enrolment.person for stay in group.students)
        group.people = [(marks[stay.enrolment.person_id], stay.enrolment.person) for stay in group.students]
    count = cohort.groups.count()
    context = {
        "cohort": cohort,
        **cohort.state_on(cohort.today(now)),
        "set_up": cohort_set_up(cohort, now),
        "form": form,
        "count": count,
        "page": page,
        "is_long": count > _FEW,
        "is_filtered": any(request.GET.get(name) for name in ("q", "show")),
        "has_waiting": not count and without_group(cohort, now).exists(),
    }
    return render(request, "tracker/cohort_groups.html", context)
