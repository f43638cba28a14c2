import pytest

from lib.texts import SHARED, Personal, hidden_texts, texts_of
from people.checks import check_texts
from tracker.models import CheckIn, CheckInEntry


def test_every_text_of_every_model_says_whose_it_is() -> None:
    assert check_texts(None) == []


def test_a_text_that_does_not_say_whose_it_is_is_an_error_here_and_in_the_history(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delitem(CheckInEntry.texts, "note")
    errors = check_texts(None)
    assert {error.obj for error in errors} == {CheckInEntry, CheckInEntry.history.model}
    assert all("note" in error.msg for error in errors)
    monkeypatch.undo()
    monkeypatch.setitem(CheckIn.texts, "mood", SHARED)
    assert [error.obj for error in check_texts(None)] == [CheckIn]


def test_a_history_has_the_texts_of_its_model_and_why_it_changed() -> None:
    note = Personal(about=("enrolment__person",), is_hidden=True)
    assert texts_of(CheckInEntry.history.model) == {"history_change_reason": SHARED, "note": note}
    assert hidden_texts(CheckIn) == hidden_texts(CheckIn.history.model)
    assert hidden_texts(CheckIn) == ("private_note", "request", "request_answer")
