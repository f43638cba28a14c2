"""What mentors wrote about a person, for an operator who is asked to remove it: in the rows and in their history."""

import re
from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F, Q

from groups.models import Absence, Group, Membership, Move
from people.forgetting import Passage
from people.models import User
from tracker.models import AgreedStep, AttentionPutAside, CheckIn, CheckInDraft, CheckInEntry, CheckInSave

_REMOVED = "[removed]"
# Texts of rows that are about one student.
_OWN: tuple[tuple[Any, str, str], ...] = (
    (CheckInEntry, "note", "note of a check-in"),
    (AgreedStep, "text", "agreed step"),
    (AttentionPutAside, "reason", "why attention was snoozed"),
    (Absence, "reason", "reason for an absence"),
    (Move, "reason", "why they were moved"),
)
# Texts of a check-in of a whole group: only those that name the person.
_SHARED = (
    ("summary", "notes for the group"),
    ("private_note", "private note"),
    ("request", "request"),
    ("request_answer", "answer to a request"),
)
_KEY = re.compile(r"([a-z]+) ([0-9]{1,19}) ([a-z_]+)")


def passages_in_check_ins(person: User) -> list[Passage]:
    return [*_own_passages(person), *_shared_passages(person)]


@transaction.atomic
def redact_in_check_ins(person: User, keys: Collection[str], at: datetime) -> None:
    """Replace the passages with these keys, wherever they are kept. Others, and those of other people, are ignored."""
    offered = {passage.key for passage in passages_in_check_ins(person)}
    for key in offered & set(keys):
        match = _KEY.fullmatch(key)
        assert match is not None, "keys are made here"  # noqa: S101
        kind, pk, field = match[1], int(match[2]), match[3]
        model = next(model for model in (CheckIn, *(row[0] for row in _OWN)) if _kind(model) == kind)
        model.objects.filter(pk=pk).exclude(**{field: ""}).update(**{field: _REMOVED})
        if model is Move:
            # The history of the stays that it changed has the same words.
            moves = Move.objects.filter(pk=pk)
            of_students = Q(enrolment__in=moves.values("enrolment")) | Q(enrolment__in=moves.values("other"))
            Membership.history.filter(of_students).update(history_change_reason=None)
        if hasattr(model, "history"):
            model.history.filter(id=pk).exclude(**{field: ""}).update(**{field: _REMOVED})
        if model is CheckIn:
            # Whoever has the form open would save the text again.
            CheckIn.objects.filter(pk=pk).update(version=F("version") + 1, changed_at=at)
    if offered & set(keys):
        CheckInDraft.objects.filter(group__in=_groups(person)).delete()
        CheckInSave.objects.filter(check_in__group__in=_groups(person)).delete()


def _kind(model: Any) -> str:
    name: str = model._meta.model_name
    return name


def _own_passages(person: User) -> Iterator[Passage]:
    for model, field, where in _OWN:
        texts: dict[int, str] = {}
        if hasattr(model, "history"):
            kept = model.history.filter(enrolment__person=person).exclude(**{field: ""})
            texts |= dict(kept.order_by("history_date", "history_id").values_list("id", field))
        about = Q(enrolment__person=person)
        if model is Move:
            about |= Q(other__person=person)
        texts |= dict(model.objects.filter(about).exclude(**{field: ""}).values_list("pk", field))
        for pk, text in texts.items():
            if text != _REMOVED:
                yield Passage(f"{_kind(model)} {pk} {field}", where, text)


def _shared_passages(person: User) -> Iterator[Passage]:
    called = {person.name, person.name.split(" ")[0], person.short_name, person.email}
    names = {name for name in called if len(name) > 1}
    named = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, names))})(?!\w)", re.IGNORECASE)
    groups = dict(_groups(person).values_list("pk", "name"))
    for field, where in _SHARED:
        texts: dict[int, tuple[int, str]] = {}
        past: Any = CheckIn.history.order_by("history_date", "history_id")
        now: Any = CheckIn.objects.all()
        for rows, pk in ((past, "id"), (now, "pk")):
            kept = rows.filter(group__in=groups).exclude(**{field: ""})
            for each, group_id, text in kept.values_list(pk, "group", field).iterator():
                if named.search(text):
                    texts[each] = (group_id, text)
        for each, (group_id, text) in texts.items():
            yield Passage(f"checkin {each} {field}", f"{where} of {groups[group_id]}", text)


def _groups(person: User) -> Any:
    return Group.objects.filter(
        Q(memberships__enrolment__person=person) | Q(check_ins__entries__enrolment__person=person)
    ).distinct()
