import json
from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from groups.models import Enrolment
from people.models import User
from tests.conftest import NOW, Cast
from tests.factories.tracker import CheckInEntryFactory, CheckInFactory
from tests.places import furnish
from tests.second_factors import give_second_factor
from tracker.models import CheckIn, CheckInEntry


@pytest.fixture
def operator(cast: Cast) -> Client:
    User.objects.filter(pk=cast.ines.pk).update(is_staff=True, is_superuser=True)
    client = Client()
    client.force_login(cast.ines)
    return client


def test_admin_is_for_operators(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.marta)
    answer = client.get(reverse("admin:index"))
    assert (answer.status_code, answer["Location"].split("?")[0]) == (302, reverse("admin:login"))


def test_admin_makes_a_person_without_a_password(cast: Cast, operator: Client) -> None:
    fields = {"email": "Gus@example.com", "name": "Gus Lind", "usable_password": "false"}
    answer = operator.post(reverse("admin:people_user_add"), fields)
    assert answer.status_code == 302
    gus = User.objects.get(name="Gus Lind")
    assert (gus.email.lower(), gus.has_usable_password()) == ("gus@example.com", False)


def test_admin_finds_people_by_name_and_address(cast: Cast, operator: Client) -> None:
    page = operator.get(reverse("admin:people_user_changelist"), {"q": "marta"}).content.decode()
    assert "marta@example.com" in page
    assert "ana@example.com" not in page


def test_admin_deletes_no_person(cast: Cast, operator: Client) -> None:
    assert (
        operator.post(reverse("admin:people_user_delete", args=[cast.zoe.pk]), {"post": "yes"}).status_code
        == 403
    )
    assert User.objects.filter(pk=cast.zoe.pk).exists()


def test_admin_anonymises_after_a_second_thought(cast: Cast, operator: Client) -> None:
    url = reverse("admin:people_user_changelist")
    # Oneself is left out: who else would undo a slip?
    chosen = {"action": "anonymise_people", "_selected_action": [cast.zoe.pk, cast.ines.pk]}
    asked = operator.post(url, chosen).content.decode()
    assert "Zoe Lind, zoe@example.com" in asked
    assert "ines@example.com" not in asked
    assert User.objects.get(pk=cast.zoe.pk).name == "Zoe Lind"
    operator.post(url, chosen | {"confirmed": "1"})
    gone = User.objects.get(pk=cast.zoe.pk)
    assert (gone.name, gone.anonymised_at) == (f"Former person {gone.pk}", timezone.now())
    assert User.objects.get(pk=cast.ines.pk).name == "Inês Duarte"
    assert [(entry.user, entry.object_id) for entry in LogEntry.objects.all()] == [(cast.ines, str(gone.pk))]


def test_admin_shows_list_and_row_of_everything(cast: Cast, operator: Client) -> None:
    """No list is ordered by what it has not, and no page of a row falls over."""
    furnish(cast)
    statuses = {}
    for name in sorted(model._meta.label_lower.replace(".", "_") for model in admin.site._registry):
        url = reverse(f"admin:{name}_changelist")
        answer = operator.get(url)
        rows = [
            reverse(f"admin:{name}_change", args=[row.pk]) for row in answer.context["cl"].result_list[:1]
        ]
        asked = [answer, operator.get(url, {"q": "a"}), *(operator.get(row) for row in rows)]
        statuses[name] = {one.status_code for one in asked}
    assert {name: codes for name, codes in statuses.items() if codes != {200}} == {}


def test_an_account_that_admin_closes_is_noted_beside_the_backups(
    cast: Cast, operator: Client, settings: Any, tmp_path: Path, django_capture_on_commit_callbacks: Any
) -> None:
    settings.ERASED_LIST = tmp_path / "erased.jsonl"
    ana = cast.person("ana")
    give_second_factor(ana)
    for is_open in ({}, {"is_active": "on"}):
        with django_capture_on_commit_callbacks(execute=True):
            fields = {"email": ana.email, "name": ana.name, **is_open}
            operator.post(f"/admin/people/user/{ana.pk}/change/", fields)
    noted = [json.loads(line) for line in settings.ERASED_LIST.read_text().strip().splitlines()]
    who = {"person": ana.pk, "joined": ana.date_joined.timestamp(), "at": NOW.isoformat()}
    assert noted == [{**who, "is_active": is_open} for is_open in (False, True)]
    assert not Authenticator.objects.exists()


