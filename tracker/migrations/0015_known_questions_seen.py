import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("courses", "0007_asks_before_meeting"),
        ("tracker", "0014_requests_of_mentors"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RenameModel(old_name="KnownQuestionsClosed", new_name="KnownQuestionsSeen"),
        migrations.RemoveConstraint(model_name="knownquestionsseen", name="known_questions_closed_once"),
        migrations.AlterField(
            model_name="knownquestionsseen",
            name="closed_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name="knownquestionsseen",
            name="milestone",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="known_questions_seen",
                to="courses.milestone",
            ),
        ),
        migrations.AlterField(
            model_name="knownquestionsseen",
            name="person",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="known_questions_seen",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddConstraint(
            model_name="knownquestionsseen",
            constraint=models.UniqueConstraint(
                fields=("person", "milestone"), name="known_questions_seen_once"
            ),
        ),
    ]
