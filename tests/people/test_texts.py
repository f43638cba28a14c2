from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db.models import Model

from lib.texts import SHARED, hidden_texts, texts_of, undeclared
from tracker.models import CheckIn, CheckInEntry


def found() -> dict[type[Model], set[str]]:
    """The texts of our models that do not say what stands in them: Personal, SHARED or NO_NAMES of lib.texts."""
    ours = [config for config in apps.get_app_configs() if Path(config.path).parent == settings.BASE_DIR]
    return {model: names for one in ours for model in one.get_models() if (names := set(undeclared(model)))}


def test_every_text_of_every_model_says_whose_it_is() -> None:
    assert found() == {}


def test_a_text_that_does_not_say_whose_it_is_is_found_here_and_in_the_history(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delitem(CheckInEntry.texts, "note")
    assert found() == {CheckInEntry: {"note"}, CheckInEntry.history.model: {"note"}}
    monkeypatch.undo()
    monkeypatch.setitem(CheckIn.texts, "mood", SHARED)
    assert set(found()) == {CheckIn}


def test_a_history_has_the_texts_of_its_model_and_why_it_changed() -> None:
    assert texts_of(CheckInEntry.history.model) == {"history_change_reason": SHARED, **CheckInEntry.texts}
    assert hidden_texts(CheckIn) == hidden_texts(CheckIn.history.model)
    assert hidden_texts(CheckIn) == ("private_note", "request", "request_answer")
