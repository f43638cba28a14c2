from datetime import timedelta

import pytest
from simple_history.signals import pre_create_historical_record

from demo.events import replay
from tests.conftest import NOW, Cast


def test_play_does_what_was_done_by_then_in_order_of_time() -> None:
    done: list[str] = []
    events = [
        (NOW + timedelta(hours=1), lambda: done.append("in the future")),
        (NOW, lambda: done.append("now")),
        (NOW - timedelta(days=1), lambda: done.append("yesterday, first")),
        (NOW - timedelta(days=1), lambda: done.append("yesterday, second")),
    ]
    assert replay(events, until=NOW) == 3
    assert done == ["yesterday, first", "yesterday, second", "now"]


def test_play_dates_the_history_of_what_is_saved(cast: Cast) -> None:
    at = NOW - timedelta(days=3)
    stay = cast.ana
    replay([(at, stay.save)], until=NOW)
    stay.save()
    dates = stay.history.order_by("history_id").values_list("history_date", flat=True)
    assert list(dates) == [NOW, at, NOW]


def test_play_that_fails_dates_no_history_afterwards(cast: Cast) -> None:
    def fail() -> None:
        raise LookupError

    with pytest.raises(LookupError):
        replay([(NOW - timedelta(days=3), fail)], until=NOW)
    assert not pre_create_historical_record.receivers
