from itertools import batched

from django.db import migrations

from questions.similar.words import in_pairs

# Questions read at a time.
_AT_ONCE = 500


def find_what_has_no_spaces(apps, schema_editor):
    """Write texts in Chinese, Japanese, Thai and the like as pairs of letters, as `search_text` does now."""
    questions = apps.get_model("questions", "Question").objects.using(schema_editor.connection.alias)
    for ids in batched(list(questions.order_by("pk").values_list("pk", flat=True)), _AT_ONCE):
        changed = []
        for question in questions.filter(pk__in=ids).only("search_text"):
            text = in_pairs(question.search_text)
            if text != question.search_text:
                question.search_text = text
                changed.append(question)
        questions.bulk_update(changed, ["search_text"], batch_size=50)


class Migration(migrations.Migration):
    dependencies = [("questions", "0009_dotless_i")]

    operations = [migrations.RunPython(find_what_has_no_spaces, migrations.RunPython.noop, elidable=True)]
