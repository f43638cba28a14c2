"""What somebody did at a moment of the demo; played in the order of time, so that every history is right."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from simple_history.signals import pre_create_historical_record


@dataclass(frozen=True, slots=True)
class Deed:
    """Something that `do` does, at that moment."""

    at: datetime
    do: Callable[[], object]


def play(deeds: Iterable[Deed], *, until: datetime) -> int:
    """Do what was done by then, the earliest first; what comes at one moment stays in order. Return how many it was."""
    done = 0
    for deed in sorted(deeds, key=lambda deed: deed.at):
        if deed.at > until:
            break
        with _history_dated(deed.at):
            deed.do()
        done += 1
    return done


@contextmanager
def _history_dated(at: datetime) -> Iterator[None]:
    """Date whatever history is written meanwhile: an action dates what it does itself, but not all it has done."""

    def date_it(*, history_instance: Any, **_: object) -> None:
        history_instance.history_date = at

    pre_create_historical_record.connect(date_it)
    try:
        yield
    finally:
        pre_create_historical_record.disconnect(date_it)
