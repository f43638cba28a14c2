from django.db import migrations
from django.utils import timezone


def end_mails_of_blockers(apps, schema_editor):
    """What was in the way of a student stands in the note of the check-in; no mail tells it any more."""
    apps.get_model("people", "MailChoice").objects.filter(kind="blocker").delete()
    apps.get_model("people", "Message").objects.filter(kind="blocker", ended_at=None).update(
        state="withdrawn", ended_at=timezone.now(), claimed_at=None, reason="There is no mail of this kind any more."
    )


class Migration(migrations.Migration):
    dependencies = [("telling", "0008_fewer_kinds")]

    operations = [migrations.RunPython(end_mails_of_blockers, migrations.RunPython.noop, elidable=True)]
