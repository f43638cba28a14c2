"""What was kept out of a topic differs from its first question; what is in no topic is compared again."""

from django.db import migrations


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
    dependencies = [("questions", "0017_what_helped")]

    operations = [migrations.RunPython(keep_apart, migrations.RunPython.noop)]
