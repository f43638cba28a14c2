from typing import Any

from django.db import migrations

from lib.natural_order import NaturalKeyField, natural_key


def write_keys(apps: Any, schema_editor: Any) -> None:
    people = apps.get_model("people", "User").objects.using(schema_editor.connection.alias)
    named = list(people.only("name"))
    for person in named:
        person.name_key = natural_key(person.name)[:300]
    people.bulk_update(named, ["name_key"], batch_size=200)


class Migration(migrations.Migration):
    dependencies = [("people", "0016_summaries")]

    operations = [
        migrations.AddField(
            model_name="user",
            name="name_key",
            field=NaturalKeyField(default="", editable=False, max_length=300, of="name"),
        ),
        migrations.RunPython(write_keys, migrations.RunPython.noop, elidable=True),
    ]
