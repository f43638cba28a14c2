"""How often somebody may try to sign in, and that a stranger who tries locks nobody out."""

import re
from contextlib import suppress
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.conf import LazySettings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from people.actions.holders import put_out
from people.models import Message, TokenBucket, User
from people.sign_in_policy import may_mail, spend_try
from tests.conftest import NOW, Cast
from tests.mails import deliver
from tests.second_factors import code_of, give_second_factor

PASSWORD = "three words in a row"
WRONG = "wrong words"
LOGIN, CODE, CONFIRM, RESET, LOGOUT = (
    reverse(f"account_{name}")
    for name in ("login", "request_login_code", "confirm_login_code", "reset_password", "logout")
)
HERE, ELSEWHERE = "192.0.2.1", "203.0.113.9"


@pytest.fixture
def ana(cast: Cast) -> User:
    person = cast.person("ana")
    person.set_password(PASSWORD)
    person.save()
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    return person


def browser_from(address: str = ELSEWHERE) -> Client:
    return Client(REMOTE_ADDR=address)


def anew(browser: Client) -> None:
    """Begin a session, as who waits for a code does not."""
    browser.cookies.pop("sessionid", None)


def tries(browser: Client, password: str = WRONG, email: str = "ana@example.com") -> str:
    """Return whether it was right, wrong, or not even looked at."""
    anew(browser)
    answer = browser.post(LOGIN, {"login": email, "password": password})
    if answer.status_code == 302:
        return "right"
    return "wrong" if "The e-mail address or password is wrong." in answer.text else "refused"


def mails_of(browser: Client, email: str = "ana@example.com", way: str = CODE) -> list[EmailMessage]:
    anew(browser)
    browser.post(way, {"email": email})
    return deliver()


def by_code(browser: Client, mail: EmailMessage) -> None:
    (code,) = re.findall(r"^[A-Z0-9]+-[A-Z0-9]+$", mail.body, re.MULTILINE)
    browser.post(CONFIRM, {"code": code})


def by_link(browser: Client, mail: EmailMessage) -> None:
    browser.post(link_in(mail))


def by_reset(browser: Client, mail: EmailMessage) -> None:
    form = browser.get(link_in(mail))["Location"]
    browser.post(form, {"password1": PASSWORD, "password2": PASSWORD})


def link_in(mail: EmailMessage) -> str:
    (link,) = re.findall(r"http\S+", mail.body)
    return urlsplit(link).path


def is_in(browser: Client) -> bool:
    """Whether it was signed in; it is signed out afterwards."""
    was_in = "_auth_user_id" in browser.session
    browser.post(LOGOUT)
    return was_in


def known(person: User) -> Client:
    browser = browser_from(HERE)
    assert tries(browser, PASSWORD, person.email) == "right"
    assert is_in(browser)
    return browser


def test_owner_signs_in_in_her_browser_while_a_stranger_guesses_and_asks_for_codes(ana: User) -> None:
    owner, stranger = known(ana), browser_from()
    caused = [mail for _ in range(6) for mail in mails_of(stranger)]
    assert [tries(stranger) for _ in range(6)] == ["wrong"] * 5 + ["refused"]
    assert len(caused) == 4
    # The link of a mail that the stranger caused works where she opens it.
    by_link(owner, caused[0])
    assert is_in(owner)
    assert tries(owner, PASSWORD) == "right"
    assert is_in(owner)
    by_code(owner, *mails_of(owner))
    assert is_in(owner)
    by_reset(owner, *mails_of(owner, way=RESET))
    assert is_in(owner)
    assert tries(owner, PASSWORD) == "right"
    # Nor is she locked out in a browser of another network.
    assert tries(browser_from("198.51.100.7"), PASSWORD) == "right"


def test_it_goes_on_for_a_day_and_she_signs_in_all_the_same(ana: User) -> None:
    """A request a minute, from two hundred networks."""
    owner, guesses, mails = known(ana), 0, 0
    for minute in range(24 * 60):
        stranger = RequestFactory().post(LOGIN, REMOTE_ADDR=f"203.0.113.{minute % 200}")
        with time_machine.travel(NOW + timedelta(minutes=minute), tick=False):
            if minute % 2:
                with suppress(ValidationError):
                    spend_try(stranger, ana.email)
                    guesses += 1
            else:
                mails += may_mail(stranger, to=ana.email, at=timezone.now())
            if minute % 360 == 359:
                assert tries(owner, PASSWORD) == "right"
                assert is_in(owner)
                assert tries(browser_from(HERE), PASSWORD) == "refused"
                by_code(owner, *mails_of(owner))
                assert is_in(owner)
                by_reset(owner, *mails_of(owner, way=RESET))
                assert is_in(owner)
    # About what there is at first, 100 and 14, and what a day refills.
    assert (guesses, mails) == (199, 27)


