import django.db.models.deletion
from django.db import migrations, models

_EXISTING = {
    "sqlite": r"SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE '%\_tally\_%' ESCAPE '\'",
    "postgresql": (
        r"SELECT proname FROM pg_proc WHERE proname LIKE '%\_tally\_%' AND prorettype = 'trigger'::regtype"
        " AND pronamespace = current_schema()::regnamespace"
    ),
}
_DROP = {"sqlite": 'DROP TRIGGER "{}"', "postgresql": 'DROP FUNCTION "{}"() CASCADE'}


def drop_triggers(apps, schema_editor):
    """Until now triggers kept the tallies. They were made after each migrate, not by a migration."""
    vendor = schema_editor.connection.vendor
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(_EXISTING[vendor])
        for (name,) in cursor.fetchall():
            cursor.execute(_DROP[vendor].format(name))


def counted(model, **options):
    return models.ForeignKey(
        to=model,
        on_delete=django.db.models.deletion.DO_NOTHING,
        db_constraint=False,
        db_index=False,
        related_name="+",
        **options,
    )


def pk():
    return models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")


class Migration(migrations.Migration):

    dependencies = [
        ("courses", "0001_initial"),
        ("questions", "0001_initial"),
        ("trends", "0001_initial"),
    ]
    # SQLite cannot change a table that a trigger names.
    run_before = [("groups", "0002_group_sort_key")]

    operations = [
        migrations.RunPython(drop_triggers, migrations.RunPython.noop, elidable=True),
        migrations.DeleteModel(name="AskTally"),
        migrations.DeleteModel(name="TopicTally"),
        migrations.DeleteModel(name="TopicTotal"),
        migrations.DeleteModel(name="StudentTally"),
        migrations.CreateModel(
            name="CourseSummary",
            fields=[
                ("id", pk()),
                (
                    "course",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="trends_summary",
                        to="courses.course",
                    ),
                ),
                ("begun_at", models.DateTimeField()),
                ("counted_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={"verbose_name_plural": "course summaries"},
        ),
        migrations.CreateModel(
            name="AskSummary",
            fields=[
                ("id", pk()),
                ("cohort", counted("courses.cohort")),
                ("week_starts_on", models.DateField(verbose_name="week")),
                ("milestone", counted("courses.milestone", null=True)),
                ("material", counted("courses.material", null=True)),
                ("category", models.CharField(blank=True, max_length=20)),
                ("topic", counted("questions.topic", null=True)),
                ("asks", models.PositiveIntegerField()),
            ],
            options={
                "verbose_name_plural": "ask summaries",
                "indexes": [
                    models.Index(fields=["topic", "cohort", "week_starts_on", "asks"], name="ask_summary_topic"),
                    models.Index(fields=["cohort", "week_starts_on"], name="ask_summary_cohort_week"),
                ],
            },
        ),
        migrations.CreateModel(
            name="StudentSummary",
            fields=[
                ("id", pk()),
                ("cohort", counted("courses.cohort")),
                ("milestone", counted("courses.milestone")),
                ("first_week", models.DateField()),
                ("last_week", models.DateField(null=True)),
                ("students", models.PositiveIntegerField()),
            ],
            options={
                "verbose_name_plural": "student summaries",
                "indexes": [models.Index(fields=["cohort"], name="student_summary_cohort")],
            },
        ),
    ]
