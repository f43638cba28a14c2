"""Snapshots of the standings of large cohorts, so that their board need not work them out when somebody looks."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count

from courses.models import Cohort
from tracker.dashboards.board.standings import LARGE, live_snapshots
from tracker.models import BoardSnapshot, GroupSnapshot, StudentSnapshot
from tracker.models.snapshot import FORM

# A snapshot is taken again after this time, and one of another version when that version no longer does so: while it
# runs, during an upgrade, it cannot read ours.
_EVERY, _ABANDONED = timedelta(minutes=5), timedelta(minutes=15)
_BATCH = 1_000


def take_due_snapshots(now: datetime) -> None:
    """Take a snapshot of each large cohort whose last one is old, and delete those of cohorts that shrank or closed."""
    large = Cohort.objects.current().open(now.date()).annotate(size=Count("groups")).filter(size__gt=LARGE)
    for cohort in large.select_related("course").order_by("pk"):
        last = BoardSnapshot.objects.filter(cohort=cohort).first()
        if last is None or now - last.taken_at >= (_EVERY if last.form == FORM else _ABANDONED):
            take_snapshot(cohort, now)
    for old in BoardSnapshot.objects.exclude(cohort__in=large).select_related("cohort"):
        delete_snapshot(old.cohort)


def take_snapshot(cohort: Cohort, now: datetime) -> None:
    students, groups = live_snapshots(cohort, now)
    with transaction.atomic():
        delete_snapshot(cohort)
        StudentSnapshot.objects.bulk_create(students, _BATCH)
        GroupSnapshot.objects.bulk_create(groups, _BATCH)
        BoardSnapshot.objects.create(cohort=cohort, taken_at=now)


@transaction.atomic
def delete_snapshot(cohort: Cohort) -> None:
    for model in (StudentSnapshot, GroupSnapshot, BoardSnapshot):
        model.objects.filter(cohort=cohort).delete()
