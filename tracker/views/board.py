from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from groups.access import cohort_to_administer
from groups.actions.reminding import ALREADY, CHECK_IN, STUDENT, mentors_to_remind, remind
from groups.times import zone_for
from lib.text import counted, joined
from people.access import Audience, audience, signed_in
from people.audit import note
from tracker.access.students import student_to_change
from tracker.dashboards.board import board_list, cohort_board
from tracker.dashboards.board.places import BoardList
from tracker.dashboards.board.standings import cohort_standings
from tracker.forms.board import BoardSearchForm


@audience(Audience.COURSE_ADMIN)
@require_safe
def board(request: HttpRequest, cohort_id: int) -> HttpResponse:
    """The board of a cohort; with `show` one of the lists that it leads to."""
    now = timezone.now()
    user = signed_in(request)
    cohort = cohort_to_administer(user, cohort_id, now)
    search = BoardSearchForm(request.GET)
    text, show = (search.cleaned_data["q"], search.cleaned_data["show"]) if search.is_valid() else ("", "")
    context = {
        "search": search,
        "clear_url": request.path if text else "",
    }
    with timezone.override(zone_for(user, cohort)):
        if show in set(BoardList):
            context["list"] = board_list(
                cohort=cohort,
                reader=user,
                now=now,
                show=BoardList(show),
                text=text,
                address=request.GET,
            )
            return render(request, "tracker/board_list.html", context)
        context["board"] = cohort_board(cohort=cohort, reader=user, now=now, text=text)
        return render(request, "tracker/board.html", context)


@audience(Audience.COURSE_ADMIN)
@require_POST
def check_in_remind(request: HttpRequest, cohort_id: int) -> HttpResponse:
    """Remind the mentors of one group whose check-in is late, or of all of them."""
    now = timezone.now()
    user = signed_in(request)
    cohort = cohort_to_administer(user, cohort_id, now)
    wanted = request.POST.get("group", "")
    rows = cohort_standings(cohort, reader=user, text="", now=now).late_groups
    late = [row.group for row in rows if wanted in ("", str(row.group_id))]
    count = remind(CHECK_IN, cohort=cohort, about=[group.pk for group in late], by=user, at=now)
    if count:
        whose = late[0].name if wanted else counted(count, "group")
        messages.success(request, f"Mentors reminded by e-mail: {whose}.")
    elif late:
        messages.info(request, ALREADY)
    else:
        messages.info(request, "No check-in is late now.")
    return redirect("tracker:board", cohort.pk)


@audience(Audience.COURSE_ADMIN)
@require_POST
def student_remind(request: HttpRequest, enrolment_id: int) -> HttpResponse:
    """Remind the mentors of a student. It is said at once if nobody can hear it, else the board says what became."""
    now = timezone.now()
    user = signed_in(request)
    access = student_to_change(user, enrolment_id, now)
    cohort = access.enrolment.cohort
    cohort_to_administer(user, cohort.pk, now)
    heard = list(mentors_to_remind(access.stay.group, now).exclude(pk=user.pk)) if access.stay else []
    name = access.enrolment.person.get_short_name()
    if not heard:
        messages.error(
            request, f"Nobody was reminded of {name}: no mentor is available and gets these e-mails."
        )
    elif remind(STUDENT, cohort=cohort, about=[access.enrolment.pk], by=user, at=now):
        note(f"reminded the mentors of enrolment {access.enrolment.pk}", request=request)
        names = joined(person.get_short_name() for person in heard)
        messages.success(
            request, f"{names} {'is' if len(heard) == 1 else 'are'} reminded of {name} by e-mail."
        )
    else:
        messages.info(request, ALREADY)
    return redirect("tracker:board", cohort.pk)
