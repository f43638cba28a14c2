import logging

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.urls import reverse

from lib.texts import hidden_texts
from people.models import User
from tests.conftest import Cast
from tests.factories.tracker import CheckInEntryFactory, CheckInFactory, ProgressFactory
from tracker.models import CheckIn

SECRET = "Bruno told me of trouble at home."


@pytest.fixture
def check_in(cast: Cast) -> CheckIn:
    made = CheckInFactory.create(group=cast.clover, logged_by=cast.marta, private_note=SECRET)
    CheckInEntryFactory.create(check_in=made, enrolment=cast.enrolment("bruno"), note="Tired.")
    return made


def signed_in(person: User, **fields: bool) -> Client:
    User.objects.filter(pk=person.pk).update(is_staff=True, **fields)
    client = Client()
    client.force_login(person)
    return client


def test_opening_a_check_in_shows_the_note_and_writes_down_who_read_it(
    cast: Cast, check_in: CheckIn, caplog: pytest.LogCaptureFixture
) -> None:
    browser = signed_in(cast.zoe, is_superuser=True)
    with caplog.at_level(logging.INFO, logger="trefoil.access"):
        page = browser.get(reverse("admin:tracker_checkin_change", args=[check_in.pk])).content.decode()
    assert SECRET in page
    assert [record.getMessage() for record in caplog.records if record.name == "trefoil.access"] == [
        f"site admin {cast.zoe.pk} read the private note of check-in {check_in.pk}"
    ]
    entry = LogEntry.objects.get()
    assert (entry.user, entry.object_id, entry.get_change_message()) == (
        cast.zoe, str(check_in.pk), "Read the check-in with its private note.",
    )  # fmt: skip
    history = browser.get(reverse("admin:tracker_checkin_history", args=[check_in.pk])).content.decode()
    assert "Read the check-in with its private note." in history
    assert SECRET not in history


def test_list_and_search_of_check_ins_give_nothing_of_the_note_away(cast: Cast, check_in: CheckIn) -> None:
    browser = signed_in(cast.zoe, is_superuser=True)
    url = reverse("admin:tracker_checkin_changelist")
    assert SECRET not in browser.get(url).content.decode()
    assert browser.get(url, {"q": "trouble"}).context["cl"].result_count == 0
    assert browser.get(url, {"q": "Clover"}).context["cl"].result_count == 1
    # Django lets any field of the row be looked up: which rows come back would tell what it holds.
    for name in (*hidden_texts(CheckIn), "entries__note"):
        assert browser.get(url, {f"{name}__contains": "trouble"}).status_code == 400
    assert LogEntry.objects.count() == 0


def test_operator_without_the_permission_reads_nothing_and_nothing_is_written_down(
    cast: Cast, check_in: CheckIn
) -> None:
    answer = signed_in(cast.zoe).get(reverse("admin:tracker_checkin_change", args=[check_in.pk]))
    assert answer.status_code == 403
    assert LogEntry.objects.count() == 0


def test_a_check_in_that_there_is_not_writes_nothing_down(cast: Cast) -> None:
    assert (
        signed_in(cast.zoe, is_superuser=True)
        .get(reverse("admin:tracker_checkin_change", args=[999]))
        .status_code
        == 302
    )
    assert LogEntry.objects.count() == 0


def test_operators_change_nothing_of_what_happened(cast: Cast, check_in: CheckIn) -> None:
    progress = ProgressFactory.create(enrolment=cast.enrolment("ana"), milestone=cast.milestones[0])
    browser = signed_in(cast.zoe, is_superuser=True)
    for name, row in (("checkin", check_in), ("progress", progress)):
        change = reverse(f"admin:tracker_{name}_change", args=[row.pk])
        assert browser.post(change, {"private_note": "", "state": "skipped"}).status_code == 403
        assert (
            browser.post(reverse(f"admin:tracker_{name}_delete", args=[row.pk]), {"post": "yes"}).status_code
            == 403
        )
        assert browser.get(reverse(f"admin:tracker_{name}_add")).status_code == 403
    check_in.refresh_from_db()
    progress.refresh_from_db()
    assert (check_in.private_note, progress.state) == (SECRET, "done")
