import socket
from base64 import b64encode
from collections.abc import Iterator
from ipaddress import ip_address
from threading import Event
from typing import Any

import pytest

from lib import outgoing
from lib.outgoing import OutgoingError, checked, follow, is_public, send
from tests.web_server import WebServer, web_server


@pytest.fixture
def site(settings: Any) -> Iterator[WebServer]:
    settings.OUTGOING_HOSTS = ["localhost"]
    with web_server() as site:
        yield site


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("8.8.8.8", True),
        ("2606:4700::1111", True),
        ("10.1.2.3", False),
        ("127.0.0.1", False),
        ("100.64.0.1", False),
        ("169.254.169.254", False),
        ("0.0.0.1", False),
        ("224.0.0.1", False),
        ("255.255.255.255", False),
        ("::1", False),
        ("::", False),
        ("fe80::1%eth0", False),
        ("fc00::1", False),
        ("fec0::1", False),
        ("ff02::1", False),
        ("::ffff:127.0.0.1", False),
        ("64:ff9b::a00:1", False),
        ("2002:7f00:1::", False),
    ],
)
def test_only_what_everybody_can_reach_is_public(address: str, expected: bool) -> None:
    assert is_public(ip_address(address)) is expected


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("http://chat.example.com/hook", "begins with https://"),
        ("ftp://chat.example.com/hook", "begins with https://"),
        ("chat.example.com/hook", "not an address"),
        ("https:///hook", "not an address"),
        ("https://ana:word@chat.example.com/", "not an address"),
        ("https://chat.example.com:99999/", "not an address"),
        ("https://[::1/", "not an address"),
        ("https://chat.example.com/a b", "without spaces"),
        ("https://chat.example.com/\r\nHost: other", "without spaces"),
        ("https://127.0.0.1/hook", "private network"),
        ("https://[::ffff:10.0.0.1]/hook", "private network"),
        ("https://chat.example.com/hook", ""),
        ("https://8.8.8.8:8443/hook", ""),
    ],
)
def test_an_address_is_checked_before_it_is_saved(address: str, said: str) -> None:
    if not said:
        checked(address)
        return
    with pytest.raises(OutgoingError, match=said):
        checked(address)


def test_a_request_carries_what_it_should_and_follows_no_redirect(site: WebServer) -> None:
    site.status, site.headers = 302, {"Location": "http://localhost/elsewhere", "Retry-After": "7"}
    reply = send("POST", site.url, body=b"{}", headers={"Content-Type": "application/json"})
    assert (reply.status, reply.location, reply.retry_after) == (302, "http://localhost/elsewhere", "7")
    (received,) = site.received
    assert (received.method, received.path, received.body) == ("POST", "/hook?to=team", b"{}")
    assert received.headers["Content-Type"] == "application/json"
    assert received.headers["Host"] == f"localhost:{site.port}"


def _resolve(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> list[str]:
    asked: list[str] = []

    def found(host: str, port: int, **_: Any) -> list[Any]:
        asked.append(host)
        return [
            (socket.AF_INET6 if ":" in one else socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port))
            for one in addresses
        ]

    monkeypatch.setattr("lib.outgoing.socket.getaddrinfo", found)
    return asked


@pytest.mark.parametrize("addresses", [["127.0.0.1"], ["8.8.8.8", "::1"], ["fd00::1"]])
def test_a_public_name_that_leads_into_the_own_network_is_refused(
    monkeypatch: pytest.MonkeyPatch, addresses: list[str]
) -> None:
    asked = _resolve(monkeypatch, *addresses)
    with pytest.raises(OutgoingError) as private:
        send("POST", "https://chat.example.com/hook", body=b"{}")
    assert asked == ["chat.example.com"]

    def no_name(*_: Any, **__: Any) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "unknown")

    monkeypatch.setattr("lib.outgoing.socket.getaddrinfo", no_name)
    with pytest.raises(OutgoingError) as unknown:
        send("POST", "https://chat.example.com/hook", body=b"{}")
    # Nobody learns which names the own network has.
    assert str(private.value) == str(unknown.value)


