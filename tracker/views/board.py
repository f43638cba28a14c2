from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from groups.access import cohort_to_administer
from groups.dashboards.set_up import cohort_set_up
from groups.tabs import cohort_tabs
from people.access import Audience, audience, signed_in
from tracker.dashboards.board import BoardList, cohort_board
from tracker.forms.board import BoardSearchForm


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
    with timezone.override(ZoneInfo(cohort.time_zone)):
        return render(request, "tracker/board.html", context)
