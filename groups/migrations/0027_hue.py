from collections import Counter

from django.db import migrations, models


def give_hues(apps, schema_editor):
    """By the place of a group among those of its cohort as they were made."""
    Group = apps.get_model("groups", "Group")
    groups, made = list(Group.objects.order_by("pk").only("cohort_id")), Counter()
    for group in groups:
        group.hue = made[group.cohort_id] % 6 + 1
        made[group.cohort_id] += 1
    Group.objects.bulk_update(groups, ["hue"], batch_size=500)


class Migration(migrations.Migration):
    dependencies = [
        ("groups", "0026_plain_labels"),
    ]

    operations = [
        migrations.AddField(
            model_name="group",
            name="hue",
            field=models.PositiveSmallIntegerField(db_default=1, default=1, editable=False),
        ),
        migrations.AddConstraint(
            model_name="group",
            constraint=models.CheckConstraint(
                condition=models.Q(("hue__range", (1, 6))), name="group_hue_is_one_of_six"
            ),
        ),
        migrations.RunPython(give_hues, migrations.RunPython.noop),
    ]
