"""The questions behind a count on a change's page. Five queries."""

from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, F, Max, Q, QuerySet
from django.db.models.functions import Coalesce
from django.http import QueryDict

from lib.weeks import monday_of
from questions.access.questions import Reader
from questions.access.sight import questions_visible_to
from questions.dashboards.question_rows import question_rows
from questions.models import Ask, MaterialChange
from trends.dashboards.effects import questions_answered
from trends.forms.changes import AsksForm

PAGE_SIZE = 25


def change_asks(change: MaterialChange, *, reader: Reader, address: QueryDict) -> dict[str, Any]:
    """`rows` are questions with the number of their asks, and the week of the last one."""
    side, cohorts = AsksForm(address, course_id=change.course_id).wanted()
    week = monday_of(change.changed_on)
    weeks = {"before": Q(week_starts_on__lt=week), "after": Q(week_starts_on__gt=week)}
    asks = Ask.objects.filter(weeks[side], question__in=questions_answered([change.pk]).get(change.pk, ()))
    if cohorts:
        asks = asks.filter(group__cohort__in=cohorts)
    counted = _counted(asks)
    page = Paginator(counted, PAGE_SIZE).get_page(address.get("page"))
    visible = questions_visible_to(reader.user, reader.relations.now)
    rows = {
        row.question.pk: row
        for row in question_rows(visible.filter(pk__in=[pk for pk, *_ in page.object_list]), reader=reader)
    }
    return {
        "side": side,
        "cohorts": ", ".join(cohort.title for cohort in cohorts),
        "week": week,
        "rows": [(rows[pk], count, last) for pk, count, last in page.object_list if pk in rows],
        "page": page,
        "ask_count": sum(count for _, count, _ in counted),
    }


def _counted(asks: QuerySet[Ask]) -> list[tuple[int, int, date]]:
    """Originals, with the number of asks and the week of the last one, most asked first."""
    rows = (
        asks.annotate(original=Coalesce("question__duplicate_of", "question")).order_by().values("original")
    )
    return list(
        rows.annotate(count=Count("pk"), last=Max("week_starts_on"))
        .order_by(F("count").desc(), "-last", "original")
        .values_list("original", "count", "last")
    )
