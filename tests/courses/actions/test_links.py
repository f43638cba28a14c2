"""The addresses of materials, checked against a server of the tests' own."""

import socket
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from courses.actions import links
from courses.actions.links import LinkFound, check_next_link, look
from courses.models import LinkCheck, Material
from lib.outgoing import NoSuchHostError, OutgoingError, Reply
from tests.conftest import NOW, Cast
from tests.factories.courses import MaterialFactory
from tests.web_server import WebServer, web_server

GONE = LinkFound(True, "It answers 404.")
FINE = LinkFound(False, "")


@pytest.fixture
def site(settings: Any) -> Iterator[WebServer]:
    settings.OUTGOING_HOSTS = ["localhost"]
    with web_server() as site:
        yield site


def url(site: WebServer, path: str) -> str:
    return f"http://localhost:{site.port}{path}"


def state(material: Material) -> tuple[str, bool, str]:
    check = LinkCheck.objects.get(material=material)
    material.refresh_from_db()
    return check.found, check.gone_since is not None, material.dead_link


def asked(site: WebServer) -> list[str]:
    return [f"{one.method} {one.path}" for one in site.received]


@pytest.mark.parametrize(
    ("head", "get", "expected"),
    [
        (200, 500, FINE),
        (405, 200, FINE),
        (404, 200, FINE),
        (404, 404, GONE),
        (403, 410, LinkFound(True, "It answers 410.")),
        *((status, status, LinkFound(None, f"It answers {status}.")) for status in (401, 403, 429, 503)),
    ],
)
def test_a_look_asks_for_the_head_and_then_for_the_page(
    site: WebServer, head: int, get: int, expected: LinkFound
) -> None:
    site.answers = {"HEAD /page?a=1": (head, {}), "GET /page?a=1": (get, {})}
    assert look(url(site, "/page?a=1#part")) == expected
    assert asked(site) == ["HEAD /page?a=1", "GET /page?a=1"][: 1 if head == 200 else 2]


def test_redirects_are_followed_and_each_is_checked_anew(site: WebServer) -> None:
    site.status = 200
    site.answers = {
        "HEAD /moved": (301, {"Location": "/there"}),
        "HEAD /there": (302, {"Location": url(site, "/aqui/%C3%A9?x")}),
        **{f"{method} /inside": (302, {"Location": "http://127.0.0.1:9/"}) for method in ("HEAD", "GET")},
        **{f"{method} /file": (302, {"Location": "file:///etc/passwd"}) for method in ("HEAD", "GET")},
        **{f"{method} /round": (307, {"Location": "/round"}) for method in ("HEAD", "GET")},
    }
    assert look(url(site, "/moved")) == FINE
    assert asked(site) == ["HEAD /moved", "HEAD /there", "HEAD /aqui/%C3%A9?x"]
    assert (
        look(url(site, "/inside")).says == "This address is of a private network. A site admin can allow it."
    )
    assert look(url(site, "/file")).is_gone is None
    assert look(url(site, "/round")).says == "It leads on more than 5 times."


def test_only_a_name_that_there_is_not_is_gone(site: WebServer, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_name(code: int) -> Any:
        def found(host: str, port: int, **_: Any) -> Any:
            raise socket.gaierror(code, "no")

        return found

    monkeypatch.setattr("lib.outgoing.socket.getaddrinfo", no_name(socket.EAI_NONAME))
    found = look("http://notes.example.org/1")
    assert (found.is_gone, found.says) == (True, "There is no public host notes.example.org.")
    monkeypatch.setattr("lib.outgoing.socket.getaddrinfo", no_name(socket.EAI_AGAIN))
    assert look("http://notes.example.org/1") == LinkFound(
        None, "Nobody can say now where notes.example.org is.", is_answered=False
    )
    assert look("ftp://notes.example.org/1").is_gone is None
    # Nobody learns which names there are in the own network.
    inside = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("10.0.0.7", 80))]
    monkeypatch.setattr("lib.outgoing.socket.getaddrinfo", lambda host, port, **_: inside)
    assert look("http://notes.example.org/1") == found
    # A letter outside of ASCII is sent as browsers send it.
    monkeypatch.setattr("lib.outgoing.socket.getaddrinfo", no_name(socket.EAI_NONAME))
    assert look("https://bücher.example/über uns").says == "There is no public host xn--bcher-kva.example."


