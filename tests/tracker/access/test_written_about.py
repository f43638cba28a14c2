import pytest

from lib.texts import Personal
from tracker.access.written_about import mask
from tracker.models import CheckIn, CheckInEntry


def test_mask_empties_whatever_the_models_declare_as_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(CheckIn.texts, "summary", Personal(is_hidden=True))
    check_in = CheckIn(summary="Ill", private_note="Ill", request="Ill", request_answer="Ill", outcome="held")
    entry = CheckInEntry(note="Ill", attendance="absent")
    mask(check_in, entry)
    said = (check_in.summary, check_in.private_note, check_in.request, check_in.request_answer, entry.note)
    assert said == ("",) * 5
    assert (check_in.outcome, entry.attendance) == ("held", "absent")
