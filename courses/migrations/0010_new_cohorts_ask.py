from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("courses", "0009_eight_thresholds")]

    operations = [
        migrations.AlterField(
            "cohort",
            "asks_before_meeting",
            models.BooleanField(default=True, verbose_name="students say before a meeting how it is going"),
        ),
    ]
