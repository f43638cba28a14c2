from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.apps.registry import Apps

from lib.text import folded

_BATCH = 1_000


def part_titles(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Put the words of the title on a line of their own, as `tracker.search.search_text` does."""
    questions = apps.get_model("tracker", "Question").objects.using(editor.connection.alias)
    changed = []
    for question in questions.only("pk", "title", "search_text").iterator(_BATCH):
        title = folded(question.title)
        rest = question.search_text.removeprefix(title).strip(" ")
        if not question.search_text.startswith(title) or rest.startswith("\n") or not rest:
            continue
        question.search_text = " ".join(part for part in (title, "\n", rest) if part)
        changed.append(question)
        if len(changed) == _BATCH:
            questions.bulk_update(changed, ["search_text"])
            changed = []
    questions.bulk_update(changed, ["search_text"])


class Migration(migrations.Migration):
    dependencies = [("tracker", "0007_settled_requests")]

    operations = [migrations.RunPython(part_titles, migrations.RunPython.noop)]
