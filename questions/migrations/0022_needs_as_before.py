from django.db import migrations


def store_as_before(apps, schema_editor):
    """For a while 0020 stored what is open as "open", which the processes of 1.0.0 do not know."""
    for name in ("MaterialNeed", "HistoricalMaterialNeed"):
        apps.get_model("questions", name).objects.filter(state="open").update(state="to_do")


def _constraints():
    for thing in ("question", "topic", "material"):
        name = f"material_need_one_waiting_a_{thing}"
        yield f"DROP INDEX IF EXISTS material_need_one_open_a_{thing}"
        yield (
            f'CREATE UNIQUE INDEX IF NOT EXISTS "{name}" ON "questions_materialneed" ("{thing}_id")'
            " WHERE \"state\" IN ('to_do', 'doing')"
        )


class Migration(migrations.Migration):
    dependencies = [("questions", "0021_likeness_of_older_processes")]

    operations = [
        migrations.RunPython(store_as_before, migrations.RunPython.noop),
        migrations.RunSQL([*_constraints()], migrations.RunSQL.noop),
    ]
