"""Channels of a group and a course hear what all who read there may read, and a channel that fails is switched off."""

import json
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from standardwebhooks import Webhook

from groups.actions.plan import set_plan, undo_plan_change
from groups.models import Group, PlanChange
from people.models import Event, Message
from people.outbox import without_events
from questions.actions import answer, ask, ask_again
from questions.models import MaterialChange, Question
from telling.actions.channels import POST, add_channel, change_channel, switch_off, try_channel
from telling.actions.outbox import try_again
from telling.actions.sending import send_due
from telling.actions.sorting import sort_events
from telling.chat.news import NEWS
from telling.models import Channel
from tests.conftest import NOW, TODAY, Cast
from tests.factories.groups import MentorshipFactory
from tests.factories.tracker import CheckInFactory
from tests.mail_server import MailServer, mail_server
from tests.web_server import WebServer, web_server
from tracker.models import CheckIn


@pytest.fixture
def site(settings: Any) -> Iterator[WebServer]:
    settings.OUTGOING_HOSTS = ["localhost"]
    settings.SITE_URL = "https://trefoil.example.com"
    with web_server() as site:
        yield site


@pytest.fixture
def group_channel(cast: Cast, site: WebServer) -> Channel:
    return add_channel(
        of=cast.clover, service="slack", address=site.url, news=list(NEWS), by=cast.marta, at=NOW
    )


@pytest.fixture
def course_channel(cast: Cast, site: WebServer) -> Channel:
    return add_channel(
        of=cast.course, service="slack", address=site.url, news=list(NEWS), by=cast.ines, at=NOW
    )


def _told(site: WebServer, minutes: int = 0) -> list[str]:
    """The messages of the worker's next round."""
    before = len(site.received)
    now = NOW + timedelta(minutes=minutes)
    sort_events(now)
    send_due(now)
    return [json.loads(received.body)["text"] for received in site.received[before:]]


def _asked(cast: Cast, group: Group | None = None, **fields: Any) -> Question:
    fields = {"title": "Why the root?", "milestone": cast.milestones[0], **fields}
    by = cast.person("ana") if group in (None, cast.clover) else cast.person("dalia")
    return ask(group=group or cast.clover, by=by, at=NOW, **fields)


@pytest.mark.parametrize(("visibility", "is_told"), [("group", False), ("cohort", False), ("course", True)])
def test_a_course_hears_of_questions_that_all_of_it_may_read(
    cast: Cast, site: WebServer, course_channel: Channel, visibility: str, is_told: bool
) -> None:
    question = _asked(cast, visibility=visibility)
    answer(question=question, by=cast.marta, at=NOW, body="Ana, because so.")
    texts = _told(site)
    url = f"https://trefoil.example.com{question.get_absolute_url()}"
    # Asked and answered meanwhile: the question alone is no news.
    assert texts == ([f"LLM specialisation: answered\nWhy the root?\n{url}"] if is_told else [])


def test_a_group_hears_of_its_questions_alone(cast: Cast, site: WebServer, group_channel: Channel) -> None:
    question = _asked(cast, visibility="group", is_asker_hidden=True)
    _asked(cast, cast.juniper, visibility="course", title="And the other group?")
    (text,) = _told(site)
    assert text == (
        "Clover: a question about LLM basics\nWhy the root?\n"
        f"https://trefoil.example.com{question.get_absolute_url()}"
    )


def test_no_channel_says_that_a_hidden_asker_is_of_its_group(
    cast: Cast, site: WebServer, group_channel: Channel
) -> None:
    question = _asked(cast, visibility="cohort", is_asker_hidden=True)
    answer(question=question, by=cast.marta, at=NOW, body="So.")
    # Nor that somebody of it has a question of another group too.
    other = _asked(cast, cast.juniper, visibility="course", title="And the key?")
    typed = {"title": "Which key?", "is_asker_hidden": True}
    ask_again(question=other, group=cast.clover, by=cast.person("bruno"), at=NOW, typed=typed)
    assert _told(site) == []


def test_what_was_archived_since_and_a_week_that_is_over_are_no_news(
    cast: Cast, site: WebServer, group_channel: Channel
) -> None:
    check_in = CheckInFactory.create(
        group=cast.clover,
        logged_by=cast.marta,
        outcome="cancelled",
        held_on=None,
        week_starts_on=date(2026, 9, 7),
    )
    _event("meeting_changed", cast, check_in=check_in.pk)
    assert _told(site) == []
    _asked(cast)
    cast.cohort.archived_at, cast.cohort.archived_by = NOW, cast.ines
    cast.cohort.save()
    assert _told(site) == []


def _event(kind: str, cast: Cast, **ids: int) -> Event:
    return Event.objects.create(kind=kind, ids=ids, by=cast.marta, at=NOW)


