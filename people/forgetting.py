"""Callbacks that remove a person's name and address from rows of other apps when the person is anonymised.

`people` does not import the apps above it: they register their callbacks in `AppConfig.ready`.
"""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Forgotten:
    """A person who is anonymised, with old and new name and address."""

    id: int
    name: str
    email: str
    new_name: str
    new_email: str


type Forget = Callable[[Forgotten], None]
_called: list[Forget] = []


def call_when_forgetting(forget: Forget) -> None:
    """Register a function that is called, in the same transaction, when a person is anonymised."""
    if forget not in _called:
        _called.append(forget)


def forget_everywhere(person: Forgotten) -> None:
    for forget in _called:
        forget(person)
