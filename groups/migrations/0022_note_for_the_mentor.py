"""What student and mentor wrote in the first agreement is a note for the mentor, in the rows and in their history."""

from django.db import migrations, models
from django.db.models import Case, F, Value, When
from django.db.models.functions import Concat

ROWS = ("Enrolment", "HistoricalEnrolment")


def keep_what_was_written(apps, schema_editor):
    """In one update: PostgreSQL alters no table in which a row was updated twice in the same transaction."""
    goal, contact = Concat(Value("Goal: "), F("goal")), Concat(Value("To reach each other: "), F("contact"))
    for name in ROWS:
        rows = apps.get_model("groups", name).objects.exclude(goal="", contact="")
        rows.update(
            mentor_note=Case(
                When(contact="", then=goal),
                When(goal="", then=contact),
                default=Concat(goal, Value("\n"), contact),
                output_field=models.TextField(),
            )
        )


class Migration(migrations.Migration):
    dependencies = [("groups", "0021_permissions_of_operators")]

    operations = [
        *(
            migrations.AddField(
                name, "mentor_note", models.TextField("note for the mentor", blank=True, max_length=1000, default=""), preserve_default=False
            )
            for name in ROWS
        ),
        migrations.AddField(
            "mentorship", "hello", models.TextField(blank=True, max_length=1000, default=""), preserve_default=False
        ),
        migrations.AddField(
            "historicalmentorship", "hello", models.TextField(blank=True, max_length=1000, default=""), preserve_default=False
        ),
        migrations.RunPython(keep_what_was_written, migrations.RunPython.noop, elidable=True),
        migrations.RemoveConstraint("enrolment", "enrolment_agreed_at_and_by"),
        *(
            migrations.RemoveField(name, field)
            for name in ROWS
            for field in ("goal", "contact", "agreed_at", "agreed_by")
        ),
    ]
