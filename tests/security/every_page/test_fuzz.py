"""Requests by dice: every page and the Django admin, by any method, as anybody, with junk in addresses and forms.

Nothing may break. `make fuzz` throws 20,000; FUZZ_SEED=… throws the same ones again, which a failure names.
"""

import os
import random
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib import admin
from django.db import transaction
from django.test import Client
from django.urls import NoReverseMatch, reverse

from people.models import User
from tests.conftest import Cast
from tests.places import PLACES
from tests.security.every_page.conftest import PEOPLE
from tests.security.every_page.test_nasty_input import HUGE, QUERY, VALUES, WORDS, Form, answered, forms_of

pytestmark = pytest.mark.no_cover

REQUESTS = int(os.environ.get("FUZZ_REQUESTS", "2000"))
SEED = int(os.environ.get("FUZZ_SEED", "44"))
METHODS = ["get"] * 6 + ["post"] * 6 + ["head", "options", "put", "patch", "delete"]
# Of these at once: each has its own way to read an address.
PAGES_OF_ADMIN = ("changelist", "add", "change", "delete", "history")
OF_ACCOUNTS = (
    "login",
    "logout",
    "request_login_code",
    "confirm_login_code",
    "reset_password",
    "change_password",
)


class Dice:
    def __init__(self, cast: Cast, seed: int) -> None:
        self.cast, self.dice = cast, random.Random(seed)  # noqa: S311 - nothing is guessed by it
        self.names = [*PLACES, *(f"account_{name}" for name in OF_ACCOUNTS)] * 2
        for model in admin.site._registry:
            meta = model._meta
            self.names += [f"admin:{meta.app_label}_{meta.model_name}_{page}" for page in PAGES_OF_ADMIN]
        self.models = {
            f"admin:{model._meta.app_label}_{model._meta.model_name}": model for model in admin.site._registry
        }

    def address(self) -> tuple[str, dict[str, Any]]:
        """Return an address, with something else in the place of some of its arguments, and what is sent to it."""
        while True:
            name = self.dice.choice(self.names)
            args, fields = self._of(name)
            args = [self._other(arg) if self.dice.random() < 0.3 else arg for arg in args]
            try:
                return reverse(name, args=args), fields
            except (NoReverseMatch, ValueError):
                continue

    def _of(self, name: str) -> tuple[list[Any], dict[str, Any]]:
        if place := PLACES.get(name):
            found = place(self.cast)
            return list(found.args), dict(found.fields)
        if name.endswith(("_change", "_delete", "_history")):
            rows = self.models[name.rpartition("_")[0]]._default_manager.order_by("pk")
            return [getattr(rows.first(), "pk", 1)], {}
        return [], {}

    def _other(self, arg: object) -> object:
        return self.dice.choice([0, 2**31, HUGE] if isinstance(arg, int) else WORDS)

    def mutated(self, fields: dict[str, Any]) -> dict[str, Any]:
        fields = dict(fields)
        for name in self.dice.sample(sorted(fields), min(len(fields), self.dice.randint(0, 3))):
            fields[name] = self.dice.choice(VALUES)
        if self.dice.random() < 0.3:
            fields[self.dice.choice(QUERY)] = self.dice.choice(VALUES)
        if fields and self.dice.random() < 0.1:
            del fields[self.dice.choice(sorted(fields))]
        return fields

    def form_of(self, browser: Client, url: str) -> Form | None:
        """A form of the page, as it is shown."""
        page = browser.get(url)
        is_page = page.status_code == 200 and page.headers.get("Content-Type", "").startswith("text/html")
        forms = forms_of(page.text, url) if is_page and not page.streaming else []
        forms = [form for form in forms if form.method == "post" and form.action.startswith("/")]
        return self.dice.choice(forms) if forms else None


def throw(dice: Dice, browser: Client) -> str:
    """Ask once, undo it, and return what broke; "" if nothing did."""
    url, fields = dice.address()
    method = dice.dice.choice(METHODS)
    if method == "post" and dice.dice.random() < 0.5:
        try:
            form = dice.form_of(browser, url)
        except Exception as error:
            return f"get {url[:150]}: {type(error).__name__}: {str(error)[:150]}"
        if form is not None:
            url, fields = form.action, form.fields
    fields = dice.mutated(fields)
    told = answered(browser, method, url, fields)[1]
    return f"{method} {url[:150]} {str(fields)[:300]}: {told}" if told else ""


def test_no_request_breaks_anything(furnished: Cast, browser_of: Callable[..., Client]) -> None:
    operator = Client()
    operator.force_login(User.objects.create_superuser("operator@example.com", name="Operator"))
    dice, broken = Dice(furnished, SEED), []
    for number in range(REQUESTS):
        who = dice.dice.choice(["nobody", "operator", "operator", *PEOPLE])
        browser = browser_of(who) if who in PEOPLE else Client()
        if who == "operator":
            browser.cookies["sessionid"] = operator.cookies["sessionid"].value
        with transaction.atomic():
            if told := throw(dice, browser):
                broken.append(f"{number}: {who} {told}")
            transaction.set_rollback(True)
    assert broken == [], f"FUZZ_SEED={SEED}"
