from django.db import migrations, models


def note_unproven(apps, schema_editor):
    """Who accepted an invitation that was never mailed has proved no address."""
    Invitation = apps.get_model("people", "Invitation")
    EmailAddress = apps.get_model("account", "EmailAddress")
    copied = Invitation.objects.filter(accepted_at__isnull=False, sent_at=None)
    EmailAddress.objects.filter(user__in=copied.values("person")).update(verified=False)


class Migration(migrations.Migration):
    dependencies = [
        ("account", "0009_emailaddress_unique_primary_email"),
        ("people", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="invitation",
            name="is_mail_only",
            field=models.BooleanField(default=False),
        ),
        migrations.RunPython(note_unproven, migrations.RunPython.noop, elidable=True),
    ]
