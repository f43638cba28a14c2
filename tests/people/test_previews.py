import logging

import pytest
from django.test import RequestFactory

from groups.models import Enrolment, Move
from lib.refusals import Refused
from people.models import Event
from people.previews import previewed, rolled_back
from tests.conftest import NOW, TODAY, Cast
from tests.moving import end_enrolment


def test_nothing_remains_of_what_is_rolled_back(cast: Cast, caplog: pytest.LogCaptureFixture) -> None:
    enrolment = cast.enrolment("ana")
    caplog.set_level(logging.INFO)
    kept = Enrolment.history.count()
    with rolled_back():
        end_enrolment(enrolment=enrolment, on=TODAY, end_reason="dropped", by=cast.ines, at=NOW)
        assert (Event.objects.exists(), Move.objects.exists()) == (True, True)
        assert Enrolment.history.count() > kept
    assert (Event.objects.exists(), Move.objects.exists(), Enrolment.history.count()) == (False, False, kept)
    assert Enrolment.objects.get(pk=enrolment.pk).ended_on is None
    assert not [record for record in caplog.records if record.name == "trefoil.audit"]
    end_enrolment(enrolment=enrolment, on=TODAY, end_reason="dropped", by=cast.ines, at=NOW)
    assert [record for record in caplog.records if record.name == "trefoil.audit"]


def test_a_preview_is_confirmed_as_it_was_shown() -> None:
    first = previewed(RequestFactory().post("/"), ["3 dates move"])
    again = RequestFactory().post("/", {"seen": first.key})
    same, other = previewed(again, ["3 dates move"]), previewed(again, ["2 dates move"])
    assert [(each.is_confirmed, each.is_other) for each in (first, same, other)] == [
        (False, False), (True, False), (False, True),
    ]  # fmt: skip


@pytest.mark.django_db
def test_what_is_refused_while_it_is_looked_at_passes() -> None:
    with pytest.raises(Refused, match="The group is full"), rolled_back():
        raise Refused("The group is full.")
