from django.db import migrations, models
import django.core.serializers.json
import django.db.models.deletion


class Migration(migrations.Migration):
    """Nothing is lost: the worker counts large courses again within a minute."""

    dependencies = [
        ("courses", "0005_promises"),
        ("trends", "0005_covering_indexes"),
    ]

    operations = [
        migrations.DeleteModel(name="AskSummary"),
        migrations.DeleteModel(name="QuestionSummary"),
        migrations.DeleteModel(name="StudentSummary"),
        migrations.DeleteModel(name="TopicSummary"),
        migrations.DeleteModel(name="CourseSummary"),
        migrations.CreateModel(
            name="CourseSummary",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("counted_at", models.DateTimeField()),
                ("cells", models.JSONField(encoder=django.core.serializers.json.DjangoJSONEncoder)),
                (
                    "course",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="trends_summary",
                        to="courses.course",
                    ),
                ),
            ],
            options={"verbose_name_plural": "course summaries"},
        ),
    ]
