from django.db import migrations
from django.db.models import Value
from django.db.models.functions import Replace


def fold_the_dotless_i(apps, schema_editor):
    """Fold the Turkish "ı" as `lib.text.folded` does now: "isik" finds "ışık"."""
    questions = apps.get_model("questions", "Question").objects.using(schema_editor.connection.alias)
    questions.filter(search_text__contains="ı").update(
        search_text=Replace("search_text", Value("ı"), Value("i"))
    )


class Migration(migrations.Migration):
    dependencies = [("questions", "0008_closed")]

    operations = [migrations.RunPython(fold_the_dotless_i, migrations.RunPython.noop, elidable=True)]
