from datetime import timedelta

import pytest

from lib.refusals import Refused
from people.actions.limits import ASKS, spend, spend_invitation
from people.models import TokenBucket
from tests.conftest import NOW, Cast


def test_limit_holds_for_an_hour_and_for_each_person(cast: Cast) -> None:
    for _ in range(60):
        spend(ASKS, by=cast.marta, at=NOW)
    with pytest.raises(Refused, match="60 questions within an hour, the most allowed"):
        spend(ASKS, by=cast.marta, at=NOW)
    spend(ASKS, by=cast.tomas, at=NOW)
    spend(ASKS, by=cast.marta, at=NOW + timedelta(minutes=1))
    with pytest.raises(Refused):
        spend(ASKS, by=cast.marta, at=NOW + timedelta(minutes=1))
    spend(ASKS, by=cast.marta, at=NOW + timedelta(hours=2), number=60)


def test_limit_says_how_long_to_wait_and_is_logged(db: None, caplog: pytest.LogCaptureFixture) -> None:
    for _ in range(3):
        spend_invitation(to="ana@example.com", at=NOW)
    with (
        caplog.at_level("INFO", "trefoil.audit"),
        pytest.raises(Refused, match="Try again in 20 minutes"),
    ):
        spend_invitation(to="Ana@Example.com ", at=NOW)
    assert caplog.messages == ["a command: reached the limit of invited, of an address"]


def test_more_than_the_limit_at_once_is_done_once(cast: Cast) -> None:
    spend(ASKS, by=cast.marta, at=NOW, number=1_000)
    assert TokenBucket.objects.get().tokens == 0
    with pytest.raises(Refused, match="60 minutes"):
        spend(ASKS, by=cast.marta, at=NOW, number=1_000)


def test_limit_fills_up_and_never_empties_by_time(cast: Cast) -> None:
    spend(ASKS, by=cast.marta, at=NOW)
    # Imported questions were asked earlier.
    spend(ASKS, by=cast.marta, at=NOW - timedelta(days=1))
    assert TokenBucket.objects.get().tokens == 58