def test_the_connection_goes_to_the_address_that_was_checked(
    site: WebServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = _resolve(monkeypatch, "127.0.0.1")
    assert send("GET", site.url).status == 204
    assert asked == ["localhost"], "the name is asked for once"


def test_a_host_that_does_not_answer_says_so(site: WebServer) -> None:
    site.is_silent.set()
    with pytest.raises(OutgoingError, match="localhost does not answer"):
        send("GET", site.url, seconds=0.2)
    with pytest.raises(OutgoingError, match="localhost has no valid certificate"):
        send("GET", site.url.replace("http:", "https:"))
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    with pytest.raises(OutgoingError, match="localhost does not answer"):
        send("GET", f"http://localhost:{port}/")


def test_a_slow_name_server_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outgoing, "_TOTAL", 0.1)
    is_over = Event()
    monkeypatch.setattr("lib.outgoing.socket.getaddrinfo", lambda *_, **__: is_over.wait(5) and [])
    with pytest.raises(OutgoingError, match="does not answer"):
        send("GET", "https://chat.example.com/")
    is_over.set()


def at(site: WebServer, path: str) -> str:
    return f"http://localhost:{site.port}{path}"


def test_redirects_are_followed_as_often_as_is_said_and_each_is_checked_anew(site: WebServer) -> None:
    site.answers = {f"GET /{n}": (307, {"Location": f"/{n - 1}"}) for n in range(1, 5)} | {
        "GET /0": (200, {"Content-Type": "text/csv", "Content-Disposition": "attachment; filename=a.csv"}),
        "GET /inside": (302, {"Location": f"https://127.0.0.1:{site.port}/0"}),
        "GET /metadata": (302, {"Location": "https://169.254.169.254/latest/"}),
        "GET /plain": (302, {"Location": "http://example.org/a.csv"}),
        "GET /file": (302, {"Location": "file:///etc/passwd"}),
    }
    site.bodies = {"GET /0": b"Name", "GET /1": b"Moved"}
    reply = follow("GET", at(site, "/3"), redirects=3, seconds=5, most_bytes=4)
    assert (reply.status, reply.media_type, reply.name, reply.content) == (200, "text/csv", "a.csv", b"Name")
    for path, said in {
        "/4": "leads on more than 3 times",
        "/inside": "private network",
        "/metadata": "private network",
        "/plain": "begins with https://",
        "/file": "begins with https://|not an address",
    }.items():
        before = len(site.received)
        with pytest.raises(OutgoingError, match=said):
            follow("GET", at(site, path), redirects=3, seconds=5, most_bytes=4)
        assert len(site.received) - before == (4 if path == "/4" else 1), path


def test_no_more_is_read_than_is_said_and_nothing_that_is_packed_or_broke_off(site: WebServer) -> None:
    site.status = 200
    site.answers = {
        "GET /said": (200, {"Content-Length": "11"}),
        "GET /packed": (200, {"Content-Encoding": "gzip"}),
        "GET /broken": (200, {"Content-Length": "9"}),
        "GET /lost": (404, {}),
    }
    site.bodies = dict.fromkeys(("GET /long", "GET /said"), b"eleven byte") | dict.fromkeys(
        ("GET /ten", "GET /lost"), b"ten bytes."
    )
    site.bodies["GET /broken"] = b"eight by"

    def content(path: str) -> bytes:
        return follow("GET", at(site, path), redirects=0, seconds=5, most_bytes=10).content

    assert content("/ten") == b"ten bytes."
    assert content("/lost") == b""
    for path, said in {
        "/long": "more than",
        "/said": "more than",
        "/packed": "packed",
        "/broken": "broke off",
    }.items():
        with pytest.raises(OutgoingError, match=said):
            content(path)


def test_what_comes_too_slowly_is_given_up(site: WebServer) -> None:
    site.is_silent.set()
    with pytest.raises(OutgoingError, match="localhost does not answer"):
        follow("GET", at(site, "/slow"), redirects=3, seconds=0.2, most_bytes=10)
    with pytest.raises(OutgoingError, match="takes too long"):
        follow("GET", at(site, "/slow"), redirects=3, seconds=0, most_bytes=10)
    assert len(site.received) == 1


def test_provider_is_asked_through_the_proxy_of_the_environment_and_nobody_else_is(
    site: WebServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("https_proxy", f"http://ana:p%40ss@localhost:{site.port}")
    with pytest.raises(OutgoingError, match=r"sso.example does not answer"):
        send("GET", "https://sso.example/token", trusts_host=True)
    (asked,) = site.received
    assert (asked.method, asked.path) == ("CONNECT", "sso.example:443")
    assert asked.headers["Proxy-Authorization"] == f"Basic {b64encode(b'ana:p@ss').decode()}"
    monkeypatch.setenv("no_proxy", "sso.example")
    for trusts_host in (True, False):
        with pytest.raises(OutgoingError):
            send("GET", "https://sso.example/token", trusts_host=trusts_host)
    assert len(site.received) == 1
