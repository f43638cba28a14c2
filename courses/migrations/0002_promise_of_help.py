import django.core.validators
from django.db import migrations, models
from django.db.models import F


def promise(apps, schema_editor):
    """What was urgent after some days is promised within half of them; the old default is the new one."""
    courses = apps.get_model("courses", "Course").objects
    courses.filter(help_days__in=[0, 1, 2, 7]).update(help_days=1)
    courses.filter(help_days__gt=2).update(help_days=F("help_days") / 2)


class Migration(migrations.Migration):
    dependencies = [("courses", "0001_initial")]

    operations = [
        migrations.RunPython(promise, migrations.RunPython.noop),
        migrations.AlterField(
            model_name="course",
            name="help_days",
            field=models.PositiveSmallIntegerField(
                default=1,
                validators=[django.core.validators.MinValueValidator(1)],
                verbose_name="“need help” is promised an answer within (weekdays)",
            ),
        ),
    ]
