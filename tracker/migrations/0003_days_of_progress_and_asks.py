"""Say of what is there already in which week it was asked, and on which days the work began and was done."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from django.db import migrations
from django.db.models import Min

_BATCH = 1_000


def fill(apps, schema_editor):
    """Weeks of asks, days of progress, in the time zones of their cohorts."""
    _fill_asks(apps.get_model("tracker", "Ask"))
    _fill_progress(apps.get_model("tracker", "Progress"), apps.get_model("tracker", "HistoricalProgress"))


def _fill_asks(asks):
    rows = asks.objects.filter(week_starts_on=None).select_related("group__cohort").order_by("pk")
    for batch in _batches(rows):
        for ask in batch:
            day = ask.asked_at.astimezone(ZoneInfo(ask.group.cohort.time_zone)).date()
            ask.week_starts_on = day - timedelta(days=day.weekday())
        asks.objects.bulk_update(batch, ["week_starts_on"])


def _fill_progress(progress, history):
    rows = progress.objects.exclude(state="not_started").select_related("enrolment__cohort").order_by("pk")
    for batch in _batches(rows):
        begun = dict(
            history.objects.filter(id__in=[row.pk for row in batch], state__in=["working", "need_help", "done"])
            .values("id")
            .annotate(first=Min("history_date"))
            .values_list("id", "first")
        )
        for row in batch:
            zone = ZoneInfo(row.enrolment.cohort.time_zone)
            since = row.state_since.astimezone(zone).date()
            first = begun.get(row.pk, row.state_since).astimezone(zone).date()
            row.started_on = min(first, since) if row.state != "skipped" or row.pk in begun else None
            row.finished_on = since if row.state in ("done", "skipped") else None
        progress.objects.bulk_update(batch, ["started_on", "finished_on"])


def _batches(rows):
    last = 0
    while batch := list(rows.filter(pk__gt=last)[:_BATCH]):
        yield batch
        last = batch[-1].pk


class Migration(migrations.Migration):
    dependencies = [("tracker", "0002_topics_needs_and_changes")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop, elidable=True)]
