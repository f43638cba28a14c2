"""Look once a week where the addresses of materials lead, and note which are gone.

Gone is 404, 410, or that there is no such host. Anything else that is no success says nothing of the page: whoever
asks for a sign-in, or is out of order, could not be checked. That there is no such host is believed only while another
host answers: where the own network is down, there is none at all.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import BoundedSemaphore, Lock
from time import monotonic
from typing import Any
from urllib.parse import urljoin, urlsplit

from django.conf import settings
from django.db import transaction
from django.db.models import Case, F, Q, QuerySet, When
from django.utils.encoding import iri_to_uri

from courses.models import LinkCheck, Material
from lib.outgoing import NoSuchHostError, OutgoingError, Reply, send

_WEEK, _DAY = timedelta(days=7), timedelta(days=1)
# A second look so much later tells what is gone from what was away.
_APART = timedelta(hours=12)
# How long a look may take before somebody else takes the same.
_CLAIM = timedelta(hours=1)
# How many are looked at in a round, and how many of one host at a time.
_ROUND, _A_HOST = 20, 2
# How many that are not due are looked at along with those that may all be gone.
_ALONG = 2
# Of how many that are due these are chosen.
_MOST_DUE = 500
_NOTHING_FOUND = {"found": "", "is_dead": False, "gone_since": None, "checked_at": None}
_REDIRECTS = 5
# Seconds after which no further request of a look begins, though each may take ten, and a round takes no longer:
# cries for help wait for it.
_LONGEST = 10
_TOO_LONG = "It takes too long."
_GONE = (404, 410)
# A name of a host may be longer than what is kept.
_MOST_SAID = 300
_SCHEMES = ("https", "http")


@dataclass(frozen=True, slots=True)
class LinkFound:
    """`is_gone` is None where the look could not tell; `is_answered`: a host said what is found."""

    is_gone: bool | None
    says: str
    is_answered: bool = True


class _Turns:
    """Two requests at a time to one host, whichever look makes them."""

    def __init__(self) -> None:
        self._of_host: defaultdict[str, BoundedSemaphore] = defaultdict(lambda: BoundedSemaphore(_A_HOST))
        self._choosing = Lock()

    def send(self, method: str, address: str, until: float) -> Reply:
        with self._choosing:
            turn = self._of_host[_host(address)]
        if not turn.acquire(timeout=max(0, until - monotonic())):
            raise OutgoingError(_TOO_LONG)
        try:
            return send(method, address, schemes=_SCHEMES)
        finally:
            turn.release()


def check_links(now: datetime) -> str | None:
    """Look at some of the links that are due, and say what was found."""
    # A demo is somebody's trial: it does not knock at the doors of the hosts that its course names.
    if not settings.LINK_CHECKS or settings.DEMO:
        return None
    links = _claimed(now)
    if not links:
        return None
    turns = _Turns()
    pool = ThreadPoolExecutor(max_workers=len(links))
    looks = [pool.submit(look, link.address, turns) for link in links]
    wait(looks, timeout=_LONGEST)
    # Those that are not done end by themselves.
    pool.shutdown(wait=False)
    found = [each.result() if each.done() else _not_answered(_TOO_LONG) for each in looks]
    if not any(each.is_answered for each in found):
        found = [_not_answered(each.says) for each in found]
    for link, each in zip(links, found, strict=True):
        note_link(link, each, now)
    counts = Counter(
        {True: "gone", False: "fine", None: "could not be checked"}[each.is_gone] for each in found
    )
    return ", ".join(f"{count} {what}" for what, count in counts.items())


def look(address: str, turns: _Turns | None = None) -> LinkFound:
    """Ask for the head of a page, and for the page where that fails: many servers answer only the second."""
    turns, until = turns or _Turns(), monotonic() + _LONGEST
    found = LinkFound(None, "")
    for method in ("HEAD", "GET"):
        if found.says and monotonic() > until:
            break
        try:
            found = _judged(_followed(turns, method, address, until))
        except NoSuchHostError as error:
            return LinkFound(True, str(error), is_answered=False)
        except OutgoingError as error:
            found = _not_answered(str(error))
        except ValueError:
            # What a redirect says may be anything.
            found = LinkFound(None, "It leads to an invalid address.")
        if found.is_gone is False:
            break
    return found


def _followed(turns: _Turns, method: str, address: str, until: float) -> Reply:
    """The answer behind redirects. Each address is checked by itself, as if it had been typed in."""
    for _ in range(_REDIRECTS + 1):
        address = _plain(address)
        reply = turns.send(method, address, until)
        if reply.status not in (301, 302, 303, 307, 308) or not reply.location:
            return reply
        if monotonic() > until:
            raise OutgoingError(_TOO_LONG)
        address = urljoin(address, reply.location)
    raise OutgoingError(f"It leads on more than {_REDIRECTS} times.")


def _plain(address: str) -> str:
    """The address in ASCII, as browsers send it."""
    parts = urlsplit(address)
    try:
        host = (parts.hostname or "").encode("idna").decode()
    except UnicodeError as error:
        raise OutgoingError("This is not an address of the web.") from error
    if parts.hostname and not parts.hostname.isascii():
        parts = parts._replace(netloc=f"{host}:{parts.port}" if parts.port else host)
    return iri_to_uri(parts.geturl()) or ""


def _judged(reply: Reply) -> LinkFound:
    if 200 <= reply.status < 300:
        return LinkFound(False, "")
    return LinkFound(True if reply.status in _GONE else None, f"It answers {reply.status}.")


def _not_answered(says: str) -> LinkFound:
    return LinkFound(None, says, is_answered=False)


def _host(address: str) -> str:
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""


def _claimed(now: datetime) -> list[LinkCheck]:
    """Take some that are due, two a host, so that no second process takes them too."""
    due = (
        _links_in_use()
        .filter(Q(link_check=None) | Q(link_check__check_at__lte=now) | ~Q(link_check__address=F("url")))
        .order_by(F("link_check__check_at").asc(nulls_first=True), "pk")
    )
    of_host: Counter[str] = Counter()
    claimed: list[LinkCheck] = []
    for material in due[:_MOST_DUE]:
        of_host[_host(material.url)] += 1
        if of_host[_host(material.url)] <= _A_HOST and len(claimed) < _ROUND:
            claimed += _claim(material, now)
    if any(check.is_fine for check in claimed):
        return claimed
    return claimed + _claimed_along(claimed, now)


def _claimed_along(suspects: Sequence[LinkCheck], now: datetime) -> list[LinkCheck]:
    """Take some before their time, of other hosts, that may show whether the own network is up: the fine ones first."""
    if not suspects:
        return []
    likely = (
        _links_in_use()
        .filter(link_check__address=F("url"), link_check__gone_since=None, link_check__check_at__gt=now)
        .exclude(link_check__checked_at=None)
        .order_by(Case(When(link_check__found="", then=0), default=1), "link_check__check_at", "pk")
    )
    hosts = {_host(check.address) for check in suspects}
    claimed: list[LinkCheck] = []
    for material in likely[:_MOST_DUE]:
        if len(claimed) < _ALONG and _host(material.url) not in hosts:
            hosts.add(_host(material.url))
            claimed += _claim(material, now)
    return claimed


def _links_in_use() -> QuerySet[Material]:
    materials = Material.objects.in_use().filter(milestone__course__archived_at=None).exclude(url="")
    return materials.select_related("link_check")


def _claim(material: Material, now: datetime) -> list[LinkCheck]:
    """Take the link; none if another process took it since it was read."""
    claimed: dict[str, Any] = {"address": material.url, "check_at": now + _CLAIM}
    check: LinkCheck | None = getattr(material, "link_check", None)
    if check is None:
        made, is_made = LinkCheck.objects.get_or_create(material=material, defaults=claimed)
        return [made] if is_made else []
    if check.address != material.url:
        claimed |= _NOTHING_FOUND
    as_read = LinkCheck.objects.filter(pk=check.pk, address=check.address, check_at=check.check_at)
    return list(LinkCheck.objects.filter(pk=check.pk)) if as_read.update(**claimed) else []


@transaction.atomic
def note_link(check: LinkCheck, found: LinkFound, now: datetime) -> None:
    """Note what a look found: gone at two looks is dead, until one finds it. One that cannot tell changes neither.

    What was found of an address that was changed meanwhile is not noted.
    """
    same = LinkCheck.objects.select_for_update().filter(pk=check.pk, address=check.address)
    if not same:
        return
    check = same[0]
    check.checked_at, check.check_at = now, now + _WEEK
    if found.is_gone is not None or not check.is_dead:
        # A dead one says for what it is dead.
        check.found = found.says[:_MOST_SAID]
    if found.is_gone:
        check.gone_since = check.gone_since or now
        check.is_dead = now >= check.gone_since + _APART
        check.check_at = now + (_WEEK if check.is_dead else _DAY)
    elif found.is_gone is False:
        check.gone_since, check.is_dead = None, False
    check.save()


def look_again(*, material: Material, at: datetime) -> None:
    """Let the next round look at the link of a material that somebody saved. Until then it stays what it was."""
    LinkCheck.objects.filter(material=material).update(check_at=at)
