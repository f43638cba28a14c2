"""The questions behind a figure of the trends, by page, with how often each was asked in it."""

from dataclasses import dataclass
from typing import Any, cast

from django.core.paginator import Page
from django.http import QueryDict

from questions.access.questions import QuestionAccess
from questions.access.sight import questions_visible_to
from questions.dashboards.question_list import (
    counted_page,
    narrowed_questions,
    originals_of_matches,
    sorted_questions,
)
from questions.dashboards.question_rows import question_rows
from questions.forms.question_filters import QuestionFilterForm
from questions.models.question import QuestionQuerySet
from questions.search import matching
from trends.counts import TrendView
from trends.dashboards.asked_questions import AskedFigure, asked_figure, asks_in, questions_in


@dataclass(frozen=True, slots=True)
class AskedPage:
    """A page of the questions that a figure counts, without duplicates. `count` covers all pages."""

    view: TrendView
    form: QuestionFilterForm
    rows: tuple[QuestionAccess, ...]
    page: Page[Any]
    count: int
    open_count: int
    is_filtered: bool
    figure: AskedFigure


def asked_page(view: TrendView, address: QueryDict) -> AskedPage:
    """Return the questions behind the figure of the view, narrowed and sorted by the filters of the list."""
    reader = view.access.reader
    visible = questions_visible_to(reader.user, reader.relations.now)
    form = QuestionFilterForm(address, milestones=(), materials=(), groups=(), has_category=False)
    filters = form.filters()
    matches = matching(visible, filters.text) if filters.text else None
    listed = questions_in(view, narrowed_questions(originals_of_matches(visible, matches), filters, reader))
    page, open_count = counted_page(listed, sorted_questions(listed, filters.sort), address.get("page"))
    count = page.paginator.count
    rows = cast(QuestionQuerySet, page.object_list)
    if not view.filters.counts_questions:
        rows = rows.with_ask_count("asks_here", asks_in(view))
    return AskedPage(
        view=view,
        form=form,
        rows=tuple(question_rows(rows, reader=reader, matches=matches)) if count else (),
        page=page,
        count=count,
        open_count=open_count,
        is_filtered=filters.are_set,
        figure=asked_figure(view, listed, visible),
    )
