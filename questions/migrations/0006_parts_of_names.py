from itertools import batched

from django.db import migrations

from questions.search import search_text

# Questions read at a time.
_AT_ONCE = 50


def find_by_parts_of_names(apps, schema_editor):
    """Fold the questions anew: the parts of names such as "DictVectorizer" are words of the index now."""
    questions = apps.get_model("questions", "Question").objects.using(schema_editor.connection.alias)
    rows = questions.order_by("pk").only("title", "detail", "search_text")
    for ids in batched(list(questions.order_by("pk").values_list("pk", flat=True)), _AT_ONCE):
        changed = []
        for question in rows.filter(pk__in=ids).prefetch_related("answers"):
            answers = sorted(
                question.answers.all(), key=lambda one: (one.answered_at is not None, one.answered_at, one.pk)
            )
            text = search_text(question.title, question.detail, [answer.body for answer in answers])
            if text != question.search_text:
                question.search_text = text
                changed.append(question)
        questions.bulk_update(changed, ["search_text"])


class Migration(migrations.Migration):
    dependencies = [("questions", "0005_covering_indexes")]

    operations = [migrations.RunPython(find_by_parts_of_names, migrations.RunPython.noop, elidable=True)]
