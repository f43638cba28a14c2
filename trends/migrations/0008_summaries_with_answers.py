from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def forget_summaries(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Their cells do not say which asks were answered already. The worker counts large courses anew."""
    apps.get_model("trends", "CourseSummary").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("trends", "0007_summaries_with_stays")]

    operations = [migrations.RunPython(forget_summaries, forget_summaries)]