@pytest.mark.parametrize(
    ("outcome", "says"),
    [
        (
            "held",
            "Clover: what was said at the check-in, Mon 14 to Sun 20 September\nWe ran the notebook.\n",
        ),
        ("cancelled", "Clover: no meeting, Mon 14 to Sun 20 September\nWe ran the notebook.\n"),
        ("moved", "Clover: meeting rescheduled, Mon 14 to Sun 20 September, tomorrow\nWe ran"),
    ],
)
def test_a_group_hears_of_its_check_in_and_no_private_note(
    cast: Cast, site: WebServer, group_channel: Channel, course_channel: Channel, outcome: str, says: str
) -> None:
    check_in = CheckInFactory.create(
        group=cast.clover, logged_by=cast.marta, outcome=outcome, summary="We ran the notebook.",
        private_note="Ana was quiet.",
        week_starts_on=date(2026, 9, 14), held_on=date(2026, 9, 17) if outcome == "moved" else date(2026, 9, 16),
    )  # fmt: skip
    _event(
        "check_in_logged" if outcome == CheckIn.Outcome.HELD else "meeting_changed",
        cast,
        check_in=check_in.pk,
    )
    (text,) = _told(site, minutes=10)
    assert text.startswith(says)


def test_no_channel_hears_of_help(
    cast: Cast, site: WebServer, group_channel: Channel, course_channel: Channel
) -> None:
    _event("help_needed", cast, enrolment=cast.enrolment("ana").pk)
    assert _told(site) == []


def test_a_course_hears_of_changed_material_and_a_group_of_new_dates(
    cast: Cast, site: WebServer, group_channel: Channel, course_channel: Channel
) -> None:
    change = MaterialChange.objects.create(
        course=cast.course, what="A drawing of the scores", milestone=cast.milestones[0],
        changed_on=date(2026, 9, 8), made_by=cast.ines, recorded_at=NOW,
    )  # fmt: skip
    _event("material_changed", cast, change=change.pk)
    _event("dates_changed", cast, group=cast.clover.pk)
    texts = sorted(_told(site) + _told(site, minutes=10))
    assert [text.partition("\n")[0] for text in texts] == [
        "Clover: new due dates",
        "LLM specialisation: changed material: LLM basics",
    ]
    assert "/milestones/" in texts[1]


@pytest.mark.parametrize(
    ("service", "expected"),
    [
        ("slack", "Is &lt;!channel&gt; &amp; @\u200ball *bold*?"),
        ("mattermost", r"Is \<\!channel\> & @" + "\u200b" + r"all \*bold\*?"),
    ],
)
def test_what_people_write_calls_nobody_and_is_no_markup(
    cast: Cast, site: WebServer, group_channel: Channel, service: str, expected: str
) -> None:
    Channel.objects.update(service=service)
    _asked(cast, title="Is <!channel> & @all *bold*?")
    (text,) = _told(site)
    assert text.split("\n")[1] == expected


def test_any_program_gets_signed_posts(cast: Cast, site: WebServer) -> None:
    channel = add_channel(
        of=cast.clover, service="webhook", address=site.url, news=["question"], by=cast.marta, at=NOW
    )
    _asked(cast)
    sort_events(NOW)
    send_due(NOW)
    (received,) = site.received
    said = Webhook(channel.secret).verify(received.body, received.headers)
    assert said["type"] == "question.asked"
    assert said["data"]["title"] == "Why the root?"
    assert received.headers["webhook-id"] == Message.objects.get(kind=POST).message_id


def test_what_nobody_chose_and_what_tells_nobody_is_not_sent(
    cast: Cast, site: WebServer, group_channel: Channel
) -> None:
    change_channel(channel=group_channel, address="", news=["dates"], by=cast.marta)
    _asked(cast)
    with without_events():
        _event("dates_changed", cast, group=cast.juniper.pk)
    assert _told(site) == []


