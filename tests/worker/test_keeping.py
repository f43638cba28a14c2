"""The worker removes what is kept for a while, and nothing that is younger; docs/security.md says the same."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.urls import reverse

from groups.models import FreeTime
from lib.refusals import Refused
from lib.weeks import monday_of
from people.audit import record
from people.models import AddressChange, Deed, Event, Message, SentForm, TokenBucket, User
from questions.models import Picture
from sheets.models import ImportFile, ImportLine, SheetImport, WorkbookArchive, WrittenBatch
from tests.conftest import NOW, Cast, SignIn
from tests.factories.groups import GroupFactory, MembershipFactory
from tests.factories.questions import PictureFactory
from tests.factories.tracker import CheckInFactory
from tests.sheets.importing import confirmed, previewed, roster, undone
from tracker.models import CheckInDraft, CheckInSave
from worker.keeping import KEPT, remove_what_is_old
from worker.management.commands.worker import JOBS

SECURITY = Path(__file__).resolve().parents[2] / "docs/security.md"
PEOPLE = (("Name", "E-mail"), ("Gus Lind", "gus@example.com"), ("Ivo", "ivo@"))


def session(cast: Cast, at: datetime) -> None:
    key = f"key {at}"
    Session.objects.create(session_key=key, session_data="", expire_date=at + timedelta(days=14))
    # A person who signed in long ago and is still there stays in the list of sessions.
    begun = at - timedelta(days=30)
    UserSession.objects.create(user=cast.ines, ip="127.0.0.1", session_key=key, created_at=begun)


def message(cast: Cast, at: datetime) -> None:
    event = Event.objects.create(kind="help_needed", at=at, told_at=at)
    times = {"made_at": at, "due_at": at, "try_at": at}
    Message.objects.create(recipient=cast.ines, event=event, kind="help", state="sent", ended_at=at, **times)
    Message.objects.create(recipient=cast.marta, event=event, kind="help", state="digest", **times)


def deed(cast: Cast, at: datetime) -> None:
    closed = Deed.Kind.CLOSING
    record(closed, "closed {thing}", thing=cast.cohort, by=cast.ines, at=at)


def draft(cast: Cast, at: datetime) -> None:
    group = (cast.clover, cast.juniper)[CheckInDraft.objects.count()]
    CheckInDraft.objects.create(
        group=group, week_starts_on=monday_of(at.date()), person=cast.marta, saved_at=at
    )


def save(cast: Cast, at: datetime) -> None:
    group = (cast.clover, cast.juniper)[CheckInSave.objects.count()]
    check_in = CheckInFactory.create(group=group, week_starts_on=monday_of(at.date()))
    CheckInSave.objects.create(check_in=check_in, person=cast.marta, saved_at=at)


def unconfirmed(cast: Cast, at: datetime) -> None:
    one = previewed(
        "roster", ("people.csv", b"Name,E-mail\nGus,gus@example.com"), by=cast.ines, cohort=cast.cohort
    )
    SheetImport.objects.filter(pk=one.pk).update(uploaded_at=at)


def imported(cast: Cast, at: datetime) -> SheetImport:
    rows = (*PEOPLE, ("Nadia" if SheetImport.objects.exists() else "Oto", f"{at:%d%H}@example.com"))
    one = confirmed(roster(cast, *rows), cast.ines)
    SheetImport.objects.filter(pk=one.pk).update(uploaded_at=at, confirmed_at=at)
    one.refresh_from_db()
    return one


def log_entry(cast: Cast, at: datetime) -> None:
    kind = ContentType.objects.get_for_model(User)
    LogEntry.objects.create(user=cast.ines, content_type=kind, object_id="1", action_flag=2, action_time=at)


def workbooks(cast: Cast, at: datetime) -> None:
    person = cast.marta if WorkbookArchive.objects.exists() else cast.ines
    WorkbookArchive.objects.create(cohort=cast.cohort, person=person, asked_at=at)


def free_time(cast: Cast, at: datetime) -> None:
    group = GroupFactory.create(cohort=cast.cohort, meeting="Mondays 9:00", changed_at=at)
    MembershipFactory.create(group=group, enrolment__cohort=cast.cohort)
    FreeTime.objects.create(
        group=group, person=group.memberships.get().enrolment.person, time_zone="UTC", weekday=1, part=8
    )


# A function that makes a row last used at a moment, and how many rows of which table are left of it.
MAKERS: dict[str, tuple[Callable[[Cast, datetime], Any], dict[type[Any], int]]] = {
    "sessions": (session, {Session: 1, UserSession: 1}),
    "forms that were sent": (
        lambda cast, at: SentForm.objects.create(person=cast.ines, digest=f"{at}", sent_at=at),
        {SentForm: 1},
    ),
    "counts of limits": (
        lambda cast, at: TokenBucket.objects.create(key=f"asks {at}", tokens=1, filled_at=at),
        {TokenBucket: 1},
    ),
    "addresses before a change": (
        lambda cast, at: AddressChange.objects.create(
            person=cast.ines, before="a@example.com", changed_at=at
        ),
        {AddressChange: 1},
    ),
    "drafts of check-ins": (draft, {CheckInDraft: 1}),
    "what undoing a check-in needs": (save, {CheckInSave: 1}),
    "pictures that no text shows": (
        lambda cast, at: PictureFactory.create(added_by=cast.ines, unused_since=at),
        {Picture: 1},
    ),
    "times at which people can meet": (free_time, {FreeTime: 1}),
    "messages and events": (message, {Message: 2, Event: 1}),
    "what was done": (deed, {Deed: 1}),
    "unconfirmed imports and their files": (unconfirmed, {SheetImport: 1, ImportFile: 1}),
    "rows of confirmed imports": (imported, {SheetImport: 2, ImportFile: 2}),
    "workbooks of all groups": (workbooks, {WorkbookArchive: 1}),
    "the log of the Django admin": (log_entry, {LogEntry: 1}),
}


@pytest.mark.parametrize(("what", "within"), [(what, within) for what, within, _ in KEPT])
def test_what_is_old_is_removed_and_nothing_younger(cast: Cast, what: str, within: timedelta) -> None:
    make, left = MAKERS[what]
    Session.objects.all().delete()
    minute = timedelta(minutes=1)
    rows = {model: model._default_manager.count() for model in left}
    make(cast, NOW - within + minute)
    young = {model: set(model._default_manager.values_list("pk", flat=True)) for model in left}
    make(cast, NOW - within - minute)
    assert remove_what_is_old(NOW)
    assert {model: model._default_manager.count() - rows[model] for model in left} == left
    assert all(young[model] <= set(model._default_manager.values_list("pk", flat=True)) for model in left)
    assert remove_what_is_old(NOW) == ""


def test_confirmed_import_keeps_how_much_it_wrote_and_is_not_undone_after_90_days(
    cast: Cast, as_: SignIn
) -> None:
    young = imported(cast, NOW - timedelta(days=89))
    old = imported(cast, NOW - timedelta(days=91))
    everybody = set(User.objects.values_list("email", flat=True))
    remove_what_is_old(NOW)
    assert set(WrittenBatch.objects.values_list("sheet_import", flat=True)) == {young.pk}
    assert set(ImportLine.objects.values_list("sheet_import", flat=True)) == {young.pk}
    old.refresh_from_db()
    assert (old.state, old.options, list(old.understood)) == ("confirmed", {}, ["counts"])
    assert set(User.objects.values_list("email", flat=True)) == everybody
    ines = as_("ines")
    page = ines.get(old.get_absolute_url()).text
    assert "kept for 90 days" in page
    assert not re.search("undo/|unreadable/|verdict=", page)
    assert ines.get(reverse("sheets:import-undo", args=[old.pk]))["Location"] == old.get_absolute_url()
    with pytest.raises(Refused, match="90 days"):
        undone(old, cast.ines)
    assert re.search("undo/", ines.get(young.get_absolute_url()).text)
    undone(young, cast.ines)


def test_it_is_a_daily_job_of_the_worker() -> None:
    assert [seconds for _, seconds, work in JOBS if work is remove_what_is_old] == [24 * 3600]


def test_document_has_the_same_table() -> None:
    section = SECURITY.read_text().partition("## How long it is kept")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| ([^|]+?) \| (\d+) days? \|", section, re.MULTILINE)
    assert rows == [(what, str(within.days)) for what, within, _ in KEPT]
    assert set(MAKERS) == {what for what, _ in rows}
