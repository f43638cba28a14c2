from django.apps.registry import Apps
from django.core.serializers.json import DjangoJSONEncoder
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def forget_summaries(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """They have no stays. The worker counts large courses anew."""
    apps.get_model("trends", "CourseSummary").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("trends", "0010_summaries_without_topics")]

    operations = [
        migrations.RunPython(forget_summaries, forget_summaries),
        migrations.AddField(
            "CourseSummary", "stays", models.JSONField(db_default=[], encoder=DjangoJSONEncoder)
        ),
    ]
