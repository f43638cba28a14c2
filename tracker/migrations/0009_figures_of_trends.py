import django.db.models.deletion
import tracker.models.answered_within
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("courses", "0002_initial"),
        ("tracker", "0008_titles_in_the_search"),
    ]

    operations = [
        migrations.CreateModel(
            name="StudentTally",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("first_week", models.DateField()),
                ("last_week", models.DateField(null=True)),
                ("students", models.IntegerField()),
                (
                    "cohort",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="student_tallies",
                        to="courses.cohort",
                    ),
                ),
                (
                    "milestone",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="student_tallies",
                        to="courses.milestone",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "student tallies",
            },
        ),
        migrations.AddField(
            model_name="question",
            name="answered_within",
            field=models.GeneratedField(
                db_persist=True,
                expression=tracker.models.answered_within.AnsweredWithin("asked_at", "first_answered_at"),
                output_field=models.IntegerField(null=True),
            ),
        ),
        migrations.AddIndex(
            model_name="question",
            index=models.Index(
                condition=models.Q(("duplicate_of", None)),
                fields=["cohort", "milestone", "category", "answered_within", "material", "asked_at"],
                name="question_trends",
            ),
        ),
    ]
