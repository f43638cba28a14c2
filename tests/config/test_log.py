"""The log: a line an event, which nobody can make up, with the request and the person that it belongs to."""

import json
import logging
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from lib.log_lines import LogLine
from tests.conftest import Cast, SignIn


class Lines(logging.Handler):
    """The lines that a format makes of what is logged."""

    def __init__(self, *, is_json: bool) -> None:
        super().__init__()
        self.setFormatter(LogLine())
        vars(self.formatter)["is_json"] = is_json
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


@pytest.fixture
def lines_as() -> Iterator[Callable[[str], list[str]]]:
    handlers = []

    def listen(kind: str) -> list[str]:
        handler = Lines(is_json=kind == "json")
        handlers.append(handler)
        logging.getLogger("trefoil").addHandler(handler)
        return handler.lines

    yield listen
    for handler in handlers:
        logging.getLogger("trefoil").removeHandler(handler)


def test_a_request_is_one_line_with_its_id_its_person_and_no_secret(
    cast: Cast, as_: SignIn, lines_as: Callable[[str], list[str]]
) -> None:
    text, events = lines_as("text"), lines_as("json")
    answer = as_("ana").get("/account/")
    request_id = answer["X-Request-ID"]
    ana = cast.person("ana").pk
    assert re.fullmatch(
        rf"2026-09-16T10:00:00\.000Z INFO trefoil\.request request {request_id} person {ana}:"
        r" GET /account/ 200 in \d+ ms from 127\.0\.0\.1",
        text[-1],
    )
    told = json.loads(events[-1])
    assert isinstance(told.pop("ms"), int)
    assert told.pop("message").startswith("GET /account/ 200 in ")
    assert told == {
        "at": "2026-09-16T10:00:00.000Z", "level": "INFO", "logger": "trefoil.request", "request": request_id,
        "person": ana, "method": "GET", "path": "/account/", "status": 200, "from": "127.0.0.1",
    }  # fmt: skip
    # A visitor, at an address that is a secret.
    Client().get("/invitation/NDI:1wXyZ/", {"q": "what somebody searched"})
    assert " GET /invitation/…/ 410 in " in text[-1]
    assert "person" not in text[-1]
    assert json.loads(events[-1])["path"] == "/invitation/…/"
    assert "searched" not in text[-1] + events[-1]


def test_every_line_of_a_request_has_its_id(
    cast: Cast, client: Client, lines_as: Callable[[str], list[str]]
) -> None:
    lines = lines_as("json")
    sent = {"login": "ana@example.com", "password": "wrong words"}
    request_id = client.post(reverse("account_login"), sent)["X-Request-ID"]
    told = [json.loads(line) for line in lines]
    assert {each["logger"] for each in told} == {"trefoil.audit", "trefoil.request"}
    assert {each["request"] for each in told} == {request_id}
    logging.getLogger("trefoil.worker").info("outside of any request")
    assert "request" not in json.loads(lines[-1])


@pytest.mark.parametrize("kind", ["text", "json"])
def test_nobody_makes_up_an_event(db: None, lines_as: Callable[[str], list[str]], kind: str) -> None:
    lines = lines_as(kind)
    for end in ("%0A", "%0D%0A", "%C2%85", "%E2%80%A8"):
        Client().get(f"/nowhere/{end}2026-09-16T10:00:00.000Z INFO trefoil.audit: made up/")
    try:
        raise ValueError("away\n2026-09-16T10:00:00.000Z INFO trefoil.audit: made up\x1b[2J")
    except ValueError:
        logging.getLogger("trefoil.worker").exception("failed\nand failed")
    events = [line for text in lines for line in text.splitlines() if not line.startswith("    ")]
    assert len(events) == len(lines) == 5
    assert not [line for line in events if line.startswith("2026-09-16T10:00:00.000Z INFO trefoil.audit")]
    assert "\x1b" not in "".join(lines)
    assert "ValueError: away" in lines[-1]


def test_a_foreign_host_is_a_warning_of_one_line(
    db: None, client: Client, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    settings.ALLOWED_HOSTS = ["trefoil.example.org"]
    assert client.get("/account/login/", headers={"host": "evil.example"}).status_code == 400
    [line] = [
        LogLine().format(record) for record in caplog.records if record.name.startswith("django.security")
    ]
    assert " WARNING django.security.DisallowedHost" in line
    assert line.count("\n") == 0


@pytest.mark.parametrize(
    ("address", "status"), [("/nowhere/", 404), ("/account/?next=https://[::1", 400), ("/admin/", 403)]
)
def test_the_page_of_an_error_names_its_request(cast: Cast, as_: SignIn, address: str, status: int) -> None:
    answer = as_("ana").get(address, follow=True)
    assert answer.status_code == status
    assert f"Request {answer['X-Request-ID']}</p>" in answer.content.decode()


def test_the_page_of_a_breakdown_names_its_request(
    cast: Cast, as_: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: Any) -> None:
        raise RuntimeError("a broken page")

    monkeypatch.setattr("people.views.account.AccountForm", fail)
    browser = as_("ana")
    browser.raise_request_exception = False
    answer = browser.get("/account/")
    assert answer.status_code == 500
    assert f"Request {answer['X-Request-ID']}</p>" in answer.content.decode()
