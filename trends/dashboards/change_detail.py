"""One change of the material: what, where, what it answers, and whether it helped. At most thirteen queries."""

from dataclasses import dataclass

from lib.history import HistoryLine, changes_of
from questions.access.questions import Reader
from questions.models import MaterialChange, MaterialNeed
from trends.dashboards.change_choices import AnswerChoices, answer_choices
from trends.dashboards.effect_rows import EffectShown, effect_shown
from trends.dashboards.effects import effects_of

_KEPT = ("what", "material", "milestone", "url", "changed_on", "made_by")


@dataclass(frozen=True, slots=True)
class ChangeDetail:
    answers: AnswerChoices
    effect: EffectShown
    needs: list[MaterialNeed]
    history: tuple[HistoryLine, ...]


def change_detail(change: MaterialChange, *, reader: Reader) -> ChangeDetail:
    answers = answer_choices(
        reader=reader,
        course_id=change.course_id,
        question_ids=list(change.questions.values_list("pk", flat=True)),
        topic_ids=list(change.topics.values_list("pk", flat=True)),
        text="",
    )
    needs = change.needs.select_related("question", "topic__representative", "material").order_by("pk")
    return ChangeDetail(
        answers=answers,
        effect=effect_shown(change.pk, effects_of([change], reader.relations.now)[change.pk]),
        needs=list(needs),
        history=_history(change),
    )


def _history(change: MaterialChange) -> tuple[HistoryLine, ...]:
    records = change.history.select_related("history_user", "material", "milestone", "made_by")
    return tuple(
        HistoryLine(line.at, line.by, field.label, field.before, field.after)
        for line in changes_of(records, _KEPT)
        if line.what == "changed"
        for field in line.fields
    )
