import logging
import re
from collections.abc import Callable
from datetime import timedelta
from urllib.parse import quote

import pytest
import time_machine
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.conf import LazySettings
from django.contrib.auth.models import Permission
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import Client
from django.urls import reverse

from people.actions.addresses import tell_of_change, undo_address_change
from people.actions.anonymise import anonymise
from people.actions.holders import put_out
from people.actions.invitations import invite, mailed_link
from people.models import User
from people.second_factor import renew_secrets
from tests.conftest import NOW, Cast, SignIn
from tests.mails import deliver
from tests.second_factors import code_of, give_second_factor

PASSWORD = "three words in a row"
SET_UP, AGAIN, SIGN_IN = map(reverse, ("mfa_activate_totp", "mfa_reauthenticate", "mfa_authenticate"))


@pytest.fixture
def asked(settings: LazySettings, cast: Cast) -> Cast:
    """The setting is on; Inês is course admin, Marta mentors and is site admin."""
    settings.SECOND_FACTOR = True
    User.objects.filter(pk=cast.marta.pk).update(is_staff=True, is_superuser=True)
    for person in (cast.ines, cast.person("ana")):
        person.set_password(PASSWORD)
        person.save()
        EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    return cast


def is_signed_in(browser: Client) -> bool:
    return "_auth_user_id" in browser.session


def by_password(browser: Client) -> None:
    browser.post(reverse("account_login"), {"login": "ines@example.com", "password": PASSWORD})


def by_mailed_code(browser: Client) -> None:
    browser.post(reverse("account_request_login_code"), {"email": "ines@example.com"})
    code = re.findall(r"^[A-Z0-9]{4}-[A-Z0-9]{4}$", deliver()[-1].body, re.MULTILINE)[0]
    browser.post(reverse("account_confirm_login_code"), {"code": code})


def by_new_password(browser: Client) -> None:
    browser.post(reverse("account_reset_password"), {"email": "ines@example.com"})
    link = re.findall(r"http://[^/]+(/account/\S+)", deliver()[-1].body)[0]
    form = browser.get(link)["Location"]
    browser.post(form, {"password1": "four words in a row", "password2": "four words in a row"})


WAYS = pytest.mark.parametrize("sign_in", [by_password, by_mailed_code, by_new_password])


@WAYS
def test_who_has_a_second_factor_is_signed_in_by_it_alone(
    asked: Cast, client: Client, sign_in: Callable[[Client], None]
) -> None:
    secret, _ = give_second_factor(asked.ines)
    sign_in(client)
    assert not is_signed_in(client)
    wrong = client.post(SIGN_IN, {"code": "000000"})
    assert "That code is wrong or was used already." in wrong.content.decode()
    assert not is_signed_in(client)
    client.post(SIGN_IN, {"code": code_of(secret)})
    assert client.get("/account/").context["user"] == asked.ines


@WAYS
def test_who_is_asked_and_has_none_is_led_to_set_it_up(
    asked: Cast, client: Client, sign_in: Callable[[Client], None]
) -> None:
    sign_in(client)
    assert is_signed_in(client)
    board = reverse("tracker:board", args=[asked.cohort.pk])
    for page in (board, "/account/", reverse("mfa_index"), reverse("account_change_password")):
        assert client.get(page)["Location"] == SET_UP
    ties = (reverse("github_login"), reverse("openid_connect_login", args=["acme"]))
    for form in (reverse("people:account"), *ties):
        assert client.post(form, {"name": "Inês"})["Location"] == SET_UP
    assert client.get(board, headers={"HX-Request": "true"}).status_code == 401
    page = client.get(SET_UP).content.decode()
    assert "sign in with a second factor here: nothing else opens before." in page
    assert "Not saved." in page
    client.post(reverse("account_logout"))
    assert not is_signed_in(client)


def test_an_invited_course_admin_is_led_to_set_it_up(asked: Cast, client: Client) -> None:
    invitation = invite(email="olga@example.com", name="Olga", by=asked.ines, at=NOW)
    assert invitation is not None
    asked.course.admins.create(person=invitation.person)
    client.post(
        mailed_link(invitation).removeprefix("http://127.0.0.1:8000"), {"name": "Olga", "password": PASSWORD}
    )
    assert is_signed_in(client)
    assert client.get("/")["Location"] == SET_UP


def test_students_and_mentors_are_not_asked_nor_anybody_without_the_setting(
    asked: Cast, as_: SignIn, settings: LazySettings
) -> None:
    assert [as_(name).get("/account/").status_code for name in ("ana", "tomas", "zoe")] == [200, 200, 302]
    settings.SECOND_FACTOR = False
    assert [as_(name).get("/account/").status_code for name in ("ines", "marta")] == [200, 200]


