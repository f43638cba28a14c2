from collections.abc import Iterable, Mapping
from datetime import datetime
from hashlib import sha256

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from courses.models import Cohort
from groups.access import cohort_to_administer
from groups.actions.bulk import MOST
from groups.dashboards.groups import matching_groups
from groups.models import Group
from groups.times import zone_for
from lib.ids import as_id
from lib.requests import HtmxRequest
from people.access import Audience, audience, signed_in
from people.models import User
from people.saved_once import saved_once
from tracker.actions.reminding import CHECK_IN, PAUSE, remind, reminder_label, reminders
from tracker.dashboards.board import late_check_ins_in
from tracker.dashboards.board.check_ins import LateCheckIn
from tracker.standing.attention import counted


@audience(Audience.COURSE_ADMIN)
@require_POST
@saved_once
def groups_remind(request: HtmxRequest, cohort_id: int) -> HttpResponse:
    """Show of which of the chosen groups the mentors are reminded, and do it when it is sent again as it was shown."""
    now = timezone.now()
    user = signed_in(request)
    cohort = cohort_to_administer(user, cohort_id, now)
    groups = _chosen(request, cohort, now)
    if not groups or len(groups) > MOST:
        many = f"At most {MOST} groups at a time: narrow the search, and do the rest after that."
        messages.error(request, many if groups else "Tick a group first.")
        return redirect("tracker:cohort-groups", cohort.pk)
    is_late = {each.group.pk: each for each in late_check_ins_in(cohort, user, now)}
    lines = list(_lines(cohort, groups, is_late, user, now))
    late = [group for group, refusal in lines if not refusal]
    key = sha256(repr([group.pk for group in late]).encode()).hexdigest()[:16]
    if late and request.POST.get("seen") == key:
        count = remind(CHECK_IN, cohort=cohort, about=[group.pk for group in late], by=user, at=now)
        messages.success(request, f"The mentors of {counted(count, 'group')} are reminded by e-mail.")
        return redirect("tracker:cohort-groups", cohort.pk)
    context = {
        "cohort": cohort,
        "groups": groups,
        "late": late,
        "late_lines": [is_late[group.pk] for group in late],
        "key": key,
        "is_other": "seen" in request.POST,
    }
    context["others"] = [line for line in lines if line[1]]
    return render(request, "tracker/groups_remind.html", context)


def _chosen(request: HtmxRequest, cohort: Cohort, now: datetime) -> list[Group]:
    """Return the groups that are ticked, or all that the search finds; one too many at most."""
    if "all" in request.POST:
        text, show = request.POST.get("q", "")[:100], request.POST.get("show", "")
        rows = matching_groups(cohort, text=text, show=show, on=cohort.working_day(now))
    else:
        ticked = [as_id(text) for text in request.POST.getlist("group")[: MOST + 1]]
        rows = cohort.groups.filter(pk__in=[pk for pk in ticked if pk]).in_order()
    return list(rows[: MOST + 1])


def _lines(
    cohort: Cohort, groups: Iterable[Group], late: Mapping[int, LateCheckIn], by: User, now: datetime
) -> Iterable[tuple[Group, str]]:
    """Each group with why its mentors are not reminded; "" if they are."""
    reminded, zone = reminders(CHECK_IN, cohort, now - PAUSE), zone_for(by, cohort)
    for group in groups:
        event = reminded.get(group.pk)
        if group.pk not in late:
            yield group, "its check-in is not late"
        else:
            yield group, reminder_label(event, now, zone) if event else ""
