from datetime import timedelta
from smtplib import SMTPRecipientsRefused
from typing import Any

import pytest
from django.core import mail
from django.core.mail import EmailMessage

from people.actions.accounts import invite_many
from people.actions.invitations import invite, revoke
from people.models import Invitation, User
from tests.conftest import NOW
from tests.factories.people import UserFactory
from tracker.actions.mailing_invitations import send_waiting_invitations


@pytest.fixture
def ines(db: None) -> User:
    return UserFactory.create(name="Inês Duarte", email="ines@example.com", last_login=NOW)


@pytest.fixture
def three(ines: User) -> list[User]:
    people = [UserFactory.create(email=f"{name}@example.com") for name in ("ana", "bruno", "chidi")]
    assert invite_many(people=people, by=ines, at=NOW)[1] == 3
    return people


def mailed() -> list[str]:
    return [message.to[0].partition("@")[0] for message in mail.outbox]


def test_waiting_invitations_are_mailed_once(three: list[User]) -> None:
    assert mailed() == []
    assert send_waiting_invitations(NOW) == "3 sent, 0 refused"
    assert send_waiting_invitations(NOW) == ""
    assert mailed() == ["ana", "bruno", "chidi"]
    assert set(Invitation.objects.values_list("sent_at", flat=True)) == {NOW}


def test_many_invitations_let_other_jobs_have_their_turn(
    three: list[User], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tracker.actions.mailing_invitations._LONGEST_ROUND", -1)
    assert [send_waiting_invitations(NOW) for _ in range(4)] == ["1 sent, 0 refused"] * 3 + [""]
    assert mailed() == ["ana", "bruno", "chidi"]


def test_revoked_and_expired_invitations_are_not_mailed(three: list[User]) -> None:
    revoke(invitation=three[0].invitations.get(), at=NOW)
    three[1].invitations.update(invited_at=NOW - timedelta(days=20), expires_at=NOW)
    send_waiting_invitations(NOW)
    assert mailed() == ["chidi"]


def test_who_is_invited_or_has_signed_in_is_left_out(ines: User, three: list[User]) -> None:
    gone = UserFactory.create(email="gone@example.com", is_active=False)
    assert invite_many(people=[*three, ines, gone], by=ines, at=NOW) == ([], 0)


def test_a_copied_link_goes_on_when_its_invitation_is_mailed_later(ines: User) -> None:
    invitation = invite(email="vera@example.com", name="Vera", by=ines, at=NOW)
    assert invitation is not None
    assert invite_many(people=[invitation.person], by=ines, at=NOW) == ([], 1)
    send_waiting_invitations(NOW)
    invitation.refresh_from_db()
    assert (mailed(), invitation.revoked_at) == (["vera"], None)


def test_an_expired_invitation_is_followed_by_a_new_one(ines: User, three: list[User]) -> None:
    later = NOW + timedelta(days=15)
    made, count = invite_many(people=three[:1], by=ines, at=later)
    assert (count, [one.person_id for one in made]) == (1, [three[0].pk])
    assert [one.expires_at > later for one in three[0].invitations.open(later)] == [True]


def failing(monkeypatch: pytest.MonkeyPatch, address: str, error: Exception) -> None:
    send = EmailMessage.send

    def fail(message: EmailMessage, *args: Any, **kwargs: Any) -> int:
        if message.to == [address]:
            raise error
        return send(message, *args, **kwargs)

    monkeypatch.setattr(EmailMessage, "send", fail)


def test_what_the_mail_server_refuses_is_noted_and_the_others_go(
    three: list[User], monkeypatch: pytest.MonkeyPatch
) -> None:
    refused = SMTPRecipientsRefused({"bruno@example.com": (550, b"No such user")})
    failing(monkeypatch, "bruno@example.com", refused)
    assert send_waiting_invitations(NOW) == "2 sent, 1 refused"
    assert mailed() == ["ana", "chidi"]
    assert [one.failure for one in Invitation.objects.exclude(failure="")] == ["550 No such user"]
    assert list(User.objects.not_invited(NOW)) == [three[1]]


def test_a_mail_server_that_does_not_answer_loses_nothing(
    three: list[User], monkeypatch: pytest.MonkeyPatch
) -> None:
    failing(monkeypatch, "ana@example.com", OSError("no route"))
    with pytest.raises(OSError, match="no route"):
        send_waiting_invitations(NOW)
    # The others are not held up by it, and it is tried again.
    send_waiting_invitations(NOW + timedelta(seconds=5))
    assert mailed() == ["bruno", "chidi"]
    monkeypatch.undo()
    send_waiting_invitations(NOW + timedelta(minutes=11))
    assert mailed() == ["bruno", "chidi", "ana"]
