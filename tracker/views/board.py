from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from groups.access import cohort_to_administer
from groups.dashboards.set_up import cohort_set_up
from groups.tabs import cohort_tabs
from groups.times import zone_for
from people.access import Audience, audience, signed_in
from tracker.actions.reminding import remind
from tracker.dashboards.board import BoardList, cohort_board, late_check_ins_in
from tracker.forms.board import BoardSearchForm
from tracker.standing.attention import counted


@audience(Audience.COURSE_ADMIN)
@require_safe
def board(request: HttpRequest, cohort_id: int) -> HttpResponse:
    now = timezone.now()
    user = signed_in(request)
    cohort = cohort_to_administer(user, cohort_id, now)
    search = BoardSearchForm(request.GET)
    text, show = (search.cleaned_data["q"], search.cleaned_data["show"]) if search.is_valid() else ("", "")
    shown = cohort_board(
        cohort=cohort,
        reader=user,
        now=now,
        show=BoardList(show) if show in set(BoardList) else None,
        text=text,
        page=request.GET.get("page"),
    )
    context = {
        "board": shown,
        # A board with nothing on it says what to do.
        "set_up": None if shown.group_count or text else cohort_set_up(cohort, now),
        "search": search,
        "clear_url": request.path if text else "",
        "tabs": cohort_tabs(cohort, "Board"),
    }
    with timezone.override(zone_for(user, cohort)):
        return render(request, "tracker/board.html", context)


@audience(Audience.COURSE_ADMIN)
@require_POST
def check_in_remind(request: HttpRequest, cohort_id: int) -> HttpResponse:
    """Remind the mentors of one group whose check-in is late, or of all of them."""
    now = timezone.now()
    user = signed_in(request)
    cohort = cohort_to_administer(user, cohort_id, now)
    wanted = request.POST.get("group", "")
    late = [each.group for each in late_check_ins_in(cohort, now) if wanted in ("", str(each.group.pk))]
    count = remind(cohort=cohort, groups=late, by=user, at=now)
    if count:
        whose = late[0].name if wanted else counted(count, "group")
        messages.success(request, f"The mentors of {whose} are reminded by e-mail.")
    elif late:
        messages.info(request, "Already reminded within a day. Nobody is reminded twice a day.")
    else:
        messages.info(request, "No check-in is late now.")
    return redirect(f"{reverse('tracker:board', args=[cohort.pk])}#late-heading")