def test_dead_is_what_is_gone_twice_until_it_is_found_again(cast: Cast, site: WebServer) -> None:
    material = MaterialFactory.create(milestone=cast.milestones[0], url=url(site, "/page"))
    for what in ({"url": ""}, {"url": url(site, "/old"), "retired_on": NOW.date()}):
        MaterialFactory.create(milestone=cast.milestones[0], **what)
    site.status = 404
    assert check_next_link(NOW) == "gone"
    assert check_next_link(NOW + timedelta(hours=23)) is None
    assert state(material) == ("It answers 404.", True, "")
    assert check_next_link(NOW + timedelta(days=1)) == "gone"
    assert state(material) == ("It answers 404.", True, "It answers 404.")
    # An unclear answer changes nothing; the address is checked again in a week.
    assert check_next_link(NOW + timedelta(days=7)) is None
    site.status = 503
    assert check_next_link(NOW + timedelta(days=8)) == "could not be checked"
    assert [check.found for check in LinkCheck.objects.dead()] == ["It answers 404."]
    # Another address waits for a look of its own, at once.
    Material.objects.filter(pk=material.pk).update(url=url(site, "/new"))
    assert LinkCheck.objects.dead().count() == 0
    site.status = 200
    assert check_next_link(NOW + timedelta(days=8)) == "fine"
    assert state(material) == ("", False, "")
    assert {request.path for request in site.received} == {"/page", "/new"}


def test_a_redirect_to_no_address_costs_no_other_link_its_look(cast: Cast, site: WebServer) -> None:
    site.answers = {
        "HEAD /bad": (301, {"Location": "http://[foo"}),
        "GET /bad": (301, {"Location": "http://[foo"}),
    }
    site.status = 200
    bad, long, fine = (
        MaterialFactory.create(milestone=cast.milestones[0], url=where)
        for where in (url(site, "/bad"), f"http://{'x.' * 200}example/", url(site, "/fine"))
    )
    assert [check_next_link(NOW) for _ in range(3)] == ["could not be checked", "gone", "fine"]
    assert state(bad)[0] == "It leads to an invalid address."
    assert state(long)[0] == f"There is no public host {'x.' * 150}"[:300]
    assert state(fine)[0] == ""


def test_nothing_is_looked_at_where_it_is_switched_off(cast: Cast, site: WebServer, settings: Any) -> None:
    MaterialFactory.create(milestone=cast.milestones[0], url=url(site, "/page"))
    settings.LINK_CHECKS = False
    assert check_next_link(NOW) is None
    assert site.received == []


def test_a_demo_looks_at_no_links_and_still_shows_the_dead_ones_it_brings(
    cast: Cast, site: WebServer, settings: Any
) -> None:
    material = MaterialFactory.create(milestone=cast.milestones[0], url=url(site, "/page"))
    site.status = 404
    for day in (0, 1):
        check_next_link(NOW + timedelta(days=day))
    looked = len(site.received)
    settings.DEMO = True
    assert check_next_link(NOW + timedelta(days=30)) is None
    assert len(site.received) == looked
    assert (state(material)[2], LinkCheck.objects.dead().count()) == ("It answers 404.", 1)


def test_what_was_dead_is_not_called_so_where_it_is_switched_off(
    cast: Cast, site: WebServer, settings: Any
) -> None:
    material = MaterialFactory.create(milestone=cast.milestones[0], url=url(site, "/page"))
    site.status = 404
    for day in (0, 1):
        check_next_link(NOW + timedelta(days=day))
    assert (state(material)[2], LinkCheck.objects.dead().count()) == ("It answers 404.", 1)
    settings.LINK_CHECKS = False
    assert (state(material)[2], LinkCheck.objects.dead().count()) == ("", 0)


ALWAYS = range(24 * 60)


class Hosts:
    """The web, hour by hour: of each host when there is none, and when the own network is down."""

    def __init__(
        self, monkeypatch: pytest.MonkeyPatch, gone: dict[str, range], down: range = range(0)
    ) -> None:
        self.gone, self.down = gone, down
        self.hour = 0
        self.asked: Counter[str] = Counter()
        for name in ("send", "follow"):
            monkeypatch.setattr(links, name, self.send)

    def send(self, method: str, address: str, **_: Any) -> Reply:
        host = address.split("/")[2].removesuffix(".example")
        self.asked[host] += 1
        if self.hour in self.down or self.hour in self.gone.get(host, ()):
            raise NoSuchHostError(f"{host}.example")
        return Reply(403 if host == "closed" else 200)

    def pass_by(self, cast: Cast, added: dict[str, int], every: int = 12) -> dict[str, int]:
        """Return in which hour of 60 days each link was called dead, if ever."""
        dead: dict[str, int] = {}
        for self.hour in ALWAYS[::every]:
            for host in (host for host, hour in added.items() if hour == self.hour):
                MaterialFactory.create(
                    milestone=cast.milestones[0], title=host, url=f"https://{host}.example/"
                )
            while check_next_link(NOW + timedelta(hours=self.hour)):
                for link in LinkCheck.objects.dead().select_related("material"):
                    dead.setdefault(link.material.title, self.hour)
        return dead


