"""An anonymised person is named nowhere: every column of every table is read, whoever wrote what into it."""

import base64
import binascii
import io
import json
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.contrib.sessions.models import Session
from django.db import connection
from django.db.models import BinaryField, JSONField, Model, SlugField, URLField
from django.test import Client
from django.urls import reverse

from groups.models import Closing, Concern, Enrolment, Group, Membership, Move, ProposedGroup
from lib.texts import texts_of
from people.actions.anonymise import anonymise
from people.forgetting import Names, passages_about
from people.models import Event, KeptPassage, Message, User
from questions.actions.keeping import index_changed
from questions.models import MaterialNeed, Question
from questions.search import matching
from sheets.actions.undo import undo
from sheets.models import SheetImport
from telling.models import BrokenPromise, Morning
from tests.conftest import NOW, TODAY, Cast
from tests.factories.people import UserFactory
from tests.factories.tracker import CheckInEntryFactory, CheckInFactory, MeetingItemFactory
from tests.moving import move_student
from tests.places import furnish
from tests.security.everything import places
from tests.sheets.importing import confirmed, roster
from tracker.models import CheckIn, CheckInDraft, CheckInSave

# Words that stand in nothing else.
NAMED = ("quetzal", "xochitl", "xochi", "uxmal")
SAID = "Ask Xóchitl Quetzal. Did xochi write? From XOCHITL.QUETZAL@uxmal.example to Quetzal"


@pytest.fixture
def operator(cast: Cast) -> Client:
    olga = UserFactory.create(name="Olga Reis", is_staff=True, is_superuser=True)
    client = Client()
    client.force_login(olga)
    return client


@pytest.fixture
def person(cast: Cast) -> User:
    person = cast.person("bruno")
    User.objects.filter(pk=person.pk).update(
        name="Xóchitl Quetzal", short_name="Xochi", email="xochitl.quetzal@uxmal.example"
    )
    person.refresh_from_db()
    return person


def workbook() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as parts:
        parts.writestr("xl/sharedStrings.xml", "<si><r><t>X&#243;chi</t></r><r><t>tl Quetzal</t></r></si>")
    return file.getvalue()


def name_everywhere(of: type[Model], name: str, row: Model) -> Any:
    """A value for the column that names the person, as long as it may be."""
    field: Any = of._meta.get_field(name)
    if isinstance(field, BinaryField):
        return workbook() if getattr(row, name) else b""
    if isinstance(field, URLField):
        return f"https://example.com/xochitl-quetzal/{row.pk}?of=xochi"
    if isinstance(field, SlugField):
        return f"xochitl-quetzal-{row.pk}"
    if name == "led_to":
        return "/questions/?q=X%C3%B3chitl+Quetzal"
    if name == "rows":
        return [{"pk": 1, "before": None, "after": {"title": SAID}}]
    if isinstance(field, JSONField):
        return {"Xóchitl.": ["Só Xóchitl."]}
    if name == "change_message":
        return json.dumps([{"changed": {"object": SAID}}])
    if name in ("address", "email"):
        return "xochitl.quetzal@uxmal.example"
    return f"{row.pk} {SAID}"[: field.max_length]


