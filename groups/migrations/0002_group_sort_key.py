from typing import Any

from django.db import migrations

from lib.natural_order import NaturalKeyField, natural_key


def write_keys(apps: Any, schema_editor: Any) -> None:
    groups = apps.get_model("groups", "Group").objects.using(schema_editor.connection.alias)
    named = list(groups.only("name"))
    for group in named:
        group.sort_key = natural_key(group.name)[:200]
    groups.bulk_update(named, ["sort_key"], batch_size=200)


class Migration(migrations.Migration):
    dependencies = [("groups", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="group",
            name="sort_key",
            field=NaturalKeyField(default="", editable=False, max_length=200, of="name"),
        ),
        migrations.RunPython(write_keys, migrations.RunPython.noop, elidable=True),
    ]
