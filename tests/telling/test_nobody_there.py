"""That a group meets without a mentor is said by every page, mail and calendar, from one rule.

It is Wednesday 16 September 2026; Clover meets tomorrow.
"""

import re
from datetime import date
from html import unescape
from typing import Any

import pytest
from django.urls import reverse

from courses.models import Cohort
from groups.models import Group, Mentorship
from people.models import Event, User
from telling.dashboards.calendar_events import calendar_events
from telling.kinds.digest import DIGEST
from tests.conftest import NOW, TODAY, Cast, SignIn
from tests.factories.groups import MentorAwayFactory, MentorshipFactory
from tests.factories.tracker import CheckInFactory
from tests.telling.mornings import morning, subjects

pytestmark = pytest.mark.usefixtures("all_have_signed_in")
AWAY = "Marta is away until Saturday; no stand-in yet"


@pytest.fixture(autouse=True)
def _meets_tomorrow(cast: Cast) -> None:
    Group.objects.filter(pk=cast.clover.pk).update(
        meeting="Thursdays 18:00", call="https://meet.example/clover"
    )
    Cohort.objects.update(asks_before_meeting=True)


def leave(cast: Cast) -> None:
    MentorAwayFactory.create(
        mentorship=cast.clover.mentorships.get(), starts_on=TODAY, ends_on=date(2026, 9, 19)
    )


def stand_in(cast: Cast) -> None:
    MentorshipFactory.create(group=cast.clover, person=cast.tomas, role="cover", started_on=TODAY)


def words_of(page: Any) -> str:
    """What is read on a page, with single spaces."""
    return " ".join(unescape(re.sub("<[^>]+>", "", page.text)).split())


def digest(cast: Cast, name: str) -> str:
    mail = DIGEST.write(User.objects.get(pk=cast.person(name).pk), Event(), NOW)
    assert mail is not None
    return " ".join(f"{part.text} {part.note}" for part in mail.parts)


def notes(cast: Cast, name: str, label: str) -> list[str]:
    """What the digest says beside the meeting."""
    mail = DIGEST.write(User.objects.get(pk=cast.person(name).pk), Event(), NOW)
    assert mail is not None
    return [part.note for part in mail.parts if label in (part.label, part.text)]


def test_everybody_reads_that_nobody_is_there_until_a_stand_in_is(cast: Cast, as_: SignIn) -> None:
    week = reverse("tracker:week", args=[cast.clover.pk])

    def said() -> dict[str, bool]:
        page = words_of(as_("ana").get(week))
        assert ("Join anyway" in page) is not ("Join Clover’s call" in page)
        group = as_("ines").get(cast.clover.get_absolute_url()).context["page"]
        of_ana = User.objects.get(pk=cast.person("ana").pk)
        meeting = next(event for event in calendar_events(of_ana, NOW) if event.uid.startswith("meeting"))
        board = as_("ines").get(reverse("tracker:board", args=[cast.cohort.pk]))
        return {
            "board": [(each.group, each.told, each.absence) for each in board.context["board"].without_mentor]
            == [(cast.clover, "has no mentor tomorrow", AWAY)],
            "board’s button": "Find a stand-in" in board.text,
            "course admin’s digest": AWAY in notes(cast, "ines", "Clover has no mentor tomorrow"),
            "my week": f"{AWAY}." in page and "Join anyway" in page,
            "my groups": "no stand-in yet" in as_("marta").get(reverse("tracker:my-groups")).text,
            "group": "No mentor at the meeting tomorrow." in group["panel"]["notes"],
            "calendar": meeting.summary == "Clover meets (no mentor yet)",
            "student’s digest": notes(cast, "ana", "You meet") == [AWAY],
            "mentor’s digest": "no stand-in yet" in digest(cast, "marta"),
        }

    assert set(said().values()) == {False}
    leave(cast)
    assert said() == dict.fromkeys(said(), True)
    page = words_of(as_("ana").get(week))
    assert "Tell the course admins" in page
    assert "Course admins read this" in page
    stand_in(cast)
    assert set(said().values()) == {False}
    page = words_of(as_("ana").get(week))
    assert "Tomorrow 18:00 Tomás stands in for Marta. Join Clover’s call" in page
    assert "Tell Tomás" in page
    assert "Tomás and course admins read this" in page
    assert notes(cast, "ana", "You meet") == ["Tomás stands in for Marta"]


def test_the_next_meeting_stands_first_whatever_else_the_groups_have(cast: Cast, as_: SignIn) -> None:
    leave(cast)
    juniper = cast.juniper.mentorships.get()
    MentorAwayFactory.create(mentorship=juniper, starts_on=TODAY, ends_on=date(2026, 9, 19))
    page = reverse("tracker:board", args=[cast.cohort.pk])
    told = {}
    for meeting in ("Wednesdays 18:00", "Fridays 18:00"):
        Group.objects.filter(pk=cast.juniper.pk).update(meeting=meeting)
        told[meeting] = [each.group.name for each in as_("ines").get(page).context["board"].without_mentor]
    assert list(told.values()) == [["Juniper", "Clover"], ["Clover", "Juniper"]]


def test_course_admins_hear_in_the_morning_of_a_meeting_without_a_mentor(cast: Cast) -> None:
    leave(cast)
    assert subjects(morning(16), "ines") == {"ines": []}
    (mail,) = morning(17)["ines"]
    assert mail.subject == "Clover meets today without a mentor"
    assert AWAY in " ".join(str(mail.body).split())
    assert f"/groups/{cast.clover.pk}/set-up/#mentors" in str(mail.body)
    # Juniper does not say when it meets; on Fridays its mentor is reminded, and nobody else.
    Mentorship.objects.filter(group=cast.juniper).update(ended_on=TODAY)
    assert subjects(morning(18), "ines") == {"ines": []}


def test_course_admins_hear_of_a_meeting_that_was_rescheduled_to_a_day_without_a_mentor(cast: Cast) -> None:
    leave(cast)
    moved = {"outcome": "moved", "held_on": date(2026, 9, 18), "minutes": None}
    CheckInFactory.create(group=cast.clover, week_starts_on=date(2026, 9, 14), logged_by=cast.marta, **moved)
    assert subjects(morning(17), "ines") == {"ines": []}
    assert subjects(morning(18), "ines") == {"ines": ["Clover meets today without a mentor"]}


def test_the_morning_of_a_meeting_belongs_to_who_is_there(cast: Cast) -> None:
    leave(cast)
    stand_in(cast)
    assert subjects(morning(17), "ines", "marta", "tomas") == {
        "ines": [],
        "marta": [],
        "tomas": ["Check-in today: Clover"],
    }