def kept() -> Iterator[tuple[str, str]]:
    """All that the database holds, table by table; of sessions and the cache, too, what they hold packed."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608
            for value in (value for row in cursor.fetchall() for value in row):
                packed = bytes(value) if isinstance(value, bytes | memoryview) else b""
                text = packed.decode(errors="replace") or f"{value}"
                yield table, text
                if text.startswith(("{", "[", '"')) and "\\u" in text:
                    yield table, str(json.loads(text))
                if table == "people_cache":
                    with suppress(binascii.Error):
                        yield table, base64.b64decode(text).decode(errors="replace")
    for session in Session.objects.all():
        yield "django_session", str(session.get_decoded())


def named_in(*words: str) -> set[str]:
    return {table for table, text in kept() for word in words if word in text.lower().replace("ó", "o")}


def test_nothing_names_who_is_anonymised_where_everything_found_was_ticked(
    cast: Cast, person: User, operator: Client
) -> None:
    furnish(cast)
    places(cast)
    Closing.objects.create(cohort=cast.cohort, on=TODAY, made_by=cast.ines)
    CheckInDraft.objects.create(
        group=cast.juniper, week_starts_on="2026-09-14", person=cast.tomas, saved_at=NOW
    )
    check_in = CheckInFactory.create(group=cast.juniper)
    CheckInSave.objects.create(check_in=check_in, person=cast.tomas, saved_at=NOW)
    event = Event.objects.create(kind="x", at=NOW)
    Morning.objects.create(zone="Europe/Lisbon", day=TODAY, event=event)
    BrokenPromise.objects.create(wait="help", at=NOW)
    browser = Client()
    browser.force_login(person)
    browser.get("/")
    Client().post(reverse("account_request_login_code"), {"email": person.email})
    Client().post(reverse("account_login"), {"login": person.email, "password": "xochitl quetzal"})
    LogEntry.objects.log_actions(cast.ines.pk, [person], 2, SAID, single_object=True)
    # Columns that may hold words.
    CheckIn.objects.update(request_settled_at=NOW, request_settled_by=cast.ines)
    Concern.objects.update(answer="x", answered_at=NOW, answered_by=cast.ines)
    MaterialNeed.objects.update(state="wont_change", reason="x", change=None)
    Message.objects.update(state="waiting", ended_at=None)
    filled = set()
    for model in apps.get_models():
        texts = {"object_repr": 1, "change_message": 1} if model is LogEntry else texts_of(model)
        for name in (name for name, text in texts.items() if text is not None and model is not User):
            for row in model._base_manager.all():
                model._base_manager.filter(pk=row.pk).update(**{name: name_everywhere(model, name, row)})
                filled.add((model, name))
    for group in (*Group.objects.all(), *ProposedGroup.objects.all()):
        group.save()
    EmailAddress.objects.create(user=person, email="before@uxmal.example")
    index_changed({(Question, question.pk): {} for question in Question.objects.all()})
    tables = {model._meta.db_table for model, _ in filled}
    assert tables <= named_in(*NAMED)
    url = reverse("admin:people_user_changelist")
    chosen = {"action": "anonymise_people", "_selected_action": [person.pk]}
    page = operator.post(url, chosen)
    keys = [passage.key for _, found in page.context["passages"] for passage in found]
    operator.post(url, chosen | {"confirmed": "1", "passages": keys})
    assert User.objects.get(pk=person.pk).anonymised_at == NOW
    assert not KeptPassage.objects.exists()
    assert named_in(*NAMED) == set()
    assert not matching(Question.objects.all(), "xochitl").exists()
    assert Group.objects.filter(pk=cast.juniper.pk, name__contains="Former person").exists()


def offered(person: User) -> dict[str, str]:
    """The passages by their text."""
    return {passage.text: passage.key for passage in passages_about(person, Names(person))}


def test_what_names_somebody_as_they_are_called_is_offered_for_removal(cast: Cast) -> None:
    person = cast.person("bruno")
    User.objects.filter(pk=person.pk).update(short_name="Bru")
    person.refresh_from_db()
    texts = ["Bru was ill.", "bruno paired with Ana.", "Brunch on Friday."]
    for n, text in enumerate(texts):
        CheckInFactory.create(group=cast.clover, week_starts_on=f"2026-08-{3 + 7 * n:02}", private_note=text)
    assert set(offered(person)) == set(texts[:2])


def test_a_common_name_goes_from_the_sentences_that_were_ticked_only(cast: Cast) -> None:
    person = cast.person("bruno")
    User.objects.filter(pk=person.pk).update(name="Will")
    person.refresh_from_db()
    CheckInFactory.create(group=cast.juniper, summary="Will you ask Ana? Will helped her. The will is there.")
    found = offered(person)
    assert set(found) == {"Will you ask Ana?", "Will helped her.", "The will is there."}
    anonymise(person=person, at=NOW, keys=[found["Will helped her."]])
    new = f"Former person {person.pk}"
    assert CheckIn.objects.get().summary == f"Will you ask Ana? {new} helped her. The will is there."
    assert set(CheckIn.history.values_list("summary", flat=True)) == {CheckIn.objects.get().summary}


def test_the_small_words_of_a_name_are_offered_nowhere(cast: Cast) -> None:
    person = cast.person("bruno")
    User.objects.filter(pk=person.pk).update(name="Bruno Da Sá")
    person.refresh_from_db()
    CheckInFactory.create(
        group=cast.juniper, summary="O fim da aula. Sá saiu. Pergunta ao brunO. Bruno da Sá riu."
    )
    assert set(offered(person)) == {"Sá saiu.", "Pergunta ao brunO."}


def test_a_name_that_two_have_is_replaced_where_it_was_ticked_only(cast: Cast) -> None:
    person = cast.person("bruno")
    UserFactory.create(name="bruno sá", email="other@example.com")
    CheckInFactory.create(group=cast.juniper, summary="Bruno Sá came. bruno@example.com, too.")
    assert set(offered(person)) == {"Bruno Sá came."}
    anonymise(person=person, at=NOW)
    assert CheckIn.objects.get().summary == f"Bruno Sá came. former-{person.pk}@invalid.example, too."
    assert User.objects.get(email="other@example.com").name == "bruno sá"


def test_what_somebody_chose_to_keep_is_listed_with_the_reason(cast: Cast, operator: Client) -> None:
    person = cast.person("bruno")
    entry = CheckInEntryFactory.create(enrolment=cast.enrolment("bruno"), note="Bruno is ill.")
    url = reverse("admin:people_user_changelist")
    chosen = {"action": "anonymise_people", "_selected_action": [person.pk], "confirmed": "1"}
    page = operator.post(url, chosen).text
    assert "Say why the rest is kept" in page
    assert User.objects.get(pk=person.pk).anonymised_at is None
    operator.post(url, chosen | {"reason": "The mentor asked for it"})
    row = KeptPassage.objects.get()
    olga = User.objects.get(name="Olga Reis")
    assert (row.person_id, row.reason, row.kept_by) == (person.pk, "The mentor asked for it", olga)
    assert row.where == f"Former person {person.pk}: present, note"
    assert "The mentor asked for it" in operator.get(reverse("admin:people_keptpassage_changelist")).text
    entry.refresh_from_db()
    assert entry.note == "Bruno is ill."


def test_all_but_names_in_sentences_goes_with_one_tick(cast: Cast, operator: Client) -> None:
    person = cast.person("bruno")
    entry = CheckInEntryFactory.create(
        check_in__summary="Bruno came.", enrolment=cast.enrolment("bruno"), note="Ill"
    )
    chosen = {"action": "anonymise_people", "_selected_action": [person.pk], "confirmed": "1"}
    more = {"passages": [f"whole {person.pk}"], "reason": "Bruno is a brand"}
    operator.post(reverse("admin:people_user_changelist"), chosen | more)
    entry.refresh_from_db()
    assert (entry.note, entry.check_in.summary) == ("[removed]", "Bruno came.")
    assert KeptPassage.objects.get().reason == f"Former person {person.pk} is a brand"


def test_what_others_told_in_confidence_is_offered_without_its_words(cast: Cast) -> None:
    person, ana = cast.person("bruno"), cast.enrolment("ana")
    Concern.objects.create(enrolment=ana, body="Bruno shouts.")
    MeetingItemFactory.create(enrolment=ana, group=cast.clover, text="Bruno again")
    found = passages_about(person, Names(person))
    assert {(passage.text, passage.where.split()[0]) for passage in found} == {
        ("What somebody else said in confidence. It is not shown here.", "concern"),
        ("What somebody else said in confidence. It is not shown here.", "item"),
    }
    anonymise(person=person, at=NOW, keys=[passage.key for passage in found])
    assert Concern.objects.get().body == f"Former person {person.pk} shouts."


def test_why_somebody_was_moved_goes_from_the_history_of_their_stays(cast: Cast) -> None:
    move = move_student(
        enrolment=cast.enrolment("bruno"),
        group=cast.juniper,
        on=TODAY,
        reason="Ill at home",
        by=cast.ines,
        at=NOW,
    )
    found = offered(cast.person("bruno"))
    assert "Ill at home" in {*Membership.history.values_list("history_change_reason", flat=True)}
    anonymise(person=cast.person("bruno"), at=NOW, keys=[found["Ill at home"]])
    assert Move.objects.get(pk=move.pk).reason == "[removed]"
    assert "Ill at home" not in {*Membership.history.values_list("history_change_reason", flat=True)}


def test_an_import_can_be_undone_after_who_it_made_was_anonymised(cast: Cast) -> None:
    lines = [("name", "email", "goal"), ("Zoë Quist", "zoe.quist@example.com", "Found a company")]
    done = confirmed(roster(cast, *lines), cast.ines)
    person = User.objects.get(email="zoe.quist@example.com")
    Enrolment.objects.filter(person=person).update(mentor_note="Found a company")
    anonymise(person=person, at=NOW)
    undo(sheet_import=SheetImport.objects.get(pk=done.pk), by=cast.ines, at=NOW)
    assert not Enrolment.objects.filter(person=person).exists()
