"""Who keeps names and addresses outside of people's own rows, and takes them away when a person is anonymised.

`people` knows nothing of the apps above it. Such an app says at its start, in `AppConfig.ready`, what is to be called.
"""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Forgotten:
    """A person who is anonymised: what they were called, and what they are called from now on."""

    id: int
    name: str
    email: str
    new_name: str
    new_email: str


type Forget = Callable[[Forgotten], None]
_called: list[Forget] = []


def call_when_forgetting(forget: Forget) -> None:
    """Have a function called, in the same transaction, whenever a person is anonymised."""
    if forget not in _called:
        _called.append(forget)


def forget_everywhere(person: Forgotten) -> None:
    for forget in _called:
        forget(person)
