"""One change of the material: what, where, what it answers, and whether it helped. At most thirteen queries."""

from typing import Any

from lib.history import changed_fields
from questions.access.questions import Reader
from questions.models import MaterialChange
from trends.dashboards.change_choices import answer_choices
from trends.dashboards.effect_rows import effect_tables, rates_drawn
from trends.dashboards.effects import effects_of

_KEPT = ("what", "material", "milestone", "url", "changed_on", "made_by")


def change_detail(change: MaterialChange, *, reader: Reader) -> dict[str, Any]:
    effect = effects_of([change], reader.relations.now)[change.pk]
    records = change.history.select_related("history_user", "material", "milestone", "made_by")
    return {
        "change": change,
        "answers": answer_choices(
            reader=reader,
            course_id=change.course_id,
            question_ids=list(change.questions.values_list("pk", flat=True)),
            topic_ids=list(change.topics.values_list("pk", flat=True)),
            text="",
        ),
        "effect": effect,
        **effect_tables(change, effect),
        "drawn": rates_drawn([effect.together]),
        "needs": list(
            change.needs.select_related("question", "topic__representative", "material").order_by("pk")
        ),
        "history": changed_fields(records, _KEPT),
    }