def test_two_hosts_that_are_gone_are_dead_at_the_second_look(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    hosts = Hosts(monkeypatch, gone=dict.fromkeys(("one", "two"), ALWAYS))
    added = dict.fromkeys(("one", "two", "three", "four"), 0)
    assert hosts.pass_by(cast, added, every=1) == {"one": 24, "two": 24}
    # Once a week each, and those that are gone once more. The third answers for the own network when they are.
    assert hosts.asked == {"one": 10, "two": 11, "three": 29, "four": 9}


def test_hosts_that_vanish_at_once_are_dead_though_all_that_is_due_is_gone(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    Hosts(monkeypatch, gone=dict.fromkeys(("one", "two"), ALWAYS))
    for host, due in (("one", 0), ("two", 0), ("three", 3), ("four", 4)):
        material = MaterialFactory.create(milestone=cast.milestones[0], url=f"https://{host}.example/")
        at = NOW + timedelta(days=due)
        LinkCheck.objects.create(material=material, address=material.url, check_at=at, checked_at=NOW)
    assert [check_next_link(NOW) for _ in range(3)] == ["gone", "gone", None]
    assert LinkCheck.objects.dead().count() == 0
    assert [check_next_link(NOW + timedelta(days=1)) for _ in range(3)] == ["gone", "gone", None]
    assert LinkCheck.objects.dead().count() == 2


def test_a_host_that_asks_for_a_sign_in_answers_for_the_own_network(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    hosts = Hosts(monkeypatch, gone={"one": ALWAYS})
    assert hosts.pass_by(cast, {"one": 0, "closed": 0}) == {"one": 24}


@pytest.mark.parametrize(
    "down",
    # All the time, from the first look on, and for a month that begins later.
    [ALWAYS, range(200), range(300, 1020)],
)
def test_nothing_is_dead_because_the_own_network_is_down(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, down: range
) -> None:
    added = {"one": 0} if down == ALWAYS else {"one": 0, "two": 0, "three": 48, "four": 408}
    assert Hosts(monkeypatch, gone={}, down=down).pass_by(cast, added, every=24) == {}


def test_a_host_that_is_away_once_is_not_dead_because_the_own_network_is_down_the_day_after(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    hosts = Hosts(monkeypatch, gone={"one": range(12)}, down=range(24, 36))
    assert hosts.pass_by(cast, {"one": 0, "two": 0}) == {}


def test_links_are_asked_one_after_the_other(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def send(method: str, address: str, **_: Any) -> Reply:
        asked.append(address)
        return Reply(200)

    monkeypatch.setattr(links, "follow", send)
    urls = [f"https://{host}.example/" for host in ("one", "two")]
    for url in urls:
        MaterialFactory.create(milestone=cast.milestones[0], url=url)
    assert check_next_link(NOW) == "fine"
    assert asked == urls[:1]
    assert check_next_link(NOW) == "fine"
    assert asked == urls
    assert check_next_link(NOW) is None


def test_what_does_not_answer_is_asked_again_after_a_day(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    slow = MaterialFactory.create(milestone=cast.milestones[0], url="https://slow.example/")
    asked: list[str] = []

    def send(method: str, address: str, **_: Any) -> Reply:
        asked.append(method)
        raise OutgoingError("It takes too long.")

    monkeypatch.setattr(links, "follow", send)
    # If the first request takes long, no second one begins.
    monkeypatch.setattr(links, "_LONGEST", -1)
    assert check_next_link(NOW) == "could not be checked"
    assert (state(slow)[0], asked) == ("It takes too long.", ["HEAD"])
    assert check_next_link(NOW + timedelta(hours=23)) is None
    assert check_next_link(NOW + timedelta(days=1)) == "could not be checked"


def test_a_link_that_another_process_took_is_left_to_it(cast: Cast) -> None:
    made = MaterialFactory.create(milestone=cast.milestones[0], url="https://one.example/")
    for now in (NOW, NOW + timedelta(days=7)):
        as_read = [Material.objects.select_related("link_check").get(pk=made.pk) for _ in range(2)]
        assert [links._claim(material, now) is not None for material in as_read] == [True, False]
