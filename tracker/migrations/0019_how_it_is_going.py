from django.db import migrations, models
from django.db.models import Case, F, Value, When
from django.db.models.functions import Concat

GOING = [("stuck", "Stuck"), ("so_so", "So-so"), ("well", "Well")]
ROWS = ("MeetingNote", "HistoricalMeetingNote")


def keep_what_was_said(apps, schema_editor):
    """Turn confidence and pace into one answer; what was typed becomes lines of the note.

    In one update: PostgreSQL alters no table in which a row was updated twice in the same transaction.
    """
    blocked, following = Concat(Value("Blocked by: "), F("blocker")), Concat(Value("Next: "), F("next_step"))
    for name in ROWS:
        apps.get_model("tracker", name).objects.update(
            going=Case(
                When(pace="stuck", then=Value("stuck")),
                When(confidence="high", then=Value("well")),
                default=Value("so_so"),
            ),
            note=Case(
                When(blocker="", next_step="", then=Value("")),
                When(next_step="", then=blocked),
                When(blocker="", then=following),
                default=Concat(blocked, Value("\n"), following),
            ),
        )


class Migration(migrations.Migration):
    dependencies = [("tracker", "0018_rings_are_suggested")]

    operations = [
        *(
            migrations.AddField(
                name,
                "going",
                models.CharField("how is it going?", max_length=10, choices=GOING, default="so_so"),
                preserve_default=False,
            )
            for name in ROWS
        ),
        *(
            migrations.AddField(name, "note", models.TextField(blank=True, max_length=1000, default=""), preserve_default=False)
            for name in ROWS
        ),
        migrations.RunPython(keep_what_was_said, migrations.RunPython.noop, elidable=True),
        *(
            migrations.RemoveField(name, field)
            for name in ROWS
            for field in ("confidence", "pace", "blocker", "next_step")
        ),
    ]
