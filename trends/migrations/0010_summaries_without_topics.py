from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def forget_summaries(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Their cells are by topic, too. The worker counts large courses anew."""
    apps.get_model("trends", "CourseSummary").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("trends", "0009_from_here_on")]

    operations = [migrations.RunPython(forget_summaries, forget_summaries)]
