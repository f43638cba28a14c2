"""When a group meets is set by its mentors; until then the pages say who sets it."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from courses.models import Cohort
from groups.actions.meeting import save_free_times
from groups.meetings import without_call
from groups.models import Group
from people.models import Event
from tests.conftest import NOW, TODAY, Cast, SignIn
from tests.factories.groups import MentorshipFactory

DAY = timedelta(days=1)


def words(client: Client, name: str, *args: int) -> str:
    return " ".join(client.get(reverse(name, args=args)).content.decode().split())


def test_mentor_sets_the_meeting_from_where_none_is_set(cast: Cast, as_: SignIn) -> None:
    url = reverse("groups:group-meeting", args=[cast.clover.pk])
    marta = as_("marta")
    find = reverse("groups:find-a-time", args=[cast.clover.pk])
    assert f'href="{find}">Find a time' in words(marta, "tracker:my-groups")
    assert f'<a href="{url}">Set the meeting </a>' in words(
        as_("ines"), "tracker:group-detail", cast.clover.pk
    )
    asked = f'<a href="{find}">Say when you can meet</a>: your mentor sets when.'
    assert asked in words(as_("ana"), "tracker:week", cast.clover.pk)
    ana = cast.person("ana")
    save_free_times(group=cast.clover, person=ana, time_zone="UTC", chosen=[(1, 8)], at=NOW)
    assert asked.replace("Say", "Change") in words(as_("ana"), "tracker:week", cast.clover.pk)
    assert asked in words(as_("bruno"), "tracker:week", cast.clover.pk)
    done = marta.post(
        url, {"meeting": "Thursdays 17:00", "hello": "Hi", "version": 1, "name": "Other"}, follow=True
    )
    assert done.redirect_chain[0] == (cast.clover.get_absolute_url(), 302)
    group = Group.objects.get(pk=cast.clover.pk)
    # The name is for course admins to change.
    assert (group.name, group.meeting, group.changed_by) == ("Clover", "Thursdays 17:00", cast.marta)
    assert "Tomorrow 17:00" in words(marta, "tracker:my-groups")
    assert url not in words(marta, "tracker:my-groups")
    assert f'<a href="{url}">Link the call</a>' in words(as_("ines"), "tracker:group-detail", cast.clover.pk)
    assert "your mentor sets when" not in words(as_("ana"), "tracker:week", cast.clover.pk)


def test_second_of_two_who_set_the_meeting_is_shown_both(cast: Cast, as_: SignIn) -> None:
    url = reverse("groups:group-meeting", args=[cast.clover.pk])
    as_("ines").post(url, {"meeting": "Mondays 9:00", "version": 1})
    answer = as_("marta").post(url, {"meeting": "Thursdays 17:00", "version": 1})
    assert answer.status_code == 409
    assert ">Mondays 9:00</td>" in answer.text
    assert ">Thursdays 17:00</td>" in answer.text
    assert Group.objects.get(pk=cast.clover.pk).meeting == "Mondays 9:00"


CALL = "https://meet.example/clover?pwd=1"


@pytest.mark.parametrize(
    "typed", [{"meeting": f"Tuesdays 17:00, {CALL}", "call": ""}, {"meeting": "Tuesdays 17:00", "call": CALL}]
)
def test_who_belongs_to_a_group_joins_its_call(cast: Cast, as_: SignIn, typed: dict[str, str]) -> None:
    url = reverse("groups:group-meeting", args=[cast.clover.pk])
    assert as_("marta").post(url, {**typed, "version": 1}).status_code == 302
    group = Group.objects.get(pk=cast.clover.pk)
    assert (group.meeting, group.call) == ("Tuesdays 17:00", CALL)
    tomas = MentorshipFactory.create(group=cast.clover, person=cast.tomas, role="cover", ended_on=TODAY + DAY)
    pages = [
        ("ana", "tracker:week", cast.clover.pk),
        ("marta", "tracker:my-groups"),
        ("tomas", "tracker:my-groups"),
        ("ines", "tracker:group-detail", cast.clover.pk),
    ]
    for who, *page in pages:
        assert re.search(
            rf'href="{re.escape(CALL)}" rel="noopener noreferrer">( <svg.*?</svg>)? ?Join',
            words(as_(who), *page),
        )
    tomas.delete()
    assert CALL not in words(as_("tomas"), "tracker:my-groups")
    Cohort.objects.filter(pk=cast.cohort.pk).update(closed_on=TODAY)
    assert CALL not in words(as_("ana"), "tracker:week", cast.clover.pk)


def test_address_in_the_line_is_the_call() -> None:
    assert without_call(f"Tuesdays 17:00 ({CALL}), with tea") == ("Tuesdays 17:00, with tea", CALL)


@pytest.mark.parametrize("call", ["http://meet.example/", "javascript:alert(1)", "meet"])
def test_call_has_an_address_with_https(cast: Cast, as_: SignIn, call: str) -> None:
    typed = {"meeting": "Tuesdays 17:00", "call": call, "version": 1}
    answer = as_("marta").post(reverse("groups:group-meeting", args=[cast.clover.pk]), typed)
    assert answer.status_code == 422
    assert "Enter an address that begins with https://." in answer.text


def test_line_without_a_weekday_says_what_cannot_use_it(cast: Cast, as_: SignIn) -> None:
    Group.objects.filter(pk=cast.clover.pk).update(meeting="by video")
    assert "names no weekday: calendar and check-in cannot use it" in words(
        as_("marta"), "groups:group-meeting", cast.clover.pk
    )
    assert "It names no weekday, so your calendar does not have it." in words(
        as_("ana"), "tracker:week", cast.clover.pk
    )


def test_group_hears_when_it_meets_by_the_form_too(cast: Cast, as_: SignIn) -> None:
    url, marta = reverse("groups:group-meeting", args=[cast.clover.pk]), as_("marta")
    for version, meeting in enumerate(
        ["by video", "Mondays 9:00", "Mondays 9:00, by video", "Tuesdays 9:00"], 1
    ):
        marta.post(url, {"meeting": meeting, "version": version})
    # Where it meets alone is not told.
    assert Event.objects.filter(kind="meeting_set").count() == 2