def test_a_channel_that_was_told_is_told_that_it_is_undone(
    cast: Cast, site: WebServer, group_channel: Channel
) -> None:
    plan = {item.milestone_id: item.due_on for item in cast.clover.plan_items.all()}
    for posted, minutes in ((True, 10), (False, 30)):
        plan[cast.milestones[3].pk] = date(2026, 9, 20 + minutes // 10)
        at = NOW + timedelta(minutes=minutes - 10)
        set_plan(group=cast.clover, plan=plan, by=cast.marta, at=at)
        if posted:
            (text,) = _told(site, minutes=10)
            assert text.startswith("Clover: new due dates")
        undo_plan_change(change=PlanChange.objects.latest("pk"), by=cast.marta, at=at)
        texts = _told(site, minutes=minutes + 5)
        assert [text.partition("\n")[0] for text in texts] == ["Clover: the due dates are as before"] * posted


def test_what_is_no_longer_true_is_withdrawn(cast: Cast, site: WebServer, group_channel: Channel) -> None:
    question = _asked(cast)
    sort_events(NOW)
    answer(question=question, by=cast.marta, at=NOW, body="So.")
    assert [text.partition("\n")[0] for text in _told(site)] == ["Clover: answered"]
    assert list(Message.objects.order_by("pk").values_list("state", flat=True)) == ["withdrawn", "sent"]


def test_what_failed_is_tried_again_with_the_same_id(
    cast: Cast, site: WebServer, group_channel: Channel
) -> None:
    site.status, site.headers = 503, {"Retry-After": "9" * 5000}
    _asked(cast)
    _told(site, minutes=-1)
    assert Message.objects.get().try_at == NOW
    site.headers = {"Retry-After": "120"}
    _told(site)
    _told(site, minutes=1)
    assert len(site.received) == 2, "it asked for two minutes"
    group_channel.refresh_from_db()
    assert (group_channel.failing_since, group_channel.failure) == (
        NOW - timedelta(minutes=1),
        "It answers 503.",
    )
    site.status = 200
    _told(site, minutes=5)
    assert Message.objects.get().state == "sent"
    group_channel.refresh_from_db()
    assert (group_channel.failing_since, group_channel.failure) == (None, "")


def test_one_that_was_killed_while_it_sent_is_sent_once_more(
    cast: Cast, site: WebServer, group_channel: Channel
) -> None:
    _asked(cast)
    sort_events(NOW)
    Message.objects.update(claimed_at=NOW)
    assert _told(site, minutes=4) == []
    assert len(_told(site, minutes=5)) == 1
    assert _told(site, minutes=30) == []


@pytest.mark.usefixtures("all_hear_at_once")
@pytest.mark.parametrize("status", [500, 410])
def test_a_channel_that_fails_for_a_day_is_switched_off_and_who_added_it_is_told(
    cast: Cast, site: WebServer, group_channel: Channel, mailoutbox: list[Any], status: int
) -> None:
    site.status = status
    for hours in (0, 12, 24):
        _asked(cast, title=f"Asked at {hours}")
        Event.objects.update(at=NOW)
        _told(site, minutes=60 * hours)
    group_channel.refresh_from_db()
    assert group_channel.switched_off_at is not None
    assert not Message.objects.filter(state="waiting").exists()
    _told(site, minutes=60 * 24)
    (mail,) = (mail for mail in mailoutbox if mail.subject.endswith("is switched off for Clover"))
    assert mail.to == ["marta@example.com"]
    assert f"It answers {status}." in mail.body
    received = len(site.received)
    _asked(cast, title="Unheard")
    _told(site, minutes=1500)
    assert len(site.received) == received


@pytest.mark.usefixtures("all_hear_at_once")
def test_a_channel_of_who_no_longer_leads_is_switched_off_and_the_mentors_are_told(
    cast: Cast, site: WebServer, group_channel: Channel, mailoutbox: list[Any]
) -> None:
    cast.clover.mentorships.update(ended_on=TODAY)
    MentorshipFactory.create(group=cast.clover, person=cast.tomas, started_on=TODAY)
    _asked(cast, title="Unheard")
    assert _told(site) == []
    group_channel.refresh_from_db()
    assert group_channel.switched_off_at is not None
    _told(site, minutes=1)
    (mail,) = (mail for mail in mailoutbox if mail.subject.endswith("is switched off for Clover"))
    assert mail.to == ["tomas@example.com"]
    assert "can no longer do so" in mail.body


def test_a_try_says_whether_it_arrives_and_is_not_repeated(
    cast: Cast, site: WebServer, group_channel: Channel
) -> None:
    try_channel(channel=group_channel, at=NOW)
    assert _told(site) == [
        f"Clover: Trefoil posts in this channel\nhttps://trefoil.example.com/groups/{cast.clover.pk}/"
    ]
    site.status = 404
    post = try_channel(channel=group_channel, at=NOW)
    _told(site)
    post.refresh_from_db()
    assert (post.state, post.reason) == ("failed", "It answers 404.")


def test_one_channel_that_does_not_answer_keeps_no_other_waiting(
    cast: Cast, site: WebServer, group_channel: Channel
) -> None:
    add_channel(
        of=cast.clover,
        service="slack",
        address="https://127.0.0.1/",
        news=["question"],
        by=cast.marta,
        at=NOW,
    )
    _asked(cast)
    _asked(cast, title="Second")
    assert len(_told(site)) == 2
    assert Message.objects.filter(state="waiting", tries=1).count() == 1


@pytest.mark.usefixtures("all_hear_at_once")
def test_a_channel_and_a_mail_server_that_do_not_answer_keep_each_other_from_nothing(
    cast: Cast, site: WebServer, server: MailServer, group_channel: Channel
) -> None:
    port = server.port
    server.shutdown()
    server.server_close()
    _asked(cast)
    _asked(cast, title="Second")
    assert len(_told(site)) == 2
    assert Message.objects.waiting().filter(channel=None).count() == 2
    site.status = 503
    _asked(cast, title="Third")
    with mail_server(port) as back:
        _told(site, minutes=15)
        assert len(back.mails) == 3
    assert Message.objects.waiting().get().channel == group_channel


def test_what_an_operator_lets_go_again_is_not_posted_where_the_channel_is_off(
    cast: Cast, site: WebServer, group_channel: Channel
) -> None:
    _asked(cast)
    sort_events(NOW)
    message = Message.objects.get(kind=POST)
    message.end(Message.State.FAILED, at=NOW, reason="It answers 503.")
    switch_off(channel=group_channel, at=NOW)
    try_again(message=message, at=NOW)
    assert _told(site) == []
    message.refresh_from_db()
    assert (message.state, message.reason) == ("withdrawn", "The channel was switched off.")
