"""Callbacks that remove the name and address of an anonymised person from rows of other apps.

`people` does not import the apps above it. They register their callbacks in `AppConfig.ready`.
"""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Forgotten:
    """A person who is anonymised, with the old and new name and address."""

    id: int
    name: str
    email: str
    new_name: str
    new_email: str


type Forget = Callable[[Forgotten], None]
_called: list[Forget] = []


def call_when_forgetting(forget: Forget) -> None:
    """Register a callback. It runs in the transaction that anonymises a person."""
    if forget not in _called:
        _called.append(forget)


def forget_everywhere(person: Forgotten) -> None:
    for forget in _called:
        forget(person)
