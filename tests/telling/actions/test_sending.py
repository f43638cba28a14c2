"""From messages to a mail server: what it refuses, that it is slow or away, what a killed worker leaves, and when."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.db import OperationalError

from people.models import Event, MailChoice, Message, User
from people.outbox import mail_account
from questions.actions import ask
from telling.actions import sorting
from telling.actions.sending import CLAIM, PAUSES, claim, send_due
from telling.actions.sorting import sort_events
from telling.kinds.digest import NEWS
from tests.conftest import NOW, Cast
from tests.mail_server import MailServer, mail_server
from tests.mails import deliver
from tracker.actions.progress import mark

pytestmark = pytest.mark.usefixtures("all_hear_at_once")
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def cry(cast: Cast, name: str = "bruno", at: datetime = NOW) -> None:
    who = cast.person(name)
    mark(enrolment=cast.enrolment(name), milestone=cast.milestones[1], state="need_help", by=who, at=at)


def code_to(address: str) -> Message:
    person = User.objects.filter(email=address).first()
    return mail_account(person=person, address=address, subject="Your code", body="AAAA-BBBB", at=NOW)


def test_what_leaves_is_what_was_written(cast: Cast, server: MailServer) -> None:
    cry(cast)
    code_to("ana@example.com")
    sort_events(NOW)
    assert send_due(NOW) == "2 sent"
    help_mail, code = server.mail_to("marta@example.com"), server.mail_to("ana@example.com")
    kept = {message.kind: message for message in Message.objects.all()}
    assert help_mail["Message-ID"] == kept["help"].message_id
    assert help_mail["Reply-To"] == "Bruno Sá <bruno@example.com>"
    # By a page that asks, not by the button of a mail program (RFC 8058).
    assert (help_mail["List-Unsubscribe"][:5], help_mail["List-Unsubscribe-Post"]) == ("<http", None)
    assert [part.get_content_type() for part in help_mail.walk()][1:] == ["text/plain", "text/html"]
    plain, html = (part.get_content() for part in list(help_mail.walk())[1:])
    assert help_mail["Subject"] == "Bruno needs help with Prompt engineering"
    for words in ("No words yet.", "Answer Bruno"):
        assert words in plain
        assert words in html
    assert code.get_content().strip() == "AAAA-BBBB"
    # Its words were kept until it was sent.
    assert (kept["account"].state, kept["account"].subject, kept["account"].body) == ("sent", "", "")


def test_what_an_earlier_version_told_is_withdrawn(cast: Cast) -> None:
    cry(cast)
    sort_events(NOW)
    Event.objects.update(kind="review_nudged")
    message, later = Message.objects.get(), Message.objects.get()
    Message.objects.update(kind="review")
    later.pk, later.kind, later.state, later.message_id = (
        None,
        "review",
        Message.State.DIGEST,
        "<later@example.com>",
    )
    later.recipient = cast.ines
    later.save()
    assert NEWS.write(cast.ines, message.event, NOW) is None
    assert send_due(NOW) == "1 withdrawn"
    message.refresh_from_db()
    assert message.reason == "It is no longer told."


def test_one_refused_address_keeps_no_other_back(cast: Cast, server: MailServer) -> None:
    server.answers = {"ana@example.com": b"550 no such mailbox", "bruno@example.com": b"451 come back later"}
    for name in ("ana", "bruno", "chidi"):
        code_to(f"{name}@example.com")
    assert send_due(NOW) == "1 failed, 1 tried again later, 1 sent"
    failed, later = Message.objects.get(state="failed"), Message.objects.waiting().get()
    assert (failed.reason, failed.body) == ("550 no such mailbox", "")
    assert (later.reason, later.try_at, later.body) == ("451 come back later", NOW + MINUTE, "AAAA-BBBB")
    server.answers = {}
    assert [send_due(NOW + part * MINUTE) for part in (0.5, 1)] == ["", "1 sent"]
    assert len(server.mails) == 2


def test_a_server_that_is_away_for_an_hour_loses_and_doubles_nothing(cast: Cast, server: MailServer) -> None:
    for name in ("ana", "bruno", "chidi"):
        code_to(f"{name}@example.com")
    cry(cast)
    sort_events(NOW)
    port, tries = server.port, []
    server.shutdown()
    server.server_close()
    for minute in range(60):
        tries.append(send_due(NOW + minute * MINUTE))
    away = "1 tried again later (The mail server does not answer: [Errno 111] Connection refused)"
    assert set(tries) == {"", away}
    assert "Connection refused" in Message.objects.waiting()[0].reason
    with mail_server(port) as back:
        # Back, it is asked within 15 minutes; the first that it takes ends the pauses of all.
        took = [send_due(NOW + minute * MINUTE) for minute in range(60, 76)]
        assert [said for said in took if said] == ["4 sent"]
        assert sorted(mail["To"].partition("@")[0] for mail in back.mails) == [
            "ana",
            "bruno",
            "chidi",
            "marta",
        ]
    assert set(Message.objects.values_list("state", flat=True)) == {"sent"}


def test_a_slow_server_lets_other_jobs_have_their_turn(
    cast: Cast, server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("telling.actions.sending._LONGEST_ROUND", 0.1)
    server.delay = 0.15
    for name in ("ana", "bruno"):
        code_to(f"{name}@example.com")
    assert [send_due(NOW) for _ in range(3)] == ["1 sent", "1 sent", ""]
    assert len(server.mails) == 2


def test_codes_and_cries_go_before_what_waits_for_longer(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("telling.actions.sending._LONGEST_ROUND", 0)
    event = Event.objects.create(kind="digest", at=NOW)
    digest = Message.objects.create(
        recipient=cast.ines, kind="digest", event=event, due_at=NOW - HOUR, try_at=NOW - HOUR
    )
    ask(group=cast.clover, by=cast.person("ana"), at=NOW - MINUTE, title="Why?")
    cry(cast)
    sort_events(NOW)
    code = code_to("ana@example.com")
    order: list[int] = []
    for _ in range(4):
        send_due(NOW)
        order += Message.objects.filter(ended_at=NOW).exclude(pk__in=order).values_list("pk", flat=True)
    kinds = dict(Message.objects.values_list("pk", "kind"))
    assert [kinds[pk] for pk in order] == ["account", "help", "question", "digest"]
    assert (order[0], order[-1]) == (code.pk, digest.pk)
    # Nor is the address kept.
    assert Message.objects.get(pk=code.pk).address == ""


def test_pauses_grow_and_it_is_given_up_after_a_day(cast: Cast, server: MailServer) -> None:
    server.answers = {"ana@example.com": b"451 come back later"}
    message = code_to("ana@example.com")
    tried = []
    while message.state == "waiting":
        tried.append(message.try_at - NOW)
        send_due(message.try_at)
        message.refresh_from_db()
    pauses = [after - before for before, after in pairwise(tried)]
    assert pauses[: len(PAUSES)] == PAUSES
    assert set(pauses[len(PAUSES) :]) == {PAUSES[-1]}
    assert tried[-1] <= DAY
    assert (message.state, message.body) == ("failed", "")
    assert message.reason == "Given up after a day. 451 come back later"


def test_what_waited_for_a_day_without_a_worker_is_not_sent_and_listed(cast: Cast) -> None:
    cry(cast)
    sort_events(NOW)
    assert send_due(NOW + DAY + MINUTE) == "1 removed"
    assert Message.objects.get().reason == "It waited for more than a day."


def test_what_nobody_sorted_for_a_day_is_not_sent_either(cast: Cast) -> None:
    cry(cast)
    assert deliver(NOW + DAY + HOUR) == []
    assert Message.objects.get().state == "dropped"


def test_many_events_let_other_jobs_have_their_turn(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sorting, "_BATCH", 1)
    monkeypatch.setattr(sorting, "_LONGEST_ROUND", 0)
    for name in ("ana", "bruno"):
        cry(cast, name)
    said = [sort_events(NOW) for _ in range(3)]
    assert said == ["1 events, 1 messages", "1 events, 1 messages", ""]


def test_no_event_is_lost_to_a_deadlock(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def deadlock(*_: object) -> None:
        raise OperationalError("deadlock detected")

    cry(cast)
    with monkeypatch.context() as patched:
        patched.setattr(sorting, "make_posts", deadlock)
        with pytest.raises(OperationalError):
            sort_events(NOW)
    assert len(deliver(NOW)) == 1


def test_a_killed_worker_leaves_a_claim_and_it_is_sent_once_more_with_the_same_id(cast: Cast) -> None:
    message = code_to("ana@example.com")
    assert claim(message.pk, NOW) is not None
    # The other worker, and this one after a restart, wait.
    assert claim(message.pk, NOW) is None
    assert send_due(NOW + MINUTE) == ""
    (mail,) = deliver(NOW + CLAIM + MINUTE)
    assert mail.extra_headers["Message-ID"] == message.message_id
    assert deliver(NOW + 3 * CLAIM) == []


def test_what_stopped_the_worker_twice_is_not_tried_a_third_time(cast: Cast) -> None:
    message = code_to("ana@example.com")
    claim(message.pk, NOW)
    claim(message.pk, NOW + 2 * CLAIM)
    assert deliver(NOW + 4 * CLAIM) == []
    message.refresh_from_db()
    assert (message.state, message.reason) == ("failed", "The worker stopped twice while sending this.")


@pytest.mark.parametrize(
    ("at", "due"),
    [
        (datetime(2026, 9, 16, 19, 59, tzinfo=UTC), datetime(2026, 9, 16, 19, 59, tzinfo=UTC)),
        (datetime(2026, 9, 16, 20, 0, tzinfo=UTC), datetime(2026, 9, 17, 7, 0, tzinfo=UTC)),
        (datetime(2026, 9, 17, 6, 59, tzinfo=UTC), datetime(2026, 9, 17, 7, 0, tzinfo=UTC)),
        (datetime(2026, 9, 18, 20, 0, tzinfo=UTC), datetime(2026, 9, 21, 7, 0, tzinfo=UTC)),
        (datetime(2026, 9, 19, 11, 0, tzinfo=UTC), datetime(2026, 9, 21, 7, 0, tzinfo=UTC)),
    ],
    ids=["before nine", "at nine", "before eight", "Friday night", "Saturday"],
)
def test_it_waits_through_nights_and_weekends_of_the_reader(cast: Cast, at: datetime, due: datetime) -> None:
    """Lisbon is an hour ahead of UTC."""
    cry(cast, at=at)
    sort_events(at)
    assert Message.objects.get().due_at == due
    assert len(deliver(due)) == 1


def test_help_comes_at_any_hour_if_its_reader_says_so(cast: Cast) -> None:
    MailChoice.objects.filter(person=cast.marta, kind="help").update(soon="always")
    night = datetime(2026, 9, 19, 2, 0, tzinfo=UTC)
    cry(cast, at=night)
    assert len(deliver(night)) == 1


def test_a_reader_elsewhere_has_their_own_night(cast: Cast) -> None:
    User.objects.filter(pk=cast.marta.pk).update(time_zone="Asia/Tokyo")
    evening = datetime(2026, 9, 16, 13, 0, tzinfo=UTC)
    cry(cast, at=evening)
    sort_events(evening)
    assert Message.objects.get().due_at == datetime(2026, 9, 16, 23, 0, tzinfo=UTC)


def test_a_worker_that_was_late_wakes_nobody(cast: Cast) -> None:
    evening = datetime(2026, 9, 16, 18, 0, tzinfo=UTC)
    cry(cast, at=evening)
    sort_events(evening)
    assert deliver(evening + 4 * HOUR) == []
    assert len(deliver(datetime(2026, 9, 17, 7, 0, tzinfo=UTC))) == 1


def test_five_a_day_and_the_rest_is_for_a_summary_but_help(cast: Cast) -> None:
    for n in range(7):
        ask(group=cast.clover, by=cast.person("ana"), at=NOW, title=f"Question {n}?")
    assert len(deliver()) == 5
    assert Message.objects.filter(state="digest", recipient=cast.marta).count() == 2
    cry(cast)
    assert [mail.subject for mail in deliver()] == ["Bruno needs help with Prompt engineering"]
    ask(group=cast.clover, by=cast.person("ana"), at=NOW, title="The next day?")
    assert len(deliver(NOW + DAY)) == 1


def test_over_five_a_day_waits_for_the_morning_of_who_gets_no_summary(cast: Cast) -> None:
    for kind in ("digest", "news"):
        MailChoice.objects.create(person=cast.marta, kind=kind, soon=MailChoice.Soon.NEVER)
    for n in range(6):
        ask(group=cast.clover, by=cast.person("ana"), at=NOW, title=f"Question {n}?")
    assert len(deliver()) == 5
    assert deliver(NOW + HOUR) == []
    assert [mail.subject for mail in deliver(NOW + DAY)] == ["Ana asks: Question 5?"]


@pytest.mark.parametrize(("soon", "state"), [("digest", "digest"), ("never", None)])
@pytest.mark.parametrize("is_late", [False, True], ids=["before", "while it waits"])
def test_what_one_chose_holds(cast: Cast, soon: str, state: str | None, is_late: bool) -> None:
    def choose() -> None:
        MailChoice.objects.filter(person=cast.marta, kind="question").update(soon=soon)

    steps: list[Callable[[], object]] = [lambda: sort_events(NOW), choose]
    ask(group=cast.clover, by=cast.person("ana"), at=NOW, title="Why the root?")
    for step in steps if is_late else reversed(steps):
        step()
    assert deliver() == []
    states = [message.state for message in Message.objects.all()]
    assert states == ([state] if state else ["withdrawn"] if is_late else [])


def test_without_a_mail_server_nothing_is_kept_for_later(cast: Cast, settings: Any) -> None:
    settings.SENDS_MAIL = False
    cry(cast)
    assert deliver() == []
    assert not Message.objects.exists()


def test_two_that_wait_are_one_mail(cast: Cast) -> None:
    night = datetime(2026, 9, 16, 22, 0, tzinfo=UTC)
    cry(cast, at=night)
    who = cast.person("bruno")
    sort_events(night)
    later = night + MINUTE
    mark(enrolment=cast.enrolment("bruno"), milestone=cast.milestones[2], state="need_help", by=who, at=later)
    (mail,) = deliver(datetime(2026, 9, 17, 7, 0, tzinfo=UTC))
    assert mail.subject == "Bruno needs help with Indexation and Prompt engineering"
    assert sorted(Message.objects.values_list("state", flat=True)) == ["sent", "withdrawn"]


def test_what_was_not_looked_at_is_told_again_after_a_day(cast: Cast) -> None:
    cry(cast)
    assert len(deliver()) == 1
    who = cast.person("bruno")
    mark(enrolment=cast.enrolment("bruno"), milestone=cast.milestones[2], state="need_help", by=who, at=NOW)
    assert deliver(NOW + 23 * HOUR) == []
    assert len(deliver(NOW + DAY + HOUR)) == 1
