"""The deeds of the demo's people. They run in order of time, so that the history is correct."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from operator import itemgetter
from typing import Any

from simple_history.signals import pre_create_historical_record

# The moment, and the function that is called as if it were that moment.
type DemoEvent = tuple[datetime, Callable[[], object]]


def replay(events: Iterable[DemoEvent], *, until: datetime) -> int:
    """Run the events up to `until`, earliest first, and return their number."""
    done = 0
    for at, action in sorted(events, key=itemgetter(0)):
        if at > until:
            break
        with _history_dated(at):
            action()
        done += 1
    return done


@contextmanager
def _history_dated(at: datetime) -> Iterator[None]:
    """Date all history written inside the block. An action passes its date only to the rows that it saves itself."""

    def date_it(*, history_instance: Any, **_: object) -> None:
        history_instance.history_date = at

    pre_create_historical_record.connect(date_it)
    try:
        yield
    finally:
        pre_create_historical_record.disconnect(date_it)
