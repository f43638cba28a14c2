"""An anonymised person in questions and answers: their name goes by itself, what they wrote as an operator chooses.

In the rows, in what is searched, and in the histories, which keep what was changed or removed.
"""

import re
from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q

from people.forgetting import Forgotten, Passage, cleaning, mention
from people.models import User
from questions.actions.keeping import index
from questions.models import Answer, Ask, Question

_REMOVED = "[removed]"
_FIELDS: tuple[tuple[Any, str, str], ...] = (
    (Question, "title", "question"),
    (Question, "detail", "detail of a question"),
    (Answer, "body", "answer"),
)
_KEY = re.compile(r"(question|answer) ([0-9]{1,18}) ([a-z]+)")


def forget_in_questions(person: Forgotten) -> None:
    """Replace the name and address wherever a question or answer has them, whoever wrote it."""
    clean = cleaning(person)
    changed: set[int] = set()
    for model, field, _ in _FIELDS:
        longest = model._meta.get_field(field).max_length
        for rows in (model.objects, model.history):
            for row in rows.filter(mention(person, field)).iterator():
                text = clean(getattr(row, field))[:longest]
                rows.filter(pk=row.pk).update(**{field: text})
                if rows is model.objects:
                    changed.add(row.pk if model is Question else row.question_id)
    _index(changed)


def passages_in_questions(person: User) -> list[Passage]:
    """What the person asked and answered, as it is now; what is only in the histories, as it was last."""
    return [
        Passage(f"{model._meta.model_name} {pk} {field}", where, text)
        for model, field, where in _FIELDS
        for pk, text in _own(person, model, field).items()
        if text and text != _REMOVED
    ]


@transaction.atomic
def redact_in_questions(person: User, keys: Collection[str], at: datetime) -> None:
    """Replace the passages with these keys, wherever they are kept. Others, and those of other people, are ignored."""
    offered = {passage.key for passage in passages_in_questions(person)}
    changed: set[int] = set()
    for kind, pk, field in (match.groups() for key in offered & set(keys) if (match := _KEY.fullmatch(key))):
        model: Any = Question if kind == "question" else Answer
        # Whoever has the form open would save the text again.
        rows = model.objects.filter(pk=pk)
        rows.update(**{field: _REMOVED}, version=F("version") + 1, changed_at=at)
        model.history.filter(id=pk).exclude(**{field: ""}).update(**{field: _REMOVED})
        changed |= set(rows.values_list("pk" if model is Question else "question", flat=True))
    _index(changed)


def _own(person: User, model: Any, field: str) -> dict[int, str]:
    """By the id of the question or answer; a question that a mentor logged is of the student who asked it first."""
    if model is Answer:
        by_them, logged = Q(answered_by=person), Q()
    else:
        first = Ask.objects.filter(
            question=OuterRef("pk"), enrolment__person=person, asked_at=OuterRef("asked_at")
        )
        by_them, logged = Q(asked_by=person), Q(Exists(first))
    kept = model.history.filter(by_them).order_by("history_date", "history_id").values_list("id", field)
    return dict(kept) | dict(model.objects.filter(by_them | logged).order_by("pk").values_list("pk", field))


def _index(question_ids: Collection[int]) -> None:
    for question in Question.objects.filter(pk__in=question_ids):
        index(question)
        Question.objects.filter(pk=question.pk).update(search_text=question.search_text)
