"""Rules of every answer: the headers stand, signing out asks first."""

import pytest
from django.test import Client
from django.urls import reverse

from people.models import User
from tests.conftest import Cast
from tests.security.headers import lacking


@pytest.mark.django_db
def test_signing_out_asks_first() -> None:
    client = Client()
    client.force_login(User.objects.create_user("a@example.com", name="A"))
    client.get(reverse("account_logout"))
    assert "_auth_user_id" in client.session
    client.post(reverse("account_logout"))
    assert "_auth_user_id" not in client.session


def test_answers_that_are_no_pages_of_ours_carry_the_headers(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those of our pages are looked at on the walk over all of them, in `every_page`."""
    client = Client(raise_request_exception=False)
    operator = User.objects.create_superuser("root@example.com", "a long password", name="Root")
    assert lacking(client.get("/no-such-page/")) == set()
    assert lacking(client.get("/admin/login/")) == set()
    assert lacking(client.get(reverse("account_login"))) == set()
    client.force_login(operator)
    for url in ("/admin/", "/admin/people/user/", "/admin/no-such/", "/account/logout/"):
        assert lacking(client.get(url)) == set(), url
    client.force_login(cast.ines)
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(cast.ines)
    refused = strict.post(reverse("people:account"), {"name": "X"})
    assert refused.status_code == 403
    assert lacking(refused) == set()

    def broken(*args: object, **kwargs: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("people.views.account.AccountForm", broken)
    failed = client.get(reverse("people:account"))
    assert failed.status_code == 500
    assert lacking(failed) == set()
