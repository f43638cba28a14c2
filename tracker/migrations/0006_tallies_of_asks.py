import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("courses", "0002_initial"),
        ("tracker", "0005_notes_that_joined_a_need"),
    ]

    operations = [
        migrations.CreateModel(
            name="AskTally",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("week_starts_on", models.DateField(verbose_name="week")),
                ("category", models.CharField(blank=True, max_length=20)),
                ("asks", models.IntegerField()),
                (
                    "cohort",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="ask_tallies",
                        to="courses.cohort",
                    ),
                ),
                (
                    "milestone",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="ask_tallies",
                        to="courses.milestone",
                    ),
                ),
                (
                    "material",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="ask_tallies",
                        to="courses.material",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "ask tallies",
                "indexes": [
                    models.Index(fields=["cohort", "week_starts_on"], name="ask_tally_cohort_week"),
                ],
            },
        ),
        migrations.CreateModel(
            name="TopicTally",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("week_starts_on", models.DateField(verbose_name="week")),
                ("category", models.CharField(blank=True, max_length=20)),
                ("asks", models.IntegerField()),
                (
                    "topic",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="ask_tallies",
                        to="tracker.topic",
                    ),
                ),
                (
                    "cohort",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="topic_tallies",
                        to="courses.cohort",
                    ),
                ),
                (
                    "milestone",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="topic_tallies",
                        to="courses.milestone",
                    ),
                ),
                (
                    "material",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="topic_tallies",
                        to="courses.material",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "topic tallies",
                "indexes": [
                    models.Index(fields=["topic", "week_starts_on"], name="topic_tally_topic_week"),
                    models.Index(fields=["cohort", "week_starts_on"], name="topic_tally_cohort_week"),
                ],
            },
        ),
    ]
