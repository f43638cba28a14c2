from zoneinfo import ZoneInfo

from django.db import migrations, models
from django.utils import timezone

import lib.mondays
from lib.weeks import monday_of


def name_meetings(apps, schema_editor):
    """Of what is still brought up the meeting is that of this week, of all else that of the week when it was added."""
    MeetingItem = apps.get_model("tracker", "MeetingItem")
    now, rows = timezone.now(), []
    for item in MeetingItem.objects.select_related("enrolment__cohort").iterator():
        zone = ZoneInfo(item.enrolment.cohort.time_zone)
        moment = now if item.state == "open" else item.added_at
        item.week_starts_on = monday_of(moment.astimezone(zone).date())
        rows.append(item)
    MeetingItem.objects.bulk_update(rows, ["week_starts_on"], batch_size=500)


class Migration(migrations.Migration):
    dependencies = [("tracker", "0034_what_help_is_about")]

    operations = [
        migrations.AddField(
            model_name="checkinsave", name="items", field=models.JSONField(db_default=[], default=list)
        ),
        migrations.AddField(
            model_name="meetingitem",
            name="week_starts_on",
            field=models.DateField(null=True, help_text="The Monday of the week.", verbose_name="week"),
        ),
        migrations.RunPython(name_meetings, migrations.RunPython.noop, elidable=True),
        migrations.AlterField(
            model_name="meetingitem",
            name="week_starts_on",
            field=models.DateField(
                db_default=lib.mondays.ThisMonday(), help_text="The Monday of the week.", verbose_name="week"
            ),
        ),
        migrations.AddConstraint(
            model_name="meetingitem",
            constraint=models.CheckConstraint(
                condition=lib.mondays.IsMonday("week_starts_on"), name="meeting_item_week_starts_monday"
            ),
        ),
    ]