def test_admin_log_forgets_who_is_anonymised(cast: Cast, operator: Client) -> None:
    ana, ines = cast.person("ana"), cast.ines
    User.objects.filter(pk=ana.pk).update(name="Inês Ávila")
    ana.refresh_from_db()
    operator.post(
        reverse("admin:people_user_change", args=[ana.pk]),
        {"email": ana.email, "name": ana.name, "is_active": "on"},
    )
    about = cast.enrolment("ana")
    about.refresh_from_db()
    added = [{"added": {"name": "check-in entry", "object": "Inês Ávila: present"}}]
    LogEntry.objects.log_actions(ines.pk, [Enrolment.objects.get(pk=about.pk)], 2, added, single_object=True)
    LogEntry.objects.log_actions(ines.pk, [cast.zoe], 2, "Asked by inês ávila.", single_object=True)
    of_people = ContentType.objects.get_for_model(User)
    LogEntry.objects.filter(content_type=of_people, object_id=ana.pk).update(object_repr="Ana Ruivo")
    url = reverse("admin:people_user_changelist")
    operator.post(url, {"action": "anonymise_people", "_selected_action": [ana.pk], "confirmed": "1"})
    kept = " ".join(
        f"{entry.object_repr} {entry.get_change_message()}" for entry in LogEntry.objects.order_by("pk")
    )
    assert "vila" not in kept
    assert "Ruivo" not in kept
    assert f"Former person {ana.pk} in Autumn 2026" in kept
    assert "Zoe Lind" in kept


def test_admin_offers_what_was_written_about_who_is_anonymised(cast: Cast, operator: Client) -> None:
    bruno = cast.person("bruno")
    check_in = CheckInFactory.create(
        group=cast.clover,
        logged_by=cast.marta,
        private_note="Bruno is alone.",
        summary="We paired.",
        request="Abc",
    )
    entry = CheckInEntryFactory.create(check_in=check_in, enrolment=cast.enrolment("bruno"), note="Quiet")
    other = CheckInEntryFactory.create(check_in=check_in, enrolment=cast.enrolment("ana"), note="Loud")
    entry.note = "Quieter"
    entry.save()
    url = reverse("admin:people_user_changelist")
    chosen = {"action": "anonymise_people", "_selected_action": [bruno.pk]}
    page = operator.post(url, chosen).text
    assert LogEntry.objects.latest("pk").get_change_message() == "Read what was written by and about them."
    shown = {text for text in ("Bruno is alone.", "We paired.", "Abc", "Quieter", "Loud") if text in page}
    assert shown == {"Bruno is alone.", "Quieter"}
    keys = [
        f"checkin {check_in.pk} private_note",
        f"checkinentry {entry.pk} note",
        f"checkinentry {other.pk} note",
    ]
    operator.post(url, chosen | {"confirmed": "1", "passages": keys})
    for row in (check_in, entry, other):
        row.refresh_from_db()
    assert (check_in.private_note, check_in.summary, entry.note, other.note) == (
        "[removed]", "We paired.", "[removed]", "Loud",
    )  # fmt: skip
    past = {*CheckIn.history.values_list("private_note", flat=True)}
    past |= {*CheckInEntry.history.filter(id=entry.pk).values_list("note", flat=True)}
    assert past == {"[removed]"}


@pytest.mark.parametrize("junk", ["x", "-1", "1_00", "9" * 30, "%00", "1e5"])
def test_admin_does_not_know_junk_for_an_id(cast: Cast, operator: Client, junk: str) -> None:
    for name in ("tracker_progress", "people_user", "questions_question"):
        for page in ("change", "history", "delete"):
            assert operator.get(reverse(f"admin:{name}_{page}", args=[junk])).status_code == 404


def test_junk_in_a_foreign_key_of_the_admin_is_a_bad_request(cast: Cast, operator: Client) -> None:
    add = reverse("admin:groups_membership_add")
    course = reverse("admin:courses_course_change", args=[cast.course.pk])
    groups = reverse("admin:groups_group_changelist")
    people = reverse("admin:people_user_changelist")
    for junk in ("x", "-1", "1_00", "9" * 30, "\0", "1e5"):
        answers = [
            operator.get(add, {"group": junk}),
            operator.post(add, {"group": junk}),
            operator.post(course, {"admins-TOTAL_FORMS": "1", "admins-0-person": junk}),
            operator.get(groups, {"cohort__id__exact": junk}),
            operator.post(people, {"action": "anonymise_people", "_selected_action": junk}),
        ]
        assert [answer.status_code for answer in answers] == [400] * 5, junk
    assert operator.get(add, {"group": f"{cast.clover.pk}"}).status_code == 200
    assert operator.get(groups, {"cohort__id__exact": f"{cast.cohort.pk}"}).status_code == 200
    assert operator.post(add, {"group": ""}).status_code == 200


@pytest.mark.parametrize("field", ["", "email"])
def test_a_field_to_go_by_that_the_admin_does_not_go_by_is_a_bad_request(
    cast: Cast, operator: Client, field: str
) -> None:
    for name in ("change", "delete"):
        page = reverse(f"admin:courses_course_{name}", args=[cast.course.pk])
        assert operator.get(page, {"_to_field": field}).status_code == 400
        assert operator.post(page, {"_to_field": field}).status_code == 400
        assert operator.get(page, {"_to_field": "id"}).status_code == 200


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("page", ["account_login", "account_request_login_code", "admin:login"])
def test_an_address_to_go_on_to_that_is_none_is_a_bad_request(db: None, page: str, method: str) -> None:
    url = reverse(page)
    fields = {"next": "https://[::1", "login": "a@example.com", "email": "a@example.com", "password": "x"}
    assert getattr(Client(), method)(url, fields).status_code == 400
    assert getattr(Client(), method)(url, fields | {"next": "/questions/"}).status_code in (200, 302)
