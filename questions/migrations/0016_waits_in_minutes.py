import questions.models.answered_within
from django.db import migrations, models

_TRENDS = models.Index(
    condition=models.Q(("duplicate_of", None)),
    fields=[
        "cohort",
        "milestone",
        "category",
        "answered_within",
        "is_answer_undated",
        "material",
        "asked_at",
        "is_undated",
    ],
    name="question_trends",
)


class Migration(migrations.Migration):
    """`answered_within` was in steps of up to a week; to be worked out otherwise, a generated column is made anew."""

    dependencies = [("questions", "0015_from_here_on")]

    operations = [
        migrations.RemoveIndex(model_name="question", name="question_trends"),
        migrations.RemoveField(model_name="question", name="answered_within"),
        migrations.AddField(
            model_name="question",
            name="answered_within",
            field=models.GeneratedField(
                db_persist=True,
                expression=questions.models.answered_within.AnsweredWithin("asked_at", "first_answered_at"),
                output_field=models.IntegerField(null=True),
            ),
        ),
        migrations.AddIndex(model_name="question", index=_TRENDS),
    ]