def test_who_may_do_one_thing_of_a_site_admin_is_asked(asked: Cast, as_: SignIn) -> None:
    outbox = reverse("telling:outbox")
    tomas = User.objects.get(email="tomas@example.com")
    tomas.user_permissions.add(Permission.objects.get(codename="handle_outbox"))
    assert as_("tomas").get(outbox)["Location"] == SET_UP


def test_set_up_it_counts_at_once_and_is_told(
    asked: Cast,
    client: Client,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    by_password(client)
    secret = client.get(SET_UP).context["form"].secret
    wrong = client.post(SET_UP, {"code": "000000"})
    assert "That code is wrong" in wrong.content.decode()
    monkeypatch.setattr(transaction, "on_commit", lambda told: told())
    with caplog.at_level(logging.INFO, "trefoil.audit"):
        answer = client.post(SET_UP, {"code": code_of(secret)})
    assert answer["Location"] == reverse("mfa_view_recovery_codes")
    page = client.get(answer["Location"]).content.decode()
    assert len(re.findall(r"<code>\d{8}</code>", page)) == 10
    assert client.get("/account/").status_code == 200
    (told,) = deliver()
    assert (told.to, told.subject) == (["ines@example.com"], "Your second factor")
    assert "The second factor of your Trefoil account was set up." in told.body
    assert f"the second factor of person {asked.ines.pk} was set up" in caplog.text
    other = Client()
    by_password(other)
    assert "was used already" in other.post(SIGN_IN, {"code": code_of(secret)}).content.decode()


def test_a_session_from_before_gives_it_first(asked: Cast, as_: SignIn) -> None:
    browser = as_("ines")
    secret, _ = give_second_factor(asked.ines)
    answer = browser.get("/account/privacy/")
    assert answer["Location"] == f"{AGAIN}?next=%2Faccount%2Fprivacy%2F"
    # Neither another one, nor none, in its place: the password alone does not open these pages.
    browser.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    assert browser.get(SET_UP)["Location"].startswith(AGAIN)
    assert browser.get(reverse("mfa_deactivate_totp"))["Location"].startswith(AGAIN)
    assert browser.post(reverse("mfa_deactivate_totp"))["Location"].startswith(AGAIN)
    assert browser.post(answer["Location"], {"code": code_of(secret)})["Location"] == "/account/privacy/"
    assert browser.get("/account/privacy/").status_code == 200


def test_the_django_admin_opens_by_a_session_with_it_alone(asked: Cast, client: Client) -> None:
    client.force_login(asked.marta)
    admin = reverse("admin:people_user_changelist")
    assert client.get(admin)["Location"] == SET_UP
    assert client.get(reverse("admin:login"), {"next": admin})["Location"] in (admin, SET_UP)
    secret, _ = give_second_factor(asked.marta)
    assert client.get(admin)["Location"].startswith(AGAIN)
    client.post(AGAIN, {"code": code_of(secret)})
    assert client.get(admin).status_code == 200


def test_a_code_works_once_and_so_does_a_recovery_code(
    asked: Cast, client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    secret, codes = give_second_factor(asked.ines)
    by_password(client)
    client.post(SIGN_IN, {"code": code_of(secret, 30)})
    assert is_signed_in(client)
    with time_machine.travel(NOW + timedelta(seconds=45), tick=False):
        other = Client()
        by_password(other)
        assert "was used already" in other.post(SIGN_IN, {"code": code_of(secret)}).content.decode()
        with caplog.at_level(logging.INFO, "trefoil.audit"):
            other.post(SIGN_IN, {"code": codes[3]})
        assert is_signed_in(other)
        assert "was replaced by a recovery code, which no longer works." in deliver()[-1].body
        assert f"of person {asked.ines.pk} was replaced by a recovery code" in caplog.text
        third = Client()
        by_password(third)
        with caplog.at_level(logging.INFO, "trefoil.audit"):
            assert "That code is wrong" in third.post(SIGN_IN, {"code": codes[3]}).content.decode()
        assert f"gave a wrong second factor for person {asked.ines.pk}" in caplog.text


def test_who_is_not_asked_may_remove_it(asked: Cast, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    ana = asked.person("ana")
    secret, codes = give_second_factor(ana)
    client.post(reverse("account_login"), {"login": ana.email, "password": PASSWORD})
    client.post(SIGN_IN, {"code": code_of(secret)})
    monkeypatch.setattr(transaction, "on_commit", lambda told: told())
    client.post(reverse("mfa_generate_recovery_codes"))
    assert "was given new recovery codes, which replace the old ones." in deliver()[-1].body
    page = client.get(reverse("mfa_view_recovery_codes")).content.decode()
    assert not set(codes) & set(re.findall(r"<code>(\d{8})</code>", page))
    # A browser left open is not enough, nor with the password: it would show the recovery codes, too.
    with time_machine.travel(NOW + timedelta(minutes=16), tick=False):
        client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
        for name in ("mfa_view_recovery_codes", "mfa_deactivate_totp"):
            assert client.get(reverse(name))["Location"] == f"{AGAIN}?next={quote(reverse(name), safe='')}"
        for name in ("mfa_generate_recovery_codes", "mfa_deactivate_totp", "people:address"):
            assert client.post(reverse(name))["Location"].startswith(AGAIN)
        assert Authenticator.objects.count() == 2
        client.post(AGAIN, {"code": code_of(secret)})
        client.post(reverse("mfa_deactivate_totp"))
        assert not Authenticator.objects.exists()
        assert "of your Trefoil account was removed." in deliver()[-1].body
        assert client.get("/account/").status_code == 200


def test_who_is_asked_and_removes_it_is_led_to_set_up_another(asked: Cast, client: Client) -> None:
    secret, _ = give_second_factor(asked.ines)
    by_password(client)
    client.post(SIGN_IN, {"code": code_of(secret)})
    assert client.get("/account/").status_code == 200
    client.post(reverse("mfa_deactivate_totp"))
    assert client.get("/account/")["Location"] == SET_UP


def test_set_up_asks_who_has_no_password_and_signed_in_long_ago_to_sign_in_again(
    cast: Cast, as_: SignIn
) -> None:
    page = as_("tomas").get(SET_UP).content.decode()
    assert "Sign in again to continue" in page


def test_command_resets_it_for_who_lost_it(
    asked: Cast, client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    secret, _ = give_second_factor(asked.ines)
    by_password(client)
    client.post(SIGN_IN, {"code": code_of(secret)})
    with caplog.at_level(logging.INFO, "trefoil.audit"):
        call_command("reset_second_factor", "INES@example.com")
    assert not Authenticator.objects.exists()
    assert client.get("/account/")["Location"].startswith("/account/login/")
    assert "of your Trefoil account was removed by a site admin." in deliver()[-1].body
    assert f"a command: the second factor of person {asked.ines.pk} was removed by" in caplog.text
    with pytest.raises(CommandError, match="has no second factor"):
        call_command("reset_second_factor", "ines@example.com")
    with pytest.raises(CommandError, match="has no account"):
        call_command("reset_second_factor", "nobody@example.com")


def test_its_secrets_are_encrypted_by_the_key_and_read_by_former_ones(
    asked: Cast, settings: LazySettings, client: Client
) -> None:
    secret, codes = give_second_factor(asked.ines)
    assert secret not in str([*Authenticator.objects.values_list("data")])
    former, settings.SECRET_KEY = settings.SECRET_KEY, "another one"
    by_password(client)
    assert "can no longer be read here" in client.post(SIGN_IN, {"code": code_of(secret)}).content.decode()
    settings.SECRET_KEY_FALLBACKS = [former]
    renew_secrets(NOW)
    settings.SECRET_KEY_FALLBACKS = []
    client.post(SIGN_IN, {"code": code_of(secret)})
    assert is_signed_in(client)
    assert Authenticator.objects.get(type="recovery_codes").wrap().generate_codes() == codes


def test_taking_an_address_back_removes_what_was_set_up_since_the_change(cast: Cast) -> None:
    """The mailbox of before may be why the address was changed: it does not remove what was there already."""
    ana = cast.person("ana")
    for minutes, left in ((-1, 2), (1, 0)):
        with time_machine.travel(NOW + timedelta(minutes=minutes), tick=False):
            give_second_factor(ana)
        with time_machine.travel(NOW, tick=False):
            tell_of_change(person=ana, before="before@example.com", at=NOW)
        token = re.findall(r"/account/address/([^/]+)/", deliver()[-1].body)[0]
        undo_address_change(token=token, at=NOW + timedelta(minutes=2))
        assert Authenticator.objects.count() == left
        Authenticator.objects.all().delete()


def test_it_goes_with_whoever_held_the_account_and_with_who_is_anonymised(cast: Cast) -> None:
    give_second_factor(cast.ines)
    put_out(cast.ines)
    assert not Authenticator.objects.exists()
    give_second_factor(cast.marta)
    anonymise(person=cast.marta, at=NOW)
    assert not Authenticator.objects.exists()
