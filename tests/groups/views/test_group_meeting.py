"""When a group meets is set by its mentors; until then the pages say who sets it."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from groups.models import Group
from tests.conftest import Cast

type As = Callable[[str], Client]


def words(client: Client, name: str, *args: int) -> str:
    return " ".join(client.get(reverse(name, args=args)).content.decode().split())


def test_mentor_sets_the_meeting_from_where_none_is_set(cast: Cast, as_: As) -> None:
    url = reverse("groups:group-meeting", args=[cast.clover.pk])
    marta = as_("marta")
    assert reverse("tracker:first-meeting", args=[cast.clover.pk]) in words(marta, "tracker:my-groups")
    assert f'<a href="{url}">Set the meeting</a>' in words(
        as_("ines"), "tracker:group-detail", cast.clover.pk
    )
    assert "Your mentor sets when you meet." in words(as_("ana"), "tracker:week", cast.clover.pk)
    done = marta.post(url, {"meeting": "Thursdays 17:00", "version": 1, "name": "Other"}, follow=True)
    assert done.redirect_chain[0] == (cast.clover.get_absolute_url(), 302)
    group = Group.objects.get(pk=cast.clover.pk)
    # The name is for course admins to change.
    assert (group.name, group.meeting, group.changed_by) == ("Clover", "Thursdays 17:00", cast.marta)
    assert "Tomorrow 17:00" in words(marta, "tracker:my-groups")
    assert url not in words(marta, "tracker:my-groups")
    assert f'<a href="{url}">Change the meeting</a>' in words(
        as_("ines"), "tracker:group-detail", cast.clover.pk
    )
    assert "Your mentor sets when you meet." not in words(as_("ana"), "tracker:week", cast.clover.pk)


def test_second_of_two_who_set_the_meeting_is_shown_both(cast: Cast, as_: As) -> None:
    url = reverse("groups:group-meeting", args=[cast.clover.pk])
    as_("ines").post(url, {"meeting": "Mondays 9:00", "version": 1})
    answer = as_("marta").post(url, {"meeting": "Thursdays 17:00", "version": 1})
    assert answer.status_code == 409
    assert ">Mondays 9:00</td>" in answer.text
    assert ">Thursdays 17:00</td>" in answer.text
    assert Group.objects.get(pk=cast.clover.pk).meeting == "Mondays 9:00"


@pytest.mark.parametrize(("who", "status"), [("ana", 403), ("tomas", 403), ("ines", 200), ("zoe", 404)])
def test_others_set_no_meeting(cast: Cast, as_: As, who: str, status: int) -> None:
    assert as_(who).get(reverse("groups:group-meeting", args=[cast.clover.pk])).status_code == status
