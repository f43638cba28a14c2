from django.db import migrations
from django.utils import timezone


def tell_shifts(apps, schema_editor):
    """What a pause moved belongs to the pause. A draft that was never applied is closed, and told to its groups."""
    Shift = apps.get_model("groups", "Shift")
    PlanChange = apps.get_model("groups", "PlanChange")
    Group = apps.get_model("groups", "Group")
    for shift in Shift.objects.exclude(pause=None).order_by("pk"):
        PlanChange.objects.filter(shift=shift).update(pause=shift.pause_id)
    now = timezone.now()
    for draft in Shift.objects.filter(applied_at=None).order_by("pk"):
        if draft.pause_ends_on:
            what = f"a pause from {draft.from_on:%-d %B %Y} to {draft.pause_ends_on:%-d %B %Y}"
        else:
            what = f"due dates from {draft.from_on:%-d %B %Y} on, by {draft.days} days"
        PlanChange.objects.bulk_create(
            PlanChange(
                group_id=group,
                reason=f"{draft.reason} (drafted, never applied: {what})",
                made_by_id=draft.made_by_id,
                made_at=draft.made_at,
                undone_at=now,
            )
            for group in Group.objects.filter(cohort=draft.cohort_id)
            .exclude(pk__in=draft.left_out)
            .order_by("pk")
            .values_list("pk", flat=True)
        )


class Migration(migrations.Migration):
    # Apart from the next, which alters the table: PostgreSQL does not while rows are pending that refer to others.
    dependencies = [("groups", "0014_pause_of_plan_change")]

    operations = [migrations.RunPython(tell_shifts, migrations.RunPython.noop)]
