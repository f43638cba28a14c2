from typing import cast

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from lib.pages import LINES, ROWS, page_of
from lib.requests import HtmxRequest
from people.access import Audience, audience, signed_in
from questions.dashboards.question_list import question_lines
from questions.models.question import QuestionQuerySet
from trends.access.trends import trends_access
from trends.counts import trend_view
from trends.dashboards.asked import asks_at, asks_in, figure_labels, questions_in, unseen_asks
from trends.forms.filters import NOTHING, FigureForm


@audience(Audience.MENTOR, Audience.COURSE_ADMIN)
@require_safe
def question_list(request: HtmxRequest, slug: str) -> HttpResponse:
    """The list of questions, of those behind a figure of the trends. Course admins make topics of those in none."""
    access = trends_access(signed_in(request), slug, timezone.now())
    view = trend_view(access, request.GET, FigureForm)
    visible, counts_asks = access.reader.visible_questions(), not view.filters.counts_questions
    found = questions_in(view, visible.originals())
    may_choose = access.is_course_admin and view.filters.topic == NOTHING and not access.course.archived
    is_choosing = may_choose and bool(view.form.cleaned_data.get("choose"))
    page = page_of(request.GET, found.order_by("-asked_at", "-pk"), LINES if is_choosing else ROWS)
    # To a mentor, only what their own groups asked, also beside questions that a figure counts once.
    rows = cast(QuestionQuerySet, page.object_list).with_ask_count("asks_here", asks_in(view))
    figure = {
        "view": view,
        "labels": figure_labels(view),
        # None if the figure counts questions.
        "ask_count": asks_at(view, found).count() if counts_asks else None,
        "unseen_count": unseen_asks(view, visible).count() if counts_asks else 0,
        "is_choosing": is_choosing,
        "may_choose": may_choose,
    }
    listed = {
        "form": view.form,
        "is_list": True,
        "is_filtered": True,
        "counts": {"all": page.paginator.count},
        "page": page,
        "lines": question_lines(rows, access.reader) if page.paginator.count else [],
    }
    return render(request, "questions/question_list.html", {"listed": listed, "figure": figure})


@audience(Audience.MENTOR, Audience.COURSE_ADMIN)
@require_safe
def asked(request: HtmxRequest, slug: str) -> HttpResponse:
    """Where the questions behind a figure were listed before; such links are in notes and bookmarks."""
    access = trends_access(signed_in(request), slug, timezone.now())
    return redirect(f"{reverse('trends:question-list', args=[access.course.slug])}?{request.GET.urlencode()}")
