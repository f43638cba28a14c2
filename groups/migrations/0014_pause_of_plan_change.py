import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("groups", "0013_no_dates_proposals"), ("courses", "0007_asks_before_meeting")]

    operations = [
        migrations.AddField(
            model_name="planchange",
            name="pause",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="plan_changes",
                to="courses.pause",
            ),
        ),
        migrations.AlterField(
            model_name="planchange", name="reason", field=models.CharField(blank=True, max_length=200)
        ),
    ]
