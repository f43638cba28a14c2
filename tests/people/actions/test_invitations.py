from datetime import timedelta
from functools import partial

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings
from django.core import mail
from django.utils import timezone

from lib.refusals import Refused
from people.actions.invitations import accept, copied_link, invitation_of, invite, revoke
from people.actions.proof import unproven
from people.models import Invitation, User
from tests.conftest import NOW
from tests.factories.people import UserFactory
from tests.racing import at_once
from tracker.actions.mailing_invitations import send_invitation


@pytest.fixture
def ines(db: None) -> User:
    return UserFactory.create(name="Inês Duarte", email="ines@example.com")


def invited(by: User, email: str = "Gustavo@Example.com") -> Invitation:
    invitation = invite(email=email, name="Gustavo Lima", by=by, at=NOW)
    assert invitation is not None
    return invitation


def token(invitation: Invitation) -> str:
    return copied_link(invitation).split("/")[-2]


def test_invite_makes_the_person_once(ines: User) -> None:
    first, second = invited(ines), invited(ines, "gustavo@example.com")
    assert User.objects.exclude(pk=ines.pk).get().email == "gustavo@example.com"
    first.refresh_from_db()
    assert (first.revoked_at, second.revoked_at) == (NOW, None)


@pytest.mark.django_db(transaction=True)
def test_invitations_of_one_new_address_at_the_same_moment_are_of_one_person() -> None:
    admins = [UserFactory.create() for _ in range(3)]
    made = at_once(*[partial(invited, admin) for admin in admins])
    assert [type(each) for each in made] == [Invitation] * 3
    person = User.objects.get(email="gustavo@example.com")
    assert person.invitations.open(NOW).count() == 1


def test_invite_refuses_what_is_no_address(ines: User) -> None:
    with pytest.raises(Refused, match="“gustavo” is not an e-mail address"):
        invite(email="gustavo", name="Gustavo", by=ines, at=NOW)


def test_invite_hands_over_nobodys_account(ines: User) -> None:
    with_password = User.objects.create_user("a@example.com", "a long password", name="A")
    by_code = UserFactory.create(email="b@example.com", last_login=NOW)
    assert invite(email=with_password.email, name="", by=ines, at=NOW) is None
    assert invite(email=by_code.email, name="", by=ines, at=NOW) is None
    assert not Invitation.objects.exists()


def test_invite_refuses_who_may_not_sign_in(ines: User) -> None:
    UserFactory.create(email="gone@example.com", is_active=False)
    with pytest.raises(Refused, match="is disabled; ask a site admin"):
        invite(email="gone@example.com", name="", by=ines, at=NOW)


def test_send_invitation_mails_the_link(ines: User) -> None:
    invitation = invited(ines)
    send_invitation(invitation, at=NOW)
    (message,) = mail.outbox
    assert message.to == ["gustavo@example.com"]
    assert f"{settings.SITE_URL}/invitation/" in message.body
    assert Invitation.objects.get().sent_at == NOW
    # The copied link does not yield the mailed one.
    assert mailed_token() != token(invitation)
    assert [invitation_of(link, at=NOW) for link in (mailed_token(), token(invitation))] == [
        (invitation, True),
        (invitation, False),
    ]


def mailed_token() -> str:
    return mail.outbox[-1].body.partition("/invitation/")[2].partition("/")[0]


def verified(person: User) -> list[bool]:
    return list(
        EmailAddress.objects.filter(user=person, email=person.email).values_list("verified", flat=True)
    )


def test_only_the_mailed_link_proves_the_address(ines: User) -> None:
    invitation = invited(ines)
    send_invitation(invitation, at=NOW)
    by_mail = accept(token=mailed_token(), name="Gustavo Lima", password="three words in", at=NOW)
    other = invited(ines, "vera@example.com")
    by_copy = accept(token=token(other), name="Vera", password="three words in", at=NOW)
    assert (verified(by_mail), verified(by_copy)) == ([True], [False])
    assert list(unproven()) == [by_copy]


def test_accept_sets_name_and_password_and_works_once(ines: User) -> None:
    link = token(invited(ines))
    person = accept(token=link, name=" Gustavo Lima ", password="three words in", at=NOW)
    assert (person.name, person.check_password("three words in")) == ("Gustavo Lima", True)
    with pytest.raises(Refused, match="already been used"):
        accept(token=link, name="Mallory", password="three words in", at=NOW)


@pytest.mark.parametrize(("days", "works"), [(13.9, True), (14, False)])
def test_invitation_expires_after_14_days(ines: User, days: float, works: bool) -> None:
    link = token(invited(ines))
    later = timezone.now() + timedelta(days=days)
    if works:
        assert invitation_of(link, at=later)[0].person.name == "Gustavo Lima"
    else:
        with pytest.raises(Refused, match="has expired"):
            invitation_of(link, at=later)


def test_invitation_revoked_does_not_work(ines: User) -> None:
    invitation = invited(ines)
    revoke(invitation=invitation, at=NOW)
    with pytest.raises(Refused, match="was revoked"):
        invitation_of(token(invitation), at=NOW)


def test_invitation_of_a_made_up_link_is_refused(ines: User) -> None:
    with pytest.raises(Refused, match="link is incomplete"):
        invitation_of(f"{token(invited(ines))}x", at=NOW)


def test_invitation_dies_when_its_person_signs_in_by_code(ines: User) -> None:
    invitation = invited(ines)
    User.objects.filter(pk=invitation.person_id).update(last_login=NOW)
    with pytest.raises(Refused, match="already been used"):
        invitation_of(token(invitation), at=NOW)
