"""One change of the material: what, where, what it answers, and whether it helped."""

from typing import Any

from lib.history import changed_fields
from questions.access.questions import Reader
from questions.models import MaterialChange
from trends.dashboards.change_choices import chosen_answers
from trends.dashboards.effect_rows import effect_tables, judged
from trends.dashboards.effects import effects_of

_KEPT = ("what", "material", "milestone", "url", "changed_on", "made_by")


def change_detail(change: MaterialChange, *, reader: Reader) -> dict[str, Any]:
    effect = effects_of([change], reader.relations.now)[change.pk]
    records = change.history.select_related("history_user", "material", "milestone", "made_by")
    return {
        "change": change,
        "answers": chosen_answers(change.course_id, change.answered_ids(), reader),
        "effect": effect,
        **effect_tables(change, effect),
        "judged": judged(change, effect),
        "needs": list(
            change.needs.select_related("question", "topic__representative", "material").order_by("pk")
        ),
        "history": changed_fields(records, _KEPT),
    }
