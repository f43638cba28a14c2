import pytest
from allauth.usersessions.models import UserSession
from django.test import Client
from django.urls import reverse

from tests.conftest import Cast

PASSWORD = "three words in a row"


@pytest.fixture
def browsers(cast: Cast) -> list[Client]:
    """Ana on a laptop, a telephone and a tablet."""
    ana = cast.person("ana")
    ana.set_password(PASSWORD)
    ana.save()
    made = [Client(headers={"User-Agent": name}) for name in ("Laptop", "Telephone", "Tablet")]
    for browser in made:
        browser.post(reverse("account_login"), {"login": ana.email, "password": PASSWORD})
    return made


def signed_in(browsers: list[Client]) -> list[bool]:
    return [browser.get(reverse("people:account")).status_code == 200 for browser in browsers]


def sessions_of(browser: Client) -> list[UserSession]:
    return [session for session, _ in browser.get(reverse("tracker:privacy")).context["sessions"]]


def listed(browser: Client) -> list[str]:
    return [session.user_agent for session in sessions_of(browser)]


def test_sessions_are_listed_with_this_browser_first(browsers: list[Client]) -> None:
    assert sorted(listed(browsers[1])) == ["Laptop", "Tablet", "Telephone"]
    assert listed(browsers[1])[0] == "Telephone"
    page = browsers[1].get(reverse("tracker:privacy")).content.decode()
    assert "127.0.0.1, since" in page
    assert page.count("here, now") == 1


def test_a_session_is_ended(browsers: list[Client]) -> None:
    (phone,) = [session for session in sessions_of(browsers[0]) if session.user_agent == "Telephone"]
    browsers[0].post(reverse("people:session-end", args=[phone.pk]))
    assert signed_in(browsers) == [True, False, True]
    assert sorted(listed(browsers[0])) == ["Laptop", "Tablet"]


def test_all_other_sessions_are_ended(browsers: list[Client]) -> None:
    browsers[0].post(reverse("people:sessions-end-others"))
    assert signed_in(browsers) == [True, False, False]


def test_nobody_ends_the_session_of_somebody_else(cast: Cast, browsers: list[Client]) -> None:
    session = sessions_of(browsers[0])[0]
    other = Client()
    other.force_login(cast.person("bruno"))
    assert other.post(reverse("people:session-end", args=[session.pk])).status_code == 404
    assert signed_in(browsers) == [True, True, True]
