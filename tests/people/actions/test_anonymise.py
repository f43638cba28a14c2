import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from people.actions.anonymise import anonymise
from people.erased import note_erasure, read_erasures
from people.models import User
from tests.conftest import NOW, Cast
from tests.factories.questions import QuestionFactory


def test_anonymise_takes_the_person_and_keeps_what_they_did(cast: Cast) -> None:
    question = QuestionFactory.create(membership=cast.bruno, title="Why divide by the square root?")
    User.objects.filter(name="Bruno Sá").update(short_name="Bru")
    browser = Client()
    browser.force_login(cast.person("bruno"))
    anonymise(person=cast.person("bruno"), at=NOW)
    question.refresh_from_db()
    person = question.asked_by
    assert (person.name, person.short_name, person.email, person.is_active) == (
        f"Former person {person.pk}",
        f"Former person {person.pk}",
        f"former-{person.pk}@invalid.example",
        False,
    )
    assert question.title == "Why divide by the square root?"
    answer = browser.get("/account/")
    assert answer.status_code == 302
    assert answer["Location"].startswith("/account/login/")


def test_it_is_noted_beside_the_backups_with_what_was_removed_and_no_name(
    cast: Cast, settings: Any, tmp_path: Path, django_capture_on_commit_callbacks: Any
) -> None:
    settings.ERASED_LIST = tmp_path / "erased.jsonl"
    question = QuestionFactory.create(membership=cast.bruno, detail="Bruno Sá asks.")
    bruno, key = cast.person("bruno"), f"question {question.pk} detail"
    with django_capture_on_commit_callbacks(execute=True):
        anonymise(person=bruno, at=NOW, keys=[key], kept_because="Sá asked for it", by=cast.ines)
    noted = settings.ERASED_LIST.read_text()
    assert json.loads(noted) == {
        "person": bruno.pk,
        "joined": bruno.date_joined.timestamp(),
        "at": NOW.isoformat(),
        "keys": [key],
        "kept_because": f"Former person {bruno.pk} asked for it",
        "by": cast.ines.pk,
    }
    assert settings.ERASED_LIST.stat().st_mode & 0o777 == 0o600
    # What a full disk leaves does not spoil the line after it.
    settings.ERASED_LIST.write_text(noted[:20])
    with django_capture_on_commit_callbacks(execute=True):
        note_erasure(cast.ines, NOW, is_active=False)
    erasures, unread = read_erasures([settings.ERASED_LIST], NOW - timedelta(days=1))  # type: ignore[misc]
    assert ([one["person"] for one in erasures], unread) == ([cast.ines.pk], [noted[:20].strip()])


def test_where_it_cannot_be_noted_the_log_says_so(
    cast: Cast,
    settings: Any,
    tmp_path: Path,
    django_capture_on_commit_callbacks: Any,
    caplog: pytest.LogCaptureFixture,
) -> None:
    settings.ERASED_LIST = tmp_path / "nowhere/erased.jsonl"
    with django_capture_on_commit_callbacks(execute=True):
        anonymise(person=cast.person("bruno"), at=NOW)
    assert User.objects.get(pk=cast.person("bruno").pk).anonymised_at == NOW
    assert f'"person": {cast.person("bruno").pk}' in caplog.text
