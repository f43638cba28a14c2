"""A mentor's first word to their group is the group's: of several mentors each has a line of their own."""

from django.db import migrations, models


def keep_what_was_said(apps, schema_editor):
    said = apps.get_model("groups", "Mentorship").objects.exclude(hello="").select_related("group", "person")
    for mentorship in said.order_by("pk"):
        group = apps.get_model("groups", "Group").objects.get(pk=mentorship.group_id)
        group.hello = f"{group.hello}\n\n{mentorship.hello}\n{mentorship.person.name}".strip()
        group.save(update_fields=["hello"])


class Migration(migrations.Migration):
    dependencies = [("groups", "0022_note_for_the_mentor")]

    operations = [
        migrations.AddField(
            "group", "hello", models.TextField("a word to the group", max_length=3_000, blank=True, default=""),
            preserve_default=False,
        ),
        migrations.RunPython(keep_what_was_said, migrations.RunPython.noop, elidable=True),
        migrations.RemoveField("mentorship", "hello"),
        migrations.RemoveField("historicalmentorship", "hello"),
    ]
