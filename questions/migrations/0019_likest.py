"""What was kept out of a topic differs from its first question; what is in no topic is compared again."""

import django.db.models.deletion
from django.db import migrations, models


def lock_tables(apps, schema_editor):
    """In the order in which requests take them: one that has the first would wait for the last, and this for it."""
    if schema_editor.connection.vendor == "postgresql":
        tables = ("question", "topic", "placement", "historicalplacement", "notintopic", "notthesame")
        schema_editor.execute(f"LOCK TABLE {', '.join(f'questions_{table}' for table in tables)}")


def keep_apart(apps, schema_editor):
    placements = apps.get_model("questions", "Placement").objects
    differences = apps.get_model("questions", "NotTheSame").objects
    for said in apps.get_model("questions", "NotInTopic").objects.select_related("topic"):
        members = placements.filter(topic=said.topic.merged_into_id or said.topic_id)
        first = members.exclude(question=said.question_id).order_by("question").first()
        if first is not None:
            smaller, larger = sorted((said.question_id, first.question_id))
            differences.get_or_create(
                question_id=smaller,
                other_id=larger,
                defaults={"said_by_id": said.said_by_id, "said_at": said.said_at},
            )
    placements.filter(topic=None, is_by_hand=False).delete()


class Migration(migrations.Migration):
    # The pages of topics of 1.0.0 fail from here on until the new processes have taken over: the rest comes before.
    dependencies = [
        ("questions", "0018_pairs_by_questions"),
        ("sheets", "0012_workbook_archive"),
        ("tracker", "0040_index_of_words"),
        ("trends", "0012_answers_that_did_not_hold"),
    ]

    operations = [
        migrations.RunPython(lock_tables, migrations.RunPython.noop),
        migrations.RunPython(keep_apart, migrations.RunPython.noop),
        migrations.RemoveConstraint(
            model_name='notintopic',
            name='not_in_topic_once',
        ),
        migrations.RemoveConstraint(
            model_name='placement',
            name='placement_may_belong_only_while_unplaced',
        ),
        migrations.RemoveField(
            model_name='historicalplacement',
            name='may_belong_to',
        ),
        migrations.AddField(
            model_name='historicalplacement',
            name='likeness',
            field=models.FloatField(default=0),
        ),
        migrations.AddField(
            model_name='historicalplacement',
            name='likest',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='questions.question'),
        ),
        migrations.AddField(
            model_name='placement',
            name='likeness',
            field=models.FloatField(default=0),
        ),
        migrations.AddField(
            model_name='placement',
            name='likest',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='questions.question'),
        ),
        migrations.AddIndex(
            model_name='placement',
            index=models.Index(models.OrderBy(models.F('likeness'), descending=True), condition=models.Q(('likest__isnull', False)), name='placement_likest_first'),
        ),
        migrations.AddConstraint(
            model_name='placement',
            constraint=models.CheckConstraint(condition=models.Q(('likest__isnull', True), models.Q(('is_by_hand', False), ('topic__isnull', True)), _connector='OR'), name='placement_likest_only_while_unplaced'),
        ),
        migrations.RemoveField(
            model_name='placement',
            name='may_belong_to',
        ),
        migrations.DeleteModel(
            name='NotInTopic',
        ),
    ]
