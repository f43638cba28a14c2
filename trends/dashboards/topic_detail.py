from typing import Any

from django.db.models import Count
from django.urls import reverse

from trends.access.topics import TopicAccess
from trends.dashboards.topic_rows import asks_by_topic


def groups_that_asked(access: TopicAccess) -> list[tuple[str, str, int, str]]:
    """The groups that asked, newest cohort first, then by asks: name, cohort, asks, and where these are listed."""
    rows = (
        asks_by_topic(access.trends, topics=[access.topic.pk])
        .values_list("group__cohort", "group__name", "group__cohort__title", "group__cohort__starts_on")
        .annotate(asks=Count("pk"))
        .order_by("-group__cohort__starts_on", "group__cohort", "-asks", "group__name")
    )
    return [
        (name, cohort, asks, questions_url(access, cohort=cohort_id, group=name))
        for cohort_id, name, cohort, _, asks in rows
    ]


def questions_url(access: TopicAccess, **narrower: Any) -> str:
    query = {"topic": access.topic.pk, **narrower}
    return reverse("trends:asked", args=[access.trends.course.slug], query=query)
