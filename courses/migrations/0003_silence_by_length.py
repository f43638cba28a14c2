from django.db import migrations, models


def leave_open(apps, schema_editor):
    """14 was the default; now the default goes by the length of the course."""
    courses = apps.get_model("courses", "Course").objects
    courses.filter(silent_days=14).update(silent_days=None)
    courses.filter(grace_days=14).update(grace_days=None)


class Migration(migrations.Migration):
    dependencies = [("courses", "0002_promise_of_help")]

    operations = [
        migrations.AlterField(
            model_name="course",
            name="silent_days",
            field=models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="inactive after (days)"),
        ),
        migrations.AlterField(
            model_name="course",
            name="grace_days",
            field=models.PositiveSmallIntegerField(
                blank=True, null=True, verbose_name="grace period after joining (days)"
            ),
        ),
        migrations.RunPython(leave_open, migrations.RunPython.noop),
    ]
