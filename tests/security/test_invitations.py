"""Nobody comes in as somebody else: whose link an invitation is, and who could have copied it."""

import re
from datetime import date

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from courses.models import Course, CourseAdmin
from groups.actions.correcting import correct_days
from people.models import Event, Invitation, MailChoice, User
from sheets.actions.sheet_addresses import renew_address
from telling.actions.calendar_feeds import renew_feed
from telling.actions.channels import add_channel
from tests.conftest import NOW, Cast
from tests.factories.courses import CohortFactory
from tests.factories.people import UserFactory
from tests.mails import deliver
from tests.places import link_of
from tests.sheets.importing import confirmed, roster


def as_person(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def add_admin(person: User, slug: str, email: str) -> None:
    url = reverse("groups:course-admin-add", args=[slug])
    assert as_person(person).post(url, {"email": email, "name": "Vera"}).status_code == 302


def opens(invitation: Invitation) -> int:
    return Client().get(reverse("tracker:invitation-accept", args=[link_of(invitation)])).status_code


def mailed_path(message: mail.EmailMessage) -> str:
    return f"/invitation/{message.body.partition('/invitation/')[2].partition('/')[0]}/"


def test_a_copied_link_stops_when_somebody_else_gives_a_role_and_the_mailed_one_goes_on(cast: Cast) -> None:
    add_admin(cast.zoe, "statistics", "vera@example.com")
    invitation = Invitation.objects.get()
    assert opens(invitation) == 200
    add_admin(cast.ines, cast.course.slug, "vera@example.com")
    assert opens(invitation) == 410
    (message,) = deliver()
    assert Client().get(mailed_path(message)).status_code == 200
    assert "/invitation/" not in shown_to(cast.zoe, "statistics")
    # Sent again, by whomever, it comes by mail only.
    url = reverse("groups:invitation-send", args=["statistics", invitation.person_id])
    as_person(cast.zoe).post(url)
    assert opens(Invitation.objects.get(revoked_at=None)) == 410
    assert Client().get(mailed_path(deliver()[-1])).status_code == 200


PASSWORD = "mine are three words"


@pytest.fixture
def mallory(cast: Cast) -> Client:
    """Zoë invites Vera to her own course, copies the link, takes the account and sets a password."""
    add_admin(cast.zoe, "statistics", "vera@example.com")
    browser = Client()
    url = reverse("tracker:invitation-accept", args=[link_of(Invitation.objects.get())])
    browser.post(url, {"name": "Vera"})
    browser.post(reverse("people:password-set"), {"password1": PASSWORD, "password2": PASSWORD})
    assert signed_in_as(browser) == "vera@example.com"
    assert signs_in_with_the_password()
    deliver()
    return browser


def signed_in_as(browser: Client) -> str | None:
    response = browser.get(reverse("people:account"))
    return response.context["user"].email if response.status_code == 200 else None


def signs_in_with_the_password() -> bool:
    browser = Client()
    browser.post(reverse("account_login"), {"login": "vera@example.com", "password": PASSWORD})
    return signed_in_as(browser) is not None


def give_role(cast: Cast, role: str) -> None:
    ines, fields = as_person(cast.ines), {"email": "vera@example.com", "name": "Vera"}
    if role == "course admin":
        add_admin(cast.ines, cast.course.slug, "vera@example.com")
    elif role == "mentor":
        url = reverse("tracker:mentor-invite", args=[cast.clover.pk])
        invited = {**fields, "role": "mentor", "on": "2026-09-16"}
        assert ines.post(url, {f"invite-{name}": of for name, of in invited.items()}).status_code == 302
    else:
        url = reverse("tracker:enrol", args=[cast.cohort.pk])
        assert ines.post(url, {**fields, "started_on": "2026-09-16"}).status_code == 302


@pytest.mark.parametrize("role", ["course admin", "mentor", "student"])
def test_a_later_role_does_not_fall_to_who_took_the_account_by_a_copied_link(
    cast: Cast, mallory: Client, role: str
) -> None:
    give_role(cast, role)
    assert signed_in_as(mallory) is None
    assert not signs_in_with_the_password()
    # The mailbox answers: the account is Vera's, the role with it.
    (message,) = deliver()
    assert message.to == ["vera@example.com"]
    vera = Client()
    vera.post(mailed_path(message), {"name": "Vera"})
    assert signed_in_as(vera) == "vera@example.com"
    assert [signed_in_as(mallory), signs_in_with_the_password()] == [None, False]
    # Proved once, no later role waits.
    add_admin(cast.ines, cast.course.slug, "vera@example.com")
    assert signed_in_as(vera) == "vera@example.com"


@pytest.mark.parametrize("by", ["role", "code"])
def test_who_took_the_account_and_set_no_password_is_out_as_well(cast: Cast, by: str) -> None:
    add_admin(cast.zoe, "statistics", "vera@example.com")
    mallory = Client()
    url = reverse("tracker:invitation-accept", args=[link_of(Invitation.objects.get())])
    mallory.post(url, {"name": "Vera"})
    assert signed_in_as(mallory) == "vera@example.com"
    deliver()
    if by == "role":
        give_role(cast, "mentor")
    else:
        sign_in_by_code(Client())
    assert signed_in_as(mallory) is None


@pytest.mark.parametrize("by", ["role", "code"])
def test_who_took_the_account_leaves_nothing_that_answers(cast: Cast, mallory: Client, by: str) -> None:
    vera = User.objects.get(email="vera@example.com")
    token = renew_feed(person=vera, at=NOW)
    feed = reverse("telling:calendar-ics", args=[token])
    assert Client().get(feed).status_code == 200
    statistics = Course.objects.get(slug="statistics")
    assert CourseAdmin.objects.filter(course=statistics, person=vera).exists()
    key = renew_address(cohort=CohortFactory.create(course=statistics), kind="people", by=vera, at=NOW)
    sheet = reverse("sheets:sheet-csv", args=[key])
    assert Client().get(sheet).status_code == 200
    MailChoice.objects.create(person=vera, kind="help", soon=MailChoice.Soon.NEVER)
    channel = add_channel(
        of=statistics, service="slack", address="https://example.org/x", news=[], by=vera, at=NOW
    )
    if by == "role":
        give_role(cast, "mentor")
    else:
        sign_in_by_code(Client())
    assert signed_in_as(mallory) is None
    assert [Client().get(url).status_code for url in (feed, sheet)] == [404, 404]
    assert not vera.mail_choices.exists()
    channel.refresh_from_db()
    assert (channel.made_by, channel.switched_off_at) == (None, NOW)
    assert Event.objects.filter(kind="channel_switched_off", ids={"channel": channel.pk}).exists()


def sign_in_by_code(browser: Client) -> None:
    browser.post(reverse("account_request_login_code"), {"email": "vera@example.com"})
    code = re.search(r"^[A-Z0-9]{4}-[A-Z0-9]{4}$", deliver()[-1].body, re.MULTILINE)
    assert code is not None
    browser.post(reverse("account_confirm_login_code"), {"code": code[0]})
    assert signed_in_as(browser) == "vera@example.com"


def test_who_took_the_account_is_out_when_its_owner_signs_in_by_code(cast: Cast, mallory: Client) -> None:
    vera = Client()
    sign_in_by_code(vera)
    assert [signed_in_as(mallory), signs_in_with_the_password()] == [None, False]
    give_role(cast, "mentor")
    assert signed_in_as(vera) == "vera@example.com"


@pytest.mark.parametrize("is_own_browser", [False, True])
def test_a_confirmed_address_keeps_the_password_only_where_it_is_signed_in(
    cast: Cast, mallory: Client, is_own_browser: bool
) -> None:
    """The account's thief has the mail sent, and hopes that Vera opens it."""
    mallory.post(reverse("account_email"), {"email": "vera@example.com", "action_send": ""})
    path = re.search(r"/account/confirm-email/[^/]+/", deliver()[-1].body)
    assert path is not None
    (mallory if is_own_browser else Client()).post(path[0])
    kept = "vera@example.com" if is_own_browser else None
    assert signed_in_as(mallory) == kept
    give_role(cast, "mentor")
    assert signed_in_as(mallory) == kept


def test_an_import_gives_no_role_to_who_took_the_account(cast: Cast, mallory: Client) -> None:
    confirmed(roster(cast, ("Name", "E-mail"), ("Vera", "vera@example.com")), cast.ines)
    assert signed_in_as(mallory) is None
    # Vera is invited again, though the import invited nobody.
    (message,) = deliver()
    assert Client().get(mailed_path(message)).status_code == 200


def test_an_operator_made_of_a_taken_account_signs_in_by_mail(cast: Cast, mallory: Client) -> None:
    boss = User.objects.create_user("boss@example.com", name="Boss", is_staff=True, is_superuser=True)
    vera = User.objects.get(email="vera@example.com")
    url = reverse("admin:people_user_change", args=[vera.pk])
    as_person(boss).post(url, {"email": vera.email, "name": vera.name, "is_active": "on", "is_staff": "on"})
    vera.refresh_from_db()
    assert (vera.is_staff, vera.has_usable_password()) == (True, False)
    assert signed_in_as(mallory) is None


def shown_to(person: User, slug: str) -> str:
    vera = User.objects.get(email="vera@example.com")
    response = as_person(person).get(reverse("groups:invitation-detail", args=[slug, vera.pk]))
    assert response.status_code == 200
    return response.content.decode()


def test_a_role_given_twice_by_the_same_admin_closes_no_link(cast: Cast) -> None:
    add_admin(cast.ines, cast.course.slug, "vera@example.com")
    give_role(cast, "mentor")
    assert opens(Invitation.objects.get()) == 200


def test_no_link_sets_the_password_of_an_operator(cast: Cast) -> None:
    operator = User.objects.create_user("vera@example.com", name="Vera", is_staff=True, is_superuser=True)
    add_admin(cast.zoe, "statistics", operator.email)
    assert list(Invitation.objects.all()) == []
    old = Invitation.objects.create(
        person=operator, invited_by=cast.zoe, invited_at=NOW, expires_at=NOW.replace(month=10)
    )
    assert opens(old) == 410
    assert link_of(old) not in shown_to(cast.zoe, "statistics")
    url = reverse("groups:person-correct", args=["statistics", operator.pk])
    as_person(cast.zoe).post(url, {"name": "Vera", "email": "zoe2@example.com"})
    operator.refresh_from_db()
    assert operator.email == "vera@example.com"


def test_the_address_of_an_account_that_was_closed_is_its_owners_to_change(
    cast: Cast, mallory: Client
) -> None:
    give_role(cast, "mentor")
    vera = User.objects.get(email="vera@example.com")
    url = reverse("groups:person-correct", args=[cast.course.slug, vera.pk])
    refused = as_person(cast.ines).post(url, {"name": "Vera", "email": "mallory@example.com"})
    assert refused.status_code == 422
    vera.refresh_from_db()
    assert vera.email == "vera@example.com"


def test_a_link_is_copied_by_who_invited_alone(cast: Cast) -> None:
    add_admin(cast.ines, cast.course.slug, "vera@example.com")
    colleague = UserFactory.create(name="Rui")
    cast.course.admins.create(person=colleague)
    assert link_of(Invitation.objects.get()) in shown_to(cast.ines, cast.course.slug)
    shown = shown_to(colleague, cast.course.slug)
    assert "/invitation/" not in shown
    assert "can copy the link" in shown
    person = Invitation.objects.get().person_id
    as_person(colleague).post(reverse("groups:invitation-send", args=[cast.course.slug, person]))
    assert "/invitation/" in shown_to(colleague, cast.course.slug)
    assert "/invitation/" not in shown_to(cast.ines, cast.course.slug)


def test_an_enrolment_that_is_opened_again_waits_for_the_mailbox(cast: Cast, mallory: Client) -> None:
    vera = User.objects.get(email="vera@example.com")
    enrolment = cast.cohort.enrolments.create(
        person=vera, started_on=date(2026, 8, 31), ended_on=date(2026, 9, 7), end_reason="dropped"
    )
    correct_days(enrolment=enrolment, days=(date(2026, 8, 31), None), stays={}, by=cast.ines, at=NOW)
    assert signed_in_as(mallory) is None
    assert not signs_in_with_the_password()
