"""The topics of a course: pinned first, then new ones, then by asks."""

from datetime import datetime
from typing import Any

from django.http import QueryDict

from lib.pages import page_of
from questions.search import matching
from trends.access.topics import questions_to_count, topics_to_read
from trends.access.trends import TrendsAccess
from trends.actions.topics import waiting_questions
from trends.dashboards.topic_rows import Tally, tallies, topic_order, topic_rows
from trends.forms.topics import TopicFilterForm


def topic_list(*, access: TrendsAccess, now: datetime, address: QueryDict) -> dict[str, Any]:
    form = TopicFilterForm(address)
    text, sort = form.wanted()
    topics = topics_to_read(access)
    if text:
        matches = matching(questions_to_count(access), text).filter(placement__topic__isnull=False)
        topics = topics.filter(pk__in=matches.values("placement__topic"))
    columns = ("pk", "pinned_at", "size")
    found = list(topics.values_list(*columns))
    counted = tallies(access, now=now)
    own = {pk: counted.get(pk, Tally()) for pk, *_ in found}
    order = _sorted(own, [pk for pk, pinned_at, _ in found if pinned_at], sort)
    page = page_of(address, order)
    return {
        "form": form,
        "rows": topic_rows(list(page.object_list), access=access, now=now),
        "page": page,
        # A question that is no topic yet is listed only if others may belong to it.
        "count": sum(size > 1 for *_, size in found),
        "new_count": sum(own[pk].is_new for pk, _, size in found if size > 1),
        "waiting_count": waiting_questions(access.course).count(),
        "is_filtered": bool(text),
    }


def _sorted(tally_of: dict[int, Tally], pinned: list[int], sort: str) -> list[int]:
    if sort == TopicFilterForm.MOST_ASKED:
        return sorted(tally_of, key=lambda pk: (-tally_of[pk].asks, pk))
    if sort == TopicFilterForm.NEWEST:
        return sorted(tally_of, key=lambda pk: (-_moment(tally_of[pk].last_at), pk))
    return topic_order(tally_of, pinned)


def _moment(at: datetime | None) -> float:
    return at.timestamp() if at else 0.0
