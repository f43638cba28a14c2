"""What students bring up, from their week to the check-in of its meeting and the next one."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from courses.models import Cohort
from groups.models import Group
from lib.weeks import Week
from tests.conftest import NOW, TODAY, Cast, SignIn
from tests.factories.courses import PauseFactory
from tests.factories.groups import MentorshipFactory
from tests.factories.tracker import CheckInFactory
from tests.moving import move_student
from tests.sent_form import fields_of
from tests.tracker.views.test_meeting_note import NEXT_WEEK, THIS_WEEK, bring, week_of
from tracker.forms.check_in_fields import StepForm
from tracker.models import MeetingItem


@pytest.fixture(autouse=True)
def _asks(cast: Cast) -> None:
    cast.cohort.asks_before_meeting = True
    cast.cohort.save()


def talk(client: Client, cast: Cast, week: str = THIS_WEEK) -> dict[str, bool]:
    """What the check-in of a week has to talk about, and whether it is ticked."""
    page = client.get(reverse("tracker:check-in-log", args=[cast.clover.pk, week])).context["page"]
    return {label_of(form): bool(form["done"].value()) for form in page.forms.items}


def label_of(form: StepForm) -> str:
    """ "Ana: Which split?": whose it is stands in the mark."""
    assert form.who is not None
    return f"{form.who.name.split()[0]}: {form.fields['done'].label}"


def log(client: Client, cast: Cast, *ticked: str, week: str = THIS_WEEK, **fields: str) -> None:
    url = reverse("tracker:check-in-log", args=[cast.clover.pk, week])
    page = client.get(url)
    sent = fields_of(page.text, "check-in") | {"outcome": "held", "minutes": "30"} | fields
    for form in page.context["page"].forms.items:
        sent.pop(form["done"].html_name, None)
        if label_of(form) in ticked:
            sent[form["done"].html_name] = "on"
    assert client.post(url, sent).status_code == 302


def brought(cast: Cast, client: Client) -> list[str]:
    """What a student reads on my week of what they bring up."""
    before = client.get(reverse("tracker:week", args=[cast.clover.pk])).context["week"].before
    return [str(item) for item in before.items]


def test_items_are_brought_until_they_are_ticked_or_removed(cast: Cast, as_: SignIn) -> None:
    ana = as_("ana")
    for text in ("Which split?", "Which split?", "The due date", ""):
        bring(ana, cast, text)
    split, due = MeetingItem.objects.order_by("pk")
    close = reverse("tracker:meeting-item-close", args=[split.pk])
    assert as_("bruno").post(close, {"state": "done"}).status_code == 403
    assert "Talked about: Which split?" in ana.post(close, {"state": "done"}, follow=True).text
    assert "The due date" in week_of(ana, cast)
    assert "bring-" + str(split.pk) not in week_of(ana, cast)
    ana.post(close, {"state": "open"})
    ana.post(reverse("tracker:meeting-item-close", args=[due.pk]), {"state": "removed"})
    assert list(MeetingItem.objects.open()) == [split]
    for number in range(20):
        bring(ana, cast, f"Item {number}")
    assert MeetingItem.objects.open().count() == 20


def test_what_is_not_talked_about_comes_to_the_next_meeting_once(cast: Cast, as_: SignIn) -> None:
    Group.objects.filter(pk=cast.clover.pk).update(meeting="Wednesdays 18:00")
    ana, marta, opened = as_("ana"), as_("marta"), {"student": cast.enrolment("ana").pk}
    for text in ("Which split?", "The due date", "The laptop"):
        bring(ana, cast, text)
    assert talk(marta, cast) == {
        "Ana: Which split?": False,
        "Ana: The due date": False,
        "Ana: The laptop": False,
    }
    with time_machine.travel(datetime(2026, 9, 16, 19, tzinfo=UTC), tick=False):
        log(marta, cast, "Ana: Which split?")
        assert talk(marta, cast)["Ana: Which split?"]
        assert brought(cast, ana) == ["The due date", "The laptop"]
        bring(ana, cast, "The laptop", NEXT_WEEK)
        bring(ana, cast, "Chunks", NEXT_WEEK)
        # What is new is for the next meeting only.
        assert "Ana: Chunks" not in talk(marta, cast)
    with time_machine.travel(datetime(2026, 9, 23, 9, tzinfo=UTC), tick=False):
        panel = " ".join(marta.get(reverse("tracker:my-groups"), opened).text.split())
        assert "To bring up: “The due date”" in panel
    with time_machine.travel(datetime(2026, 9, 23, 19, tzinfo=UTC), tick=False):
        assert talk(marta, cast, NEXT_WEEK) == {
            "Ana: The due date (from last time)": False,
            "Ana: The laptop (from last time)": False,
            "Ana: Chunks": False,
        }
        log(marta, cast, "Ana: The laptop (from last time)", week=NEXT_WEEK)
        # What came twice is gone from what is shown.
        assert brought(cast, ana) == ["Chunks"]
        panel = " ".join(marta.get(reverse("tracker:my-groups"), opened).text.split())
        assert ("“Chunks”" in panel, "“The due date”" in panel) == (True, False)
        story = " ".join(
            marta.get(reverse("tracker:student-detail", args=[cast.enrolment("ana").pk])).text.split()
        )
        for said in ("Brought up: Which split?", "To bring up: The due date", "Brought up: The laptop"):
            assert said in story
        # It may be brought again.
        bring(ana, cast, "The due date", "2026-W40")
        assert brought(cast, ana) == ["Chunks", "The due date"]
    with time_machine.travel(datetime(2026, 9, 30, 12, tzinfo=UTC), tick=False):
        assert talk(as_("marta"), cast, "2026-W40") == {
            "Ana: Chunks (from last time)": False,
            "Ana: The due date": False,
        }
    with time_machine.travel(datetime(2026, 10, 15, 12, tzinfo=UTC), tick=False):
        # Two meetings later, though nobody logged them.
        assert brought(cast, as_("ana")) == []


def test_what_is_brought_goes_along_to_another_group(cast: Cast, as_: SignIn) -> None:
    Group.objects.update(meeting="Thursdays 18:00")
    bring(as_("ana"), cast, "Which split?")
    move_student(enrolment=cast.enrolment("ana"), group=cast.juniper, on=NOW.date(), by=cast.ines, at=NOW)
    tomas, opened = as_("tomas"), {"student": cast.enrolment("ana").pk}
    log_page = reverse("tracker:check-in-log", args=[cast.juniper.pk, "2026-W38"])
    items = tomas.get(log_page).context["page"].forms.items
    assert [label_of(form) for form in items] == ["Ana: Which split?"]
    panel = " ".join(tomas.get(reverse("tracker:my-groups"), opened).text.split())
    assert "To bring up: “Which split?”" in panel


def test_undo_of_the_check_in_brings_back_what_it_ticked(cast: Cast, as_: SignIn) -> None:
    ana, marta = as_("ana"), as_("marta")
    for text in ("Which split?", "The due date"):
        bring(ana, cast, text)
    undo = reverse("tracker:check-in-undo", args=[cast.clover.pk, THIS_WEEK])
    log(marta, cast, "Ana: Which split?")
    assert list(MeetingItem.objects.values_list("text", "state", "closed_by").order_by("pk")) == [
        ("Which split?", "done", cast.marta.pk),
        ("The due date", "open", None),
    ]
    marta.post(undo)
    assert set(MeetingItem.objects.values_list("state", "closed_at")) == {("open", None)}
    # What was ticked is a draft again.
    assert talk(marta, cast) == {"Ana: Which split?": True, "Ana: The due date": False}
    log(marta, cast, "Ana: Which split?")
    with time_machine.travel(NOW + timedelta(minutes=5), tick=False):
        # A correction that is undone leaves the first save alone.
        log(marta, cast, "Ana: The due date")
        assert set(MeetingItem.objects.values_list("text", "state")) == {
            ("Which split?", "open"),
            ("The due date", "done"),
        }
        marta.post(undo)
    assert set(MeetingItem.objects.values_list("text", "state", "closed_at")) == {
        ("Which split?", "done", NOW),
        ("The due date", "open", None),
    }


@pytest.mark.parametrize("outcome", ["cancelled", "group_absent"])
def test_what_was_for_a_meeting_that_was_none_waits_for_the_next(
    cast: Cast, as_: SignIn, outcome: str
) -> None:
    bring(as_("ana"), cast, "Which split?")
    PauseFactory.create(cohort=cast.cohort, starts_on=date(2026, 9, 21), ends_on=date(2026, 9, 27))
    CheckInFactory.create(
        group=cast.clover, week_starts_on=date(2026, 9, 14), outcome=outcome, held_on=None, minutes=None
    )
    told = {}
    for days in (15, 22, 29):
        with time_machine.travel(NOW + timedelta(days=days), tick=False):
            week = Week.of(TODAY + timedelta(days=days)).iso
            told[week] = (brought(cast, as_("ana")), talk(as_("marta"), cast, week) != {})
    assert told == {
        "2026-W40": (["Which split?"], True),
        "2026-W41": (["Which split?"], True),
        "2026-W42": ([], False),
    }


def test_what_is_brought_is_ticked_by_those_who_read_it_only(cast: Cast, as_: SignIn) -> None:
    """Bruno, who studies there, is a course admin by now."""
    bring(as_("ana"), cast, "Which split?")
    cast.course.admins.create(person=cast.person("bruno"))
    assert talk(as_("ines"), cast) == {"Ana: Which split?": False}
    assert talk(as_("bruno"), cast) == {}
    item = MeetingItem.objects.get()
    log(as_("bruno"), cast, **{f"t{item.pk}-done": "on", f"t{item.pk}-was": "open"})
    assert list(MeetingItem.objects.open()) == [item]


def add_line(client: Client, cast: Cast, week: str = THIS_WEEK, **fields: str) -> Any:
    return client.post(reverse("tracker:meeting-line", args=[cast.clover.pk, week]), fields, follow=True)


def page_of(client: Client, cast: Cast, name: str, week: str = THIS_WEEK) -> str:
    return client.get(reverse(f"tracker:{name}", args=[cast.clover.pk, week])).text


@pytest.mark.parametrize("asks", [True, False])
def test_private_line_is_ticked_or_comes_once_more(cast: Cast, as_: SignIn, asks: bool) -> None:
    Cohort.objects.update(asks_before_meeting=asks)
    Group.objects.filter(pk=cast.clover.pk).update(meeting="Wednesdays 18:00")
    marta = as_("marta")
    for text in ("Ask Ana about sleep", "Ask Ana about sleep", "Bruno’s hours", "Chidi’s move"):
        add_line(marta, cast, **{"line-text": text})
    assert (
        "Write what you want to talk about." in add_line(marta, cast, **{"line-text": " "}).content.decode()
    )
    agenda = page_of(marta, cast, "check-in-log")
    assert "Ask Ana about sleep" in agenda
    assert 'class="check-in"' not in agenda
    with time_machine.travel(datetime(2026, 9, 16, 19, tzinfo=UTC), tick=False):
        log(marta, cast, "Marta: Ask Ana about sleep", **{"line-text": "Said at the end"})
        assert talk(marta, cast) == {
            "Marta: Ask Ana about sleep": True,
            "Marta: Bruno’s hours": False,
            "Marta: Chidi’s move": False,
            "Marta: Said at the end": False,
        }
    with time_machine.travel(datetime(2026, 9, 23, 19, tzinfo=UTC), tick=False):
        ines = as_("ines")
        assert list(talk(ines, cast, NEXT_WEEK)) == [
            "Marta: Bruno’s hours (from last time)",
            "Marta: Chidi’s move (from last time)",
            "Marta: Said at the end (from last time)",
        ]
        log(ines, cast, "Marta: Chidi’s move (from last time)", week=NEXT_WEEK)
        # Each stands in the check-in that ticked it.
        for week, line in ((THIS_WEEK, "Ask Ana about sleep"), (NEXT_WEEK, "Chidi’s move")):
            said = re.findall("Talked about: (.*?)</li>", page_of(ines, cast, "check-in-detail", week))
            assert said == [line]
            assert "Talked about:" not in page_of(as_("ana"), cast, "check-in-detail", week)
    with time_machine.travel(datetime(2026, 9, 30, 19, tzinfo=UTC), tick=False):
        assert talk(as_("ines"), cast, "2026-W40") == {}


def test_undo_of_the_check_in_brings_back_private_lines(cast: Cast, as_: SignIn) -> None:
    with time_machine.travel(NOW - timedelta(hours=1), tick=False):
        add_line(as_("marta"), cast, **{"line-text": "Ask Ana about sleep"})
    marta = as_("marta")
    log(marta, cast, "Marta: Ask Ana about sleep", **{"line-text": "Said at the end"})
    marta.post(reverse("tracker:check-in-undo", args=[cast.clover.pk, THIS_WEEK]))
    assert list(MeetingItem.objects.values_list("text", "state", "closed_at")) == [
        ("Ask Ana about sleep", "open", None)
    ]
    # What was typed is a draft again, and saved once.
    fields = fields_of(page_of(marta, cast, "check-in-log"), "check-in")
    assert fields["line-text"] == "Said at the end"
    log(marta, cast)
    log(marta, cast, **{"line-text": "Said at the end"})
    assert MeetingItem.objects.filter(text="Said at the end").count() == 1


def test_private_line_is_removed_only_by_who_added_it(cast: Cast, as_: SignIn) -> None:
    marta = as_("marta")
    assert "Added: Ask Ana" in add_line(marta, cast, **{"line-text": "Ask Ana"}).content.decode()
    line = MeetingItem.objects.get()
    add_line(as_("ines"), cast, remove=str(line.pk))
    assert MeetingItem.objects.get() == line
    close = reverse("tracker:meeting-item-close", args=[line.pk])
    assert as_("ana").post(close, {"state": "done"}).status_code == 404
    add_line(marta, cast, remove=str(line.pk))
    assert not MeetingItem.objects.exists()


def test_line_that_stands_there_already_is_not_said_to_be_added_or_removed(cast: Cast, as_: SignIn) -> None:
    add_line(as_("marta"), cast, **{"line-text": "Ask Ana"})
    line, ines = MeetingItem.objects.get(), as_("ines")
    html = add_line(ines, cast, **{"line-text": "Ask Ana"}).text
    assert "Stands there already: Ask Ana" in html
    assert 'name="remove"' not in html
    # Somebody else’s, talked about, or removed by the first of two clicks.
    for pk in (line.pk, 10**9):
        html = add_line(ines, cast, remove=str(pk)).text
        assert "Not removed: it was talked about, removed already, or added by somebody else." in html


def test_private_line_is_not_for_students_nor_who_studied_there_that_week(cast: Cast, as_: SignIn) -> None:
    add_line(as_("marta"), cast, **{"line-text": "Ask Ana about sleep"})
    cast.course.admins.create(person=cast.person("bruno"))
    bruno = as_("bruno")
    page = page_of(bruno, cast, "check-in-log")
    assert "Ask Ana about sleep" not in page
    assert "line-text" not in page
    for client in (bruno, as_("ana")):
        assert add_line(client, cast, **{"line-text": "Mine"}).status_code == 403
    assert MeetingItem.objects.count() == 1
    # A mentor of now reads what one of before wrote.
    MentorshipFactory.create(group=cast.clover, person=cast.tomas, role="cover")
    assert "Ask Ana about sleep" in page_of(as_("tomas"), cast, "check-in-log")


def test_list_of_private_lines_has_an_end(cast: Cast, as_: SignIn) -> None:
    marta = as_("marta")
    for number in range(21):
        said = add_line(marta, cast, **{"line-text": f"Line {number}"}).content.decode()
    assert "The list has 20 items. Tick or remove some first." in said
    assert MeetingItem.objects.count() == 20
