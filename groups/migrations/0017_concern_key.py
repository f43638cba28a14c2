import uuid

from django.db import migrations, models


def give_keys(apps, schema_editor):
    Concern = apps.get_model("groups", "Concern")
    for concern in Concern.objects.all():
        concern.key = uuid.uuid4()
        concern.save(update_fields=["key"])


class Migration(migrations.Migration):
    dependencies = [("groups", "0016_no_shifts")]

    operations = [
        migrations.AddField("concern", "key", models.UUIDField(null=True, editable=False)),
        migrations.RunPython(give_keys, migrations.RunPython.noop),
        migrations.AlterField(
            "concern", "key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)
        ),
    ]
