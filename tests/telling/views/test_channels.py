"""Mentors add channels of their group, course admins of their course; no page shows an address again."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from groups.actions.group import delete_group
from people.models import Message
from telling.actions.channels import add_channel, switch_off
from telling.models import Channel
from tests.conftest import NOW, Cast, SignIn
from tests.factories.groups import GroupFactory
from tests.messages import said

HOOK = "https://hooks.example.com/services/SECRET-PATH"


@pytest.fixture
def channel(cast: Cast) -> Channel:
    return add_channel(
        of=cast.clover, service="slack", address=HOOK, news=["question"], by=cast.marta, at=NOW
    )


def test_a_mentor_adds_a_channel_and_its_address_is_not_shown_again(cast: Cast, as_: SignIn) -> None:
    page = f"/groups/{cast.clover.pk}/channels/"
    marta = as_("marta")
    sent = marta.post(page, {"service": "slack", "address": HOOK, "news": ["question", "dates"]})
    assert said(sent) == "Channel added. Send a test to see whether it arrives."
    made = Channel.objects.get()
    assert (made.group, made.address, made.news, made.secret) == (
        cast.clover,
        HOOK,
        ["dates", "question"],
        "",
    )
    for shown in (marta.get(page).text, marta.get(f"/channels/{made.pk}/").text):
        assert "hooks.example.com" in shown
        assert "SECRET-PATH" not in shown


def test_a_secret_is_shown_once(cast: Cast, as_: SignIn) -> None:
    page, ines = f"/courses/{cast.course.slug}/channels/", as_("ines")
    shown = ines.post(page, {"service": "webhook", "address": HOOK, "news": ["question"]}).text
    (secret,) = re.findall(r'value="(whsec_[\w+/=]{44})"', shown)
    assert Channel.objects.get(course=cast.course).secret == secret
    assert secret not in ines.get(page).text


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"address": "http://hooks.example.com/"}, "The address begins with https://."),
        (
            {"address": "https://10.0.0.1/hook"},
            "This address is of a private network. A site admin can allow it.",
        ),
        ({"news": []}, "Choose at least one."),
        ({"news": ["check_in"]}, "is not one of the available choices"),
    ],
)
def test_what_is_wrong_stands_beside_its_field_and_what_was_typed_stays(
    cast: Cast, as_: SignIn, fields: dict[str, object], said: str
) -> None:
    typed = {"service": "mattermost", "address": HOOK, "news": ["answer"], **fields}
    answer = as_("ines").post(f"/courses/{cast.course.slug}/channels/", typed)
    assert answer.status_code == 422
    assert said in answer.text.replace("&#x27;", "'")
    assert str(typed["address"]) in answer.text
    assert not Channel.objects.exists()


def test_changing_keeps_the_address_and_switches_on_again(cast: Cast, as_: SignIn, channel: Channel) -> None:
    switch_off(channel=channel, at=NOW)
    as_("marta").post(f"/channels/{channel.pk}/", {"address": "", "news": ["answer"]})
    channel.refresh_from_db()
    assert (channel.address, channel.news, channel.switched_off_at) == (HOOK, ["answer"], None)


def test_a_try_is_sent_once_and_the_page_says_whether_it_arrived(
    cast: Cast, as_: SignIn, channel: Channel
) -> None:
    marta = as_("marta")
    for _ in range(2):
        assert "On its way." in marta.post(f"/channels/{channel.pk}/try/", follow=True).text
    Message.objects.get().end(Message.State.SENT, at=NOW)
    shown = marta.get(f"/groups/{cast.clover.pk}/channels/").text
    assert "The last post arrived on 16 September" in shown
    marta.post(f"/channels/{channel.pk}/remove/")
    assert not Channel.objects.exists()


def test_a_channel_keeps_no_group_from_being_deleted(cast: Cast) -> None:
    group = GroupFactory.create(cohort=cast.cohort, name="Empty")
    add_channel(of=group, service="slack", address=HOOK, news=["question"], by=cast.ines, at=NOW)
    delete_group(group=group)
    assert not Channel.objects.exists()


def test_queries_do_not_grow_with_channels(cast: Cast, as_: SignIn, channel: Channel) -> None:
    marta, counts = as_("marta"), []
    for _ in range(2):
        with CaptureQueriesContext(connection) as queries:
            marta.get(f"/groups/{cast.clover.pk}/channels/")
        counts.append(len(queries))
        for _ in range(3):
            add_channel(of=cast.clover, service="slack", address=HOOK, news=["dates"], by=cast.marta, at=NOW)
    assert counts[0] == counts[1]
