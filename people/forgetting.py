"""Callbacks that remove the name and address of an anonymised person from rows of other apps.

`people` does not import the apps above it. They register their callbacks in `AppConfig.ready`.
"""

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Q

if TYPE_CHECKING:
    from people.models import User


@dataclass(frozen=True, slots=True)
class Forgotten:
    """A person who is anonymised, with the old and new name and address."""

    id: int
    name: str
    email: str
    new_name: str
    new_email: str


@dataclass(frozen=True, slots=True)
class Passage:
    """What somebody wrote about a person: an operator may read it and have it removed. `key` is for the form."""

    key: str
    where: str
    text: str


type Forget = Callable[[Forgotten], None]
type Find = Callable[["User"], list[Passage]]
type Redact = Callable[["User", Collection[str], datetime], None]
_called: list[Forget] = []
_offered: list[tuple[Find, Redact]] = []


def call_when_forgetting(forget: Forget) -> None:
    """Register a callback. It runs in the transaction that anonymises a person."""
    if forget not in _called:
        _called.append(forget)


def forget_everywhere(person: Forgotten) -> None:
    for forget in _called:
        forget(person)


def offer_for_redaction(find: Find, redact: Redact) -> None:
    """Register what finds passages about a person, and what removes those with the given keys."""
    if (find, redact) not in _offered:
        _offered.append((find, redact))


def passages_about(person: "User") -> list[Passage]:
    return [passage for find, _ in _offered for passage in find(person)]


def redact_passages(person: "User", keys: Collection[str], at: datetime) -> None:
    for _, redact in _offered:
        redact(person, keys, at)


def mention(person: Forgotten, *fields: str) -> Q:
    """Match rows in which a field contains the name or address, in common spellings.

    SQLite distinguishes upper and lower case of accented letters.
    """
    found = Q()
    for text in filter(None, (person.name, person.email)):
        for written in {text, text.lower(), text.upper(), text.title()}:
            for field in fields:
                found |= Q(**{f"{field}__icontains": written})
    return found


def cleaning(person: Forgotten) -> Callable[[str], str]:
    """Return a function that replaces the name and address as whole words, in any case."""
    pairs = [
        (re.compile(rf"(?<![\w.@-]){re.escape(old)}(?![\w@-])", re.IGNORECASE), new)
        for old, new in ((person.email, person.new_email), (person.name, person.new_name))
        if old.strip()
    ]

    def clean(text: str) -> str:
        for old, new in pairs:
            text = old.sub(new, text)
        return text

    return clean


def cleaned(value: Any, clean: Callable[[str], str]) -> Any:
    """Clean all texts of a value as JSON has it."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, list):
        return [cleaned(item, clean) for item in value]
    if isinstance(value, dict):
        return {clean(key): cleaned(item, clean) for key, item in value.items()}
    return value
