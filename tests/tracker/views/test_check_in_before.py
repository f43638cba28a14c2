"""A check-in that is logged before the day of the meeting. Clover meets on Wednesday 16 September 2026 at 18:00."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from groups.models import Group
from people.models import User
from telling.dashboards.calendar_events import calendar_events
from tests.conftest import NOW, Cast, SignIn
from tests.factories.groups import MentorAwayFactory, MentorshipFactory
from tests.factories.tracker import (
    AgreedStepFactory,
    CheckInFactory,
    MeetingItemFactory,
    MeetingNoteFactory,
)
from tests.sent_form import fields_of
from tracker.models import AgreedStep, CheckIn

WEEK, MONDAY = "2026-W38", date(2026, 9, 14)
TUESDAY = NOW - timedelta(days=1)
STARTS = datetime(2026, 9, 16, 17, 0, tzinfo=UTC)
CALL = "https://meet.example/clover"
NAMES = ("ana", "bruno", "chidi")
# A check-in of last week, since otherwise that is what is to be logged first.
LAST_WEEK = date(2026, 9, 7)


@pytest.fixture(autouse=True)
def _tuesday(cast: Cast) -> Iterator[None]:
    for week in (date(2026, 8, 31), LAST_WEEK):
        CheckInFactory.create(group=cast.clover, week_starts_on=week, logged_by=cast.marta)
    meets(cast, "Wednesdays 18:00")
    with time_machine.travel(TUESDAY, tick=False):
        yield


def meets(cast: Cast, when: str) -> None:
    Group.objects.filter(pk=cast.clover.pk).update(meeting=when, call=CALL)


def url_of(cast: Cast, name: str = "check-in-log") -> str:
    return reverse(f"tracker:{name}", args=[cast.clover.pk, WEEK])


def opened(cast: Cast, browser: Client, query: str = "?met=no") -> dict[str, str]:
    return fields_of(browser.get(url_of(cast) + query).text, "check-in")


def attendance(cast: Cast, name: str) -> str:
    return f"e{cast.enrolment(name).pk}-attendance"


def met(cast: Cast, **fields: str) -> dict[str, str]:
    """What one chooses who met on Tuesday."""
    came = {attendance(cast, name): "present" for name in NAMES}
    return {"outcome": "held", "held_on": "2026-09-15", "minutes": "20"} | came | fields


def log(cast: Cast, browser: Client, fields: dict[str, str]) -> Any:
    return browser.post(url_of(cast), opened(cast, browser) | fields)


def next_meeting_of(cast: Cast, browser: Client) -> str:
    """As my week shows it."""
    (shown,) = re.findall(r'<p class="when">(.*?)</p>', browser.get("/week/", follow=True).text, re.DOTALL)
    return " ".join(re.sub(r"<.*?>", "", shown).split())


def on_my_groups(browser: Client) -> list[tuple[str, bool]]:
    """The links of the group that join its call and log or read its check-in, and whether each is the button."""
    (head,) = re.findall(
        r'<header class="group-head">.*?Clover</a>(.*?)</header>', browser.get("/groups/").text, re.DOTALL
    )
    return [
        (re.sub(r"<.*?>", "", words, flags=re.DOTALL).split()[0], "btn-primary" in attributes)
        for attributes, words in re.findall(r"<a([^>]*)>(.*?)</a>", head, re.DOTALL)
    ]


def days_in_calendar(cast: Cast) -> list[str]:
    events = calendar_events(User.objects.get(pk=cast.person("ana").pk), TUESDAY)
    days = [event.starts for event in events if event.uid.startswith("meeting") and event.on >= MONDAY]
    return [f"{day:%d %b}" for day in days[:2]]


def test_page_is_the_agenda_until_the_meeting_begins(cast: Cast, as_: SignIn) -> None:
    """It has no day, no minutes and nothing to save; from the start on the same address is the check-in."""
    type(cast.cohort).objects.update(asks_before_meeting=True)
    MeetingItemFactory.create(
        enrolment=cast.enrolment("ana"), group=cast.clover, week_starts_on=MONDAY, text="Which split?"
    )
    AgreedStepFactory.create(group=cast.clover, enrolment=cast.enrolment("bruno"), text="Run the notebook")
    marta = as_("marta")
    for moment, day in ((TUESDAY, "tomorrow"), (STARTS - timedelta(seconds=1), "today")):
        with time_machine.travel(moment, tick=False):
            page = marta.get(url_of(cast)).text
        words = " ".join(re.sub(r"<.*?>", "", page).split())
        assert f"Clover meets {day}" in words
        assert "Wednesday 16 September, 18:00. Prepare here, log the check-in after it." in words
        for said in ("Which split?", "Bruno", "Run the notebook", CALL):
            assert said in (words if said is not CALL else page)
        assert 'class="check-in"' not in page
    with time_machine.travel(STARTS, tick=False):
        fields = opened(cast, marta, "")
        assert (fields["held_on"], fields["minutes"]) == ("2026-09-16", "30")
    # What somebody began to type is the form, whenever it is.
    marta.post(url_of(cast, "check-in-draft"), {"version": "0", "summary": "We talked."})
    assert opened(cast, marta, "")["summary"] == "We talked."


def test_who_met_today_instead_chooses_nothing_else(cast: Cast, as_: SignIn) -> None:
    marta = as_("marta")
    assert 'href="?met=today"' in marta.get(url_of(cast)).text
    fields = opened(cast, marta, "?met=today")
    assert (fields["outcome"], fields["held_on"], fields["minutes"], fields["is_besides"]) == (
        "held", "2026-09-15", "30", "False",
    )  # fmt: skip
    assert marta.post(f"{url_of(cast)}?met=today", fields).status_code == 302
    assert next_meeting_of(cast, as_("ana")) == "23 Sep 18:00"


def test_an_extra_meeting_leaves_the_other_where_it_is(cast: Cast, as_: SignIn) -> None:
    marta = as_("marta")
    fields = opened(cast, marta, "?met=today") | {"is_besides": "True"}
    assert marta.post(url_of(cast), fields).status_code == 302
    assert next_meeting_of(cast, as_("ana")) == "Tomorrow 18:00"


def test_nothing_is_proposed_before_the_meetings_day(cast: Cast, as_: SignIn) -> None:
    page = as_("marta").get(f"{url_of(cast)}?met=no").text
    fields = fields_of(page, "check-in")
    assert {name: fields.get(name) for name in ("outcome", "held_on", "minutes", "is_besides")} == {
        "outcome": None,
        "held_on": "",
        "minutes": "",
        "is_besides": None,
    }
    assert not any(attendance(cast, name) in fields for name in NAMES)
    words = " ".join(re.sub(r"<.*?>", "", page).split())
    assert "Clover meets tomorrow" in words
    assert "Instead of tomorrow’s meeting, which no longer takes place" in words
    assert "Besides it: tomorrow’s meeting stays" in words
    assert "veryone came" not in page


def test_nothing_is_saved_that_nobody_chose(cast: Cast, as_: SignIn) -> None:
    marta = as_("marta")
    response = log(cast, marta, {"summary": "We talked."})
    assert response.status_code == 422
    assert "Choose what happened." in response.text
    response = log(cast, marta, {"outcome": "held", "summary": "We talked."})
    errors = response.context["page"].forms.errors
    assert errors == [
        "Choose whether the meeting still takes place.",
        "Choose the day of the check-in.",
        "Enter the minutes it took.",
        *(f"Choose whether {cast.person(name).name} was there." for name in NAMES),
    ]
    again = fields_of(response.text, "check-in")
    assert again["summary"] == "We talked."
    # Drafts of what is shown again leave out the same as before.
    assert again["proposed"] == opened(cast, marta)["proposed"]
    assert not CheckIn.objects.filter(week_starts_on=MONDAY).exists()


def test_meeting_stays_where_one_met_besides_it(cast: Cast, as_: SignIn) -> None:
    type(cast.cohort).objects.update(asks_before_meeting=True)
    MeetingNoteFactory.create(enrolment=cast.enrolment("ana"), group=cast.clover, week_starts_on=MONDAY)
    marta, ana, step = as_("marta"), as_("ana"), f"n{cast.enrolment('ana').pk}-text"
    assert log(cast, marta, met(cast, is_besides="True") | {step: "Read"}).status_code == 302
    check_in = CheckIn.objects.get(week_starts_on=MONDAY)
    assert (check_in.is_besides, check_in.held_on, check_in.minutes) == (True, date(2026, 9, 15), 20)
    assert AgreedStep.objects.get().due_on == date(2026, 9, 16)
    assert next_meeting_of(cast, ana) == "Tomorrow 18:00"
    assert "How is it going?" in ana.get("/week/", follow=True).text
    assert days_in_calendar(cast) == ["16 Sep", "23 Sep"]
    assert (
        "Tuesday 15 September, 20 minutes, everyone came, besides the meeting."
        in marta.get(url_of(cast, "check-in-detail")).text
    )
    # Its form says so, too.
    assert opened(cast, marta)["is_besides"] == "True"
    assert on_my_groups(marta) == [("Join", False), ("Read", False)]


def test_meeting_goes_where_one_met_instead(cast: Cast, as_: SignIn) -> None:
    marta, ana, step = as_("marta"), as_("ana"), f"n{cast.enrolment('ana').pk}-text"
    assert days_in_calendar(cast) == ["16 Sep", "23 Sep"]
    assert log(cast, marta, met(cast, is_besides="False") | {step: "Read"}).status_code == 302
    assert not CheckIn.objects.get(week_starts_on=MONDAY).is_besides
    assert AgreedStep.objects.get().due_on == date(2026, 9, 23)
    assert next_meeting_of(cast, ana) == "23 Sep 18:00"
    assert days_in_calendar(cast) == ["15 Sep", "23 Sep"]
    assert on_my_groups(marta) == [("Join", False), ("Read", False)]
    assert "Join" not in marta.get(url_of(cast)).text


def test_undo_brings_the_meeting_back_and_a_correction_chooses_again(cast: Cast, as_: SignIn) -> None:
    marta, ana = as_("marta"), as_("ana")
    log(cast, marta, met(cast, is_besides="False"))
    marta.post(url_of(cast, "check-in-undo"))
    assert next_meeting_of(cast, ana) == "Tomorrow 18:00"
    # What was typed is a draft again.
    fields = opened(cast, marta)
    assert (fields["is_besides"], fields["held_on"]) == ("False", "2026-09-15")
    marta.post(url_of(cast), fields)
    assert next_meeting_of(cast, ana) == "23 Sep 18:00"
    with time_machine.travel(TUESDAY + timedelta(minutes=5), tick=False):
        log(cast, marta, {"is_besides": "True"})
        assert next_meeting_of(cast, ana) == "Tomorrow 18:00"
        marta.post(url_of(cast, "check-in-undo"))
        assert next_meeting_of(cast, ana) == "23 Sep 18:00"
        page = marta.get(url_of(cast, "check-in-detail")).text
    assert "Check-in: besides the meeting" in page


@pytest.mark.parametrize("outcome", ["cancelled", "moved"])
def test_cancelling_or_rescheduling_ahead_asks_for_nothing_else(
    cast: Cast, as_: SignIn, outcome: str
) -> None:
    fields = {
        "outcome": outcome,
        "moved_to": "2026-09-18" if outcome == "moved" else "",
        "is_besides": "True",
    }
    assert log(cast, as_("marta"), fields).status_code == 302
    assert not CheckIn.objects.get(week_starts_on=MONDAY).is_besides
    assert (
        next_meeting_of(cast, as_("ana"))
        == {"cancelled": "23 Sep 18:00", "moved": "Friday, rescheduled"}[outcome]
    )


def test_check_in_besides_becomes_the_meetings_once_that_has_begun(cast: Cast, as_: SignIn) -> None:
    marta = as_("marta")
    log(cast, marta, met(cast, is_besides="True"))
    # On the day, a correction leaves the meeting alone.
    with time_machine.travel(NOW, tick=False):
        assert opened(cast, marta)["held_on"] == "2026-09-15"
        log(cast, marta, {"summary": "We looked at chunks."})
        assert next_meeting_of(cast, as_("ana")) == "Today 18:00"
        assert on_my_groups(marta) == [("Join", False), ("Read", False)]
    with time_machine.travel(STARTS, tick=False):
        assert on_my_groups(marta) == [("Join", False), ("Log", True)]
        fields = opened(cast, marta)
        assert (fields["held_on"], fields["summary"]) == ("2026-09-16", "We looked at chunks.")
        assert "is_besides" not in fields
        log(cast, marta, {"minutes": "30"})
        check_in = CheckIn.objects.get(week_starts_on=MONDAY)
        assert (check_in.is_besides, check_in.held_on, check_in.version) == (False, date(2026, 9, 16), 3)
        assert on_my_groups(marta) == [("Join", False), ("Read", False)]


def test_from_the_meetings_day_on_any_day_of_the_week_is_that_meetings(cast: Cast, as_: SignIn) -> None:
    marta = as_("marta")
    with time_machine.travel(NOW, tick=False):
        fields = opened(cast, marta)
        assert (fields["outcome"], fields["held_on"], fields["minutes"]) == ("held", "2026-09-16", "30")
        log(cast, marta, {"held_on": "2026-09-15"})
        assert next_meeting_of(cast, as_("ana")) == "23 Sep 18:00"
    assert not CheckIn.objects.get(week_starts_on=MONDAY).is_besides


def test_join_is_the_button_until_the_meeting_begins(cast: Cast, as_: SignIn) -> None:
    marta, ines, page = as_("marta"), as_("ines"), reverse("tracker:group-detail", args=[cast.clover.pk])

    def on_group_page(look: str = "btn") -> list[bool]:
        html = ines.get(page).text
        return [f'class="{look}" href="https' in html, f'class="{look}"\n            href="{page}' in html]

    ahead, over = [("Log", False), ("Join", True)], [("Join", False), ("Log", True)]
    for moment, shown in ((TUESDAY, ahead), (STARTS - timedelta(seconds=1), ahead), (STARTS, over)):
        with time_machine.travel(moment, tick=False):
            assert on_my_groups(marta) == shown
            assert on_group_page() == [shown == ahead, shown == over]
    # To who takes part it is what to do.
    MentorshipFactory.create(group=cast.clover, person=cast.ines)
    with time_machine.travel(TUESDAY, tick=False):
        assert on_group_page("btn btn-primary") == [True, False]
    # Without an hour, until its day is over: at midnight in Lisbon.
    meets(cast, "Wednesdays")
    midnight = datetime(2026, 9, 16, 23, 0, tzinfo=UTC)
    for moment, shown in ((midnight - timedelta(seconds=1), ahead), (midnight, over)):
        with time_machine.travel(moment, tick=False):
            assert on_my_groups(marta) == shown
    meets(cast, "by appointment")
    assert on_my_groups(marta) == over


def test_join_is_no_button_to_press_first_while_nobody_mentors_the_meeting(cast: Cast, as_: SignIn) -> None:
    marta = as_("marta")
    MentorAwayFactory.create(
        mentorship=cast.clover.mentorships.get(), starts_on=date(2026, 9, 15), ends_on=date(2026, 9, 19)
    )
    assert on_my_groups(marta) == [("Log", False), ("Join", False)]
    for page in (reverse("tracker:my-groups"), url_of(cast)):
        html = marta.get(page).text
        assert "Join anyway" in html
        assert not re.search(r'btn-primary" href="https', html)


def test_what_is_late_is_the_button_though_a_meeting_is_ahead(cast: Cast, as_: SignIn) -> None:
    CheckIn.objects.filter(week_starts_on=LAST_WEEK).delete()
    assert on_my_groups(as_("marta")) == [("Join", False), ("Log", True)]


def test_meetings_day_is_that_of_the_cohort(cast: Cast, as_: SignIn) -> None:
    """It is still Tuesday for a stand-in in New York, and Wednesday in Lisbon."""
    MentorshipFactory.create(group=cast.clover, person=cast.tomas, role="cover")
    User.objects.filter(pk=cast.tomas.pk).update(time_zone="America/New_York")
    with time_machine.travel(datetime(2026, 9, 15, 22, 30, tzinfo=UTC), tick=False):
        page = as_("tomas").get(url_of(cast)).text
        assert "Wednesday 16 September, 18:00 (tomorrow 13:00 your time)." in page
        assert "meets tomorrow" in page
    with time_machine.travel(datetime(2026, 9, 15, 23, 30, tzinfo=UTC), tick=False):
        assert "meets today" in as_("tomas").get(url_of(cast)).text
        page = as_("tomas").get(f"{url_of(cast)}?met=no").text
        assert fields_of(page, "check-in")["held_on"] == "2026-09-16"


def test_what_was_chosen_before_midnight_holds_after_it(cast: Cast, as_: SignIn) -> None:
    marta = as_("marta")
    fields = opened(cast, marta) | met(cast, is_besides="True")
    with time_machine.travel(NOW, tick=False):
        marta.post(url_of(cast), fields)
        assert next_meeting_of(cast, as_("ana")) == "Today 18:00"


def test_second_of_two_people_is_shown_what_the_first_chose(cast: Cast, as_: SignIn) -> None:
    marta = as_("marta")
    fields = opened(cast, marta) | met(cast, is_besides="False")
    log(cast, as_("ines"), met(cast, is_besides="True") | {attendance(cast, "ana"): "absent"})
    response = marta.post(url_of(cast), fields)
    assert response.status_code == 409
    assert [
        (each.label, each.theirs, each.yours) for each in response.context["page"].forms.conflict.fields
    ] == [("Besides the meeting", "yes", "no"), ("Ana Ruivo: attendance", "Absent", "Present")]
    again = fields_of(response.text, "check-in")
    assert (again["is_besides"], again[attendance(cast, "ana")]) == ("False", "present")
    marta.post(url_of(cast), again)
    assert not CheckIn.objects.get(week_starts_on=MONDAY).is_besides


def test_check_in_of_an_earlier_week_is_prefilled(cast: Cast, as_: SignIn) -> None:
    CheckIn.objects.filter(week_starts_on=LAST_WEEK).delete()
    page = as_("marta").get(reverse("tracker:check-in-log", args=[cast.clover.pk, "2026-W37"])).text
    fields = fields_of(page, "check-in")
    assert (fields["outcome"], fields["held_on"], fields["minutes"]) == ("held", "2026-09-09", "30")
    assert "is_besides" not in page.replace("proposed", "")