def test_wrong_passwords_are_5_in_5_minutes_from_a_network_and_100_a_day_from_all(ana: User) -> None:
    stranger = browser_from()
    assert [tries(stranger) for _ in range(6)] == ["wrong"] * 5 + ["refused"]
    assert tries(stranger, PASSWORD) == "refused"
    assert tries(stranger, email="bruno@example.com") == "wrong"
    with time_machine.travel(NOW + timedelta(minutes=1), tick=False):
        # What is right is not counted.
        assert [tries(stranger, PASSWORD) for _ in range(7)] == ["right"] * 7
    for number in range(19):
        assert [tries(browser_from(f"198.51.100.{number}")) for _ in range(5)] == ["wrong"] * 5
    # All hundred are spent: 95 of these, and 5 of the first.
    assert tries(browser_from("198.51.100.200"), PASSWORD) == "refused"
    with time_machine.travel(NOW + timedelta(minutes=15), tick=False):
        assert tries(browser_from("198.51.100.200"), PASSWORD) == "right"


@pytest.mark.parametrize(
    ("first", "second", "is_one"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("::ffff:192.0.2.1", "::ffff:192.0.2.2", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
    ],
)
def test_network_is_an_ipv4_address_or_what_one_customer_has_of_ipv6(
    ana: User, first: str, second: str, is_one: bool
) -> None:
    for _ in range(5):
        tries(browser_from(first))
    assert tries(browser_from(second), PASSWORD) == ("refused" if is_one else "right")


def test_one_network_guesses_at_ten_addresses_a_minute(ana: User) -> None:
    stranger = browser_from()
    said = [tries(stranger, email=f"somebody{number}@example.com") for number in range(11)]
    assert said == ["wrong"] * 10 + ["refused"]
    owner = known(ana)
    for number in range(11):
        tries(browser_from(HERE), email=f"somebody{number}@example.com")
    assert tries(owner, PASSWORD) == "right"


def test_known_browser_has_five_of_its_own_and_a_stranger_cannot_make_one(ana: User, cast: Cast) -> None:
    owner = known(ana)
    assert [tries(owner) for _ in range(6)] == ["wrong"] * 5 + ["refused"]
    assert tries(browser_from(HERE), PASSWORD) == "right"
    # A browser of Bruno is not one of hers, nor is one that says so.
    bruno = cast.person("bruno")
    bruno.set_password(PASSWORD)
    bruno.save()
    stranger = known(bruno)
    for cookie in (stranger.cookies["known_browser"].value, owner.cookies["known_browser"].value[:-1] + "x"):
        forged = browser_from(ELSEWHERE)
        forged.cookies["known_browser"] = cookie
        assert [tries(forged) for _ in range(6)][-1] == "refused"
        assert tries(browser_from(ELSEWHERE), PASSWORD) == "refused"
        TokenBucket.objects.all().delete()


def test_browser_is_known_to_all_who_signed_in_there(ana: User, cast: Cast) -> None:
    browser = known(ana)
    bruno = cast.person("bruno")
    bruno.set_password(PASSWORD)
    bruno.save()
    assert tries(browser, PASSWORD, bruno.email) == "right"
    assert is_in(browser)
    for email in (ana.email, bruno.email):
        for _ in range(5):
            tries(browser_from(HERE), email=email)
        assert tries(browser, PASSWORD, email) == "right"
        assert is_in(browser)


@pytest.mark.parametrize(("days", "said"), [(89, "right"), (91, "refused")])
def test_browser_is_known_for_90_days(ana: User, days: int, said: str) -> None:
    owner = known(ana)
    with time_machine.travel(NOW + timedelta(days=days), tick=False):
        for _ in range(5):
            tries(browser_from(HERE))
        assert tries(owner, PASSWORD) == said


def test_browser_is_not_known_once_its_person_was_put_out(ana: User) -> None:
    owner = known(ana)
    put_out(ana)
    ana.set_password(PASSWORD)
    ana.save()
    for _ in range(5):
        tries(browser_from(HERE))
    assert tries(owner, PASSWORD) == "refused"


def test_new_password_leaves_the_browser_known_in_which_it_was_chosen(ana: User) -> None:
    owner, other = known(ana), known(ana)
    tries(owner, PASSWORD)
    new = "four words in a row"
    sent = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    assert owner.post(reverse("account_change_password"), sent).status_code == 302
    assert is_in(owner)
    for _ in range(5):
        tries(browser_from(HERE))
    assert (tries(owner, new), tries(other, new)) == ("right", "refused")


def test_mails_to_an_address_are_4_an_hour_for_strangers_and_6_for_a_known_browser(ana: User) -> None:
    def mailed(browser: Client, hour: int) -> int:
        with time_machine.travel(NOW + timedelta(hours=hour), tick=False):
            return sum(len(mails_of(browser, way=way)) for way in (CODE, RESET) * 4)

    assert mailed(browser_from(), 0) == 4
    assert mailed(known(ana), 0) == 2
    # An hour refills less than one of the day's twenty, of which 6 are kept.
    assert [mailed(browser_from(f"192.0.2.{hour}"), hour) for hour in range(2, 6)] == [4, 4, 3, 1]
    assert mailed(known(ana), 6) == 6


def test_one_network_asks_thirty_times_a_minute(ana: User) -> None:
    owner, stranger = known(ana), browser_from(HERE)
    said = []
    for number in range(31):
        anew(stranger)
        said.append(stranger.post(CODE, {"email": f"somebody{number}@example.com"}))
    assert [answer.status_code for answer in said] == [302] * 30 + [200]
    assert "Too many requests. Wait a few minutes and try again." in said[-1].text
    assert "Too many requests" in stranger.post(RESET, {"email": ana.email}).text
    assert len(mails_of(owner)) == 1


def test_address_that_nobody_has_is_answered_alike(ana: User) -> None:
    """Page by page, and with as much to write, which is what takes time."""

    def story(email: str) -> list[tuple[int, str, list[str]]]:
        said = []
        steps = [(CODE, {"email": email})] * 6 + [(RESET, {"email": email})]
        steps += [(LOGIN, {"login": email, "password": WRONG})] * 6
        for url, sent in steps:
            with CaptureQueriesContext(connection) as queries:
                answer = browser_from().post(url, sent)
            page = re.sub(r"<[^>]*>", " ", answer.text).replace(email, "")
            writes = re.findall(r"(?:INSERT INTO|UPDATE) \S+", " ".join(query["sql"] for query in queries))
            said.append((answer.status_code, page, writes))
        TokenBucket.objects.all().delete()
        return said

    alike = story("nobody@example.com")
    assert alike == story(ana.email)
    assert sum('INSERT INTO "people_message"' in writes for _, _, writes in alike) == 4
    assert list(Message.objects.values_list("address", flat=True).distinct()) == [ana.email]


def test_link_works_once_for_ten_minutes_and_not_by_being_looked_at(ana: User) -> None:
    (mail,) = mails_of(browser_from())
    assert "Sign in as Ana Ruivo" in browser_from().get(link_in(mail)).text
    ana.refresh_from_db()
    assert ana.last_login is None
    with time_machine.travel(NOW + timedelta(minutes=11), tick=False):
        late = browser_from(HERE)
        assert late.post(link_in(mail)).status_code == 410
        assert "This link no longer works" in late.get(link_in(mail)).text
    with time_machine.travel(NOW + timedelta(minutes=9), tick=False):
        owner, second = browser_from(HERE), browser_from(HERE)
        by_link(owner, mail)
        assert is_in(owner)
        assert EmailAddress.objects.get(user=ana).verified
        assert second.post(link_in(mail)).status_code == 410
        assert not is_in(second)


def test_link_goes_to_the_mailbox_of_today_and_asks_for_the_second_factor(ana: User) -> None:
    secret, _ = give_second_factor(ana)
    (mail,) = mails_of(browser_from())
    owner = browser_from(HERE)
    assert owner.post(link_in(mail))["Location"] == reverse("mfa_authenticate")
    owner.post(reverse("mfa_authenticate"), {"code": code_of(secret)})
    assert is_in(owner)
    (mail,) = mails_of(owner)
    User.objects.filter(pk=ana.pk).update(email="ruivo@example.com")
    assert owner.post(link_in(mail)).status_code == 410


def test_link_signs_nobody_in_where_only_providers_do(ana: User, settings: LazySettings) -> None:
    (mail,) = mails_of(browser_from())
    settings.ONLY_PROVIDERS = True
    User.objects.filter(pk=ana.pk).update(is_staff=True)
    assert browser_from().post(link_in(mail)).status_code == 410


def test_wrong_second_factors_are_counted_as_wrong_passwords_are(ana: User) -> None:
    secret, _ = give_second_factor(ana)

    def gives(browser: Client, code: str) -> str:
        assert tries(browser, PASSWORD) == "right"
        answer = browser.post(reverse("mfa_authenticate"), {"code": code})
        if answer.status_code == 302:
            return "right"
        return "wrong" if "That code is wrong" in answer.text else "refused"

    owner = browser_from(HERE)
    assert gives(owner, code_of(secret)) == "right"
    assert is_in(owner)
    # Who has her password.
    stranger = browser_from()
    assert [gives(stranger, "000000") for _ in range(6)] == ["wrong"] * 5 + ["refused"]
    assert gives(owner, code_of(secret, 30)) == "right"
