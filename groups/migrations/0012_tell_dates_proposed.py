from django.db import migrations
from django.utils import timezone


def tell_dates_proposed(apps, schema_editor):
    """What was proposed, and never came into a plan, stays in the plan's history, with who proposed it and which days."""
    PlanChange = apps.get_model("groups", "PlanChange")
    now = timezone.now()
    PlanChange.objects.bulk_create(
        PlanChange(
            group_id=proposal.group_id,
            reason=f"{'Proposed, and dropped' if proposal.dropped_at else 'Proposed'}: {proposal.basis}"[:100],
            days=proposal.days,
            made_by_id=proposal.made_by_id,
            made_at=proposal.made_at,
            # It changes no plan, and promises nothing.
            undone_by_id=proposal.dropped_by_id,
            undone_at=proposal.dropped_at or now,
        )
        for proposal in apps.get_model("groups", "DatesProposal").objects.filter(agreed_at=None).order_by("pk")
    )
    Message = apps.get_model("people", "Message")
    waiting = Message.objects.filter(event__kind="dates_dropped", state__in=["waiting", "digest"])
    waiting.update(state="withdrawn", reason="Dates are no longer proposed.", ended_at=now, claimed_at=None)


class Migration(migrations.Migration):
    dependencies = [("groups", "0011_dates_proposal"), ("people", "0010_known_time_zones")]

    operations = [migrations.RunPython(tell_dates_proposed, migrations.RunPython.noop)]
