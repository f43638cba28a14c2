"""Production fails closed: what is not said is refused, or is the safe one."""

import gzip
import logging
import os
import runpy
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.urls import reverse

from lib.log_lines import LogLine
from tests.conftest import Cast, SignIn

TOP = Path(__file__).resolve().parents[2]
GOOD = {
    "SECRET_KEY": "a key that is long and has many different characters: 0123456789",
    "ALLOWED_HOSTS": "trefoil.example.org",
}


@pytest.fixture
def settings_of(monkeypatch: pytest.MonkeyPatch) -> Callable[..., dict[str, Any]]:
    """The settings with these variables alone."""

    def read(**variables: str) -> dict[str, Any]:
        for name in (
            "DEBUG",
            "SECRET_KEY",
            "ALLOWED_HOSTS",
            "EMAIL_URL",
            "DATABASE_URL",
            "HTTPS",
            "SITE_URL",
        ):
            monkeypatch.delenv(name, raising=False)
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        return runpy.run_path(str(TOP / "config/settings.py"))

    return read


def test_without_debug_said_it_is_production(settings_of: Callable[..., dict[str, Any]]) -> None:
    assert settings_of(**GOOD)["DEBUG"] is False
    with pytest.raises(ImproperlyConfigured, match=r"SECRET_KEY is not set.*set DEBUG=1"):
        settings_of()


def test_each_secret_may_be_in_a_file(settings_of: Callable[..., dict[str, Any]], tmp_path: Path) -> None:
    said = {
        **GOOD,
        "DATABASE_URL": "postgres://trefoil:word@db.example/trefoil",
        "EMAIL_URL": "smtp://olga:word@mail.example:25",
        "DEFAULT_FROM_EMAIL": "trefoil@mail.example",
        "READY_TOKEN": "a token",
        "SIGN_IN_WITH": "google",
        "GOOGLE_CLIENT_ID": "an id",
        "GOOGLE_CLIENT_SECRET": "a secret",
    }
    secrets = {"SECRET_KEY", "DATABASE_URL", "EMAIL_URL", "READY_TOKEN", "GOOGLE_CLIENT_SECRET"}
    files = dict(said)
    for name in secrets:
        # As an editor or a secret of Docker leaves it.
        (tmp_path / name).write_text(f"{files.pop(name)}\n")
        files[f"{name}_FILE"] = str(tmp_path / name)
    named = ("SECRET_KEY", "DATABASES", "MAILERS", "READY_TOKEN", "SOCIALACCOUNT_PROVIDERS")
    read = settings_of(**files)
    for name in files:
        os.environ.pop(name)
    assert {name: read[name] for name in named} == {name: settings_of(**said)[name] for name in named}
    assert read["DATABASES"]["default"]["HOST"] == "db.example"


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("SECRET_KEY", "short", "too weak, or an example"),
        ("SECRET_KEY", "abcd" * 20, "too weak, or an example"),
        ("SECRET_KEY", "only-for-development-" + "x" * 40, "too weak, or an example"),
        ("SECRET_KEY", "django-insecure-0123456789abcdefghijklmnopqrstuvwxyzABCDEF", "too weak"),
        ("SECRET_KEY", "changeme-0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKL", "too weak"),
        ("ALLOWED_HOSTS", "", "ALLOWED_HOSTS is not set"),
        ("ALLOWED_HOSTS", "*", "may not be"),
        ("ALLOWED_HOSTS", "trefoil.example.org, *", "may not be"),
    ],
)
def test_weak_secrets_and_any_host_are_refused(
    settings_of: Callable[..., dict[str, Any]], name: str, value: str, words: str
) -> None:
    with pytest.raises(ImproperlyConfigured, match=words):
        settings_of(**{**GOOD, name: value})
    settings_of(**{**GOOD, name: value}, DEBUG="1")


MAIL = "smtp+tls://olga:word@mail.example.org:587"


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("DATABASE_URL", "nonsense", "postgres://user:password@host:5432/name"),
        ("DATABASE_URL", "mysql://olga:word@db.example.org/trefoil", "postgres://"),
        (
            "DATABASE_URL",
            "postgres://olga:wo/rd#?@db.example.org/trefoil",
            "In a password / ? # @ : % are written",
        ),
        ("DATABASE_URL", "postgres://olga:word@db.example.org:port/trefoil", "postgres://"),
        ("DATABASE_URL", "postgres://olga:word@db.example.org", "postgres://"),
        ("DATABASE_DIRECT_URL", "db.example.org", "postgres://"),
        ("EMAIL_URL", "smtp+tls://olga:word@mail.example.org", "with its port"),
        ("EMAIL_URL", "imap://olga:word@mail.example.org:993", "smtp+tls://user:password@host:587"),
        ("EMAIL_URL", "mail.example.org:587", "smtp+tls://"),
        ("DEFAULT_FROM_EMAIL", "", "DEFAULT_FROM_EMAIL is not set"),
        ("DEFAULT_FROM_EMAIL", "Trefoil", "a mail address"),
        ("REPLY_TO", "team at example.org", "a mail address"),
        ("TRUSTED_PROXY_COUNT", "abc", "a number from 0"),
        ("TRUSTED_PROXY_COUNT", "-1", "a number from 0"),
        ("WEB_CONCURRENCY", "abc", "a number from 1"),
        ("WEB_CONCURRENCY", "0", "a number from 1"),
        ("MIGRATE", "maybe", "1 or 0"),
        ("HTTPS", "https", "1 or 0"),
        ("LOG_JSON", "json", "1 or 0"),
        ("SITE_URL", "trefoil.example.org", "https:// and a host"),
        ("CSRF_TRUSTED_ORIGINS", "https://trefoil.example.org, other.example.org", "https:// and a host"),
        (
            "SECRET_KEY_FILE",
            "/nowhere/key",
            "The file that SECRET_KEY_FILE names cannot be read: No such file",
        ),
    ],
)
def test_what_is_typed_wrong_is_named_and_never_repeated(
    settings_of: Callable[..., dict[str, Any]], name: str, value: str, words: str
) -> None:
    good = {**GOOD, "EMAIL_URL": MAIL, "DEFAULT_FROM_EMAIL": "Trefoil <trefoil@example.org>"}
    settings_of(**good)
    with pytest.raises(ImproperlyConfigured) as refused:
        settings_of(**good | {name: value})
    said = str(refused.value)
    assert (name in said, words in said) == (True, True), said
    assert "word@" not in said.replace("password@", "")


def test_what_is_left_empty_is_as_if_it_was_not_there(settings_of: Callable[..., dict[str, Any]]) -> None:
    empty = dict.fromkeys(("TRUSTED_PROXY_COUNT", "LINK_CHECKS", "DATABASE_DIRECT_URL", "SITE_URL"), "")
    read = settings_of(**GOOD, **empty)
    assert (read["ALLAUTH_TRUSTED_PROXY_COUNT"], read["LINK_CHECKS"]) == (0, True)
    assert (read["DATABASE_DIRECT"], read["SITE_URL"]) == (None, "https://trefoil.example.org")


def test_the_demo_asks_nobody_for_a_second_factor(settings_of: Callable[..., dict[str, Any]]) -> None:
    asked = [settings_of(**GOOD, SECOND_FACTOR="1", DEMO=demo)["SECOND_FACTOR"] for demo in ("0", "1")]
    assert asked == [True, False]


def test_cookies_are_of_this_host_under_tls_alone(settings_of: Callable[..., dict[str, Any]]) -> None:
    names = ("SESSION_COOKIE_NAME", "CSRF_COOKIE_NAME")
    under_tls = settings_of(**GOOD)
    assert [under_tls[name] for name in names] == ["__Host-sessionid", "__Host-csrftoken"]
    assert [under_tls[name] for name in ("SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE")] == [True, True]
    assert [settings_of(**GOOD, HTTPS="0").get(name) for name in names] == [None, None]


def test_a_connection_that_postgresql_closed_is_made_anew(settings_of: Callable[..., dict[str, Any]]) -> None:
    url = "postgres://trefoil:password@127.0.0.1/trefoil"
    database = settings_of(**GOOD, DATABASE_URL=url)["DATABASES"]["default"]
    assert (database["CONN_MAX_AGE"], database["CONN_HEALTH_CHECKS"]) == (60, True)
    assert database["DISABLE_SERVER_SIDE_CURSORS"] is False
    behind_pgbouncer = settings_of(**GOOD, DATABASE_URL=url, DATABASE_DIRECT_URL=url)
    assert behind_pgbouncer["DATABASES"]["default"]["DISABLE_SERVER_SIDE_CURSORS"] is True


def test_the_folder_of_the_database_is_open_to_its_owner_alone(
    settings_of: Callable[..., dict[str, Any]],
) -> None:
    (TOP / "var").chmod(0o755)
    settings_of(**GOOD)
    assert stat.S_IMODE((TOP / "var").stat().st_mode) == 0o700


def test_an_error_leaves_its_traceback_in_the_log() -> None:
    """Asked in a process of its own, since tests have a log of theirs."""
    program = """
import django
from django.conf import settings
# Nothing was collected here.
settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
django.setup()
from django.test import Client
from config import health
def fail(now): raise RuntimeError("a broken page")
health._looked = fail
answer = Client(raise_request_exception=False).get("/readyz", headers={"host": "trefoil.example.org"})
assert answer.status_code == 500, answer
"""
    said = subprocess.run(  # noqa: S603
        [sys.executable, "-c", program],
        cwd=TOP,
        env={
            "PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "config.settings",
            "DATABASE_URL": "sqlite://:memory:", **GOOD,
        },
        capture_output=True,
        text=True,
        check=False,
    )  # fmt: skip
    assert said.returncode == 0, said.stderr
    assert "ERROR django.request: Internal Server Error: /readyz" in said.stderr
    assert said.stderr.count("RuntimeError: a broken page") == 1
    assert "Traceback" in said.stderr


@pytest.mark.parametrize(
    "path",
    [
        "/invitation/{}/",
        "/account/password/reset/key/{}/",
        "/account/confirm-email/{}/",
        "/account/address/{}/",
        "/calendar-feed/{}/trefoil.ics",
        "/first-operator/{}/",
        "/spreadsheet/{}/trefoil.csv",
    ],
)
def test_no_line_of_the_log_holds_the_secret_of_a_link(path: str) -> None:
    secret = "NDI:1wXyZ-9_secret"
    record = logging.LogRecord("x", logging.ERROR, "f", 1, "Gone: %s", (path.format(secret),), None)
    try:
        raise ValueError(f"GET https://trefoil.example.org{path.format(secret)}?next=/ failed")
    except ValueError:
        record.exc_info = sys.exc_info()
    line = LogLine().format(record)
    assert secret not in line
    assert f"Gone: {path.format('…')}" in line
    assert f"{path.format('…')}?next=/ failed" in line


@pytest.mark.parametrize("name", ["people:account", "tracker:home", "groups:course-list", "account_login"])
def test_pages_are_not_kept(cast: Cast, as_: SignIn, name: str) -> None:
    assert "no-store" in as_("ines").get(reverse(name))["Cache-Control"]


def test_no_page_may_use_a_camera_or_a_place(cast: Cast, as_: SignIn) -> None:
    policy = as_("ana").get(reverse("people:account"))["Permissions-Policy"]
    assert {"camera=()", "geolocation=()", "microphone=()"} <= set(policy.split(", "))


def test_pages_are_sent_compressed_with_a_length_that_varies(cast: Cast, as_: SignIn) -> None:
    ines = as_("ines")
    answers = [ines.get(reverse("people:account"), headers={"accept-encoding": "gzip"}) for _ in range(20)]
    assert {(answer["Content-Encoding"], "Accept-Encoding" in answer["Vary"]) for answer in answers} == {
        ("gzip", True)
    }
    assert b"Account" in gzip.decompress(answers[0].content)
    # The same page tells an eavesdropper who tries words no exact length (BREACH).
    assert (
        max(len(answer.content) for answer in answers) - min(len(answer.content) for answer in answers) > 30
    )


def test_exports_are_not_kept(cast: Cast, as_: SignIn) -> None:
    answer = as_("ines").get(reverse("sheets:export-csv", args=[cast.cohort.pk, "people"]))
    assert answer["Content-Type"].startswith("text/csv")
    assert "no-store" in answer["Cache-Control"]


def test_signing_out_removes_what_the_browser_keeps(cast: Cast, as_: SignIn) -> None:
    browser = as_("ana")
    assert "Clear-Site-Data" not in browser.get(reverse("account_logout"))
    answer = browser.post(reverse("account_logout"))
    assert answer["Clear-Site-Data"] == '"cache", "storage"'
    assert "_auth_user_id" not in browser.session


def test_a_line_of_the_log_is_one_line_in_utc() -> None:
    record = logging.LogRecord(
        "trefoil.audit", logging.INFO, "", 1, "refused %s", ("x\r\n2026 INFO made up",), None
    )
    record.created = 1_789_554_000.0071
    line = LogLine().format(record)
    assert line == "2026-09-16T10:20:00.007Z INFO trefoil.audit: refused x\\r\\n2026 INFO made up"
