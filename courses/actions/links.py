"""Look once a week where the addresses of materials lead, one after the other, and note which are gone.

Gone is 404, 410, or that there is no such public host: of the own network only hosts in OUTGOING_HOSTS are there, or
whoever adds a link would learn which others are. Anything else that is no success says nothing of the page: whoever
asks for a sign-in, or is out of order, could not be checked. That there is no such host is believed only while another
host answers: where the own network is down, there is none at all.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.db.models import Case, F, Q, QuerySet, When

from courses.models import LinkCheck, Material
from lib.outgoing import NoSuchHostError, OutgoingError, Reply, follow, send

_WEEK, _DAY = timedelta(days=7), timedelta(days=1)
# A second look so much later tells what is gone from what was away.
_APART = timedelta(hours=12)
# How long a look may take before another process takes the same.
_CLAIM = timedelta(hours=1)
_NOTHING_FOUND = {"found": "", "is_dead": False, "gone_since": None, "checked_at": None}
_REDIRECTS = 5
# Seconds that a look may take: requests for help wait for it.
_LONGEST = 10
# Other hosts that are asked whether the own network is up.
_OTHERS = 3
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


def check_next_link(now: datetime) -> str | None:
    """Look at the link that is due for longest, and say what was found."""
    # A demo is somebody's trial: it does not knock at the doors of the hosts that its course names.
    if not settings.LINK_CHECKS or settings.DEMO:
        return None
    due = Q(link_check=None) | Q(link_check__check_at__lte=now) | ~Q(link_check__address=F("url"))
    material = (
        _links_in_use().filter(due).order_by(F("link_check__check_at").asc(nulls_first=True), "pk").first()
    )
    link = _claim(material, now) if material else None
    if link is None:
        return None
    found = look(link.address)
    if found.is_gone and not found.is_answered and not _is_another_host_there(_host(link.address)):
        found = LinkFound(None, found.says, is_answered=False)
    note_link(link, found, now)
    return {True: "gone", False: "fine", None: "could not be checked"}[found.is_gone]


def look(address: str) -> LinkFound:
    """Ask for the head of a page, and for the page where that fails: many servers answer only the second."""
    until = monotonic() + _LONGEST
    found = LinkFound(None, "")
    for method in ("HEAD", "GET"):
        if found.says and monotonic() > until:
            break
        try:
            left = until - monotonic()
            reply = follow(method, address, redirects=_REDIRECTS, seconds=left, schemes=_SCHEMES)
            found = _judged(reply)
        except NoSuchHostError as error:
            return LinkFound(True, str(error), is_answered=False)
        except OutgoingError as error:
            found = LinkFound(None, str(error), is_answered=False)
        if found.is_gone is False:
            break
    return found


def _judged(reply: Reply) -> LinkFound:
    if 200 <= reply.status < 300:
        return LinkFound(False, "")
    return LinkFound(True if reply.status in _GONE else None, f"It answers {reply.status}.")


def _host(address: str) -> str:
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""


def _is_another_host_there(host: str) -> bool:
    """Whether some other host of our links answers: those first that were found at their last look."""
    others = _links_in_use().filter(link_check__gone_since=None)
    is_fine = Q(link_check__found="", link_check__checked_at__isnull=False)
    asked = {host}
    for url in others.order_by(Case(When(is_fine, then=0), default=1), "pk").values_list("url", flat=True):
        if len(asked) > _OTHERS:
            break
        if _host(url) in asked:
            continue
        asked.add(_host(url))
        try:
            send("HEAD", url, schemes=_SCHEMES)
        except OutgoingError:
            continue
        return True
    return False


def _links_in_use() -> QuerySet[Material]:
    materials = Material.objects.in_use().filter(milestone__course__archived_at=None).exclude(url="")
    return materials.select_related("link_check")


def _claim(material: Material, now: datetime) -> LinkCheck | None:
    """Take the link; none if another process took it since it was read."""
    claimed: dict[str, Any] = {"address": material.url, "check_at": now + _CLAIM}
    check: LinkCheck | None = getattr(material, "link_check", None)
    if check is None:
        made, is_made = LinkCheck.objects.get_or_create(material=material, defaults=claimed)
        return made if is_made else None
    if check.address != material.url:
        claimed |= _NOTHING_FOUND
    as_read = LinkCheck.objects.filter(pk=check.pk, address=check.address, check_at=check.check_at)
    return LinkCheck.objects.get(pk=check.pk) if as_read.update(**claimed) else None


@transaction.atomic
def note_link(check: LinkCheck, found: LinkFound, now: datetime) -> None:
    """Note what a look found: gone at two looks is dead, until one finds it. One that cannot tell changes neither.

    An address that did not answer, or is gone for the first time, is asked again after a day. Findings about an
    address that was changed meanwhile are not noted.
    """
    same = LinkCheck.objects.select_for_update().filter(pk=check.pk, address=check.address)
    if not same:
        return
    check = same[0]
    if found.is_gone is not None or not check.is_dead:
        # A dead one says for what it is dead.
        check.found = found.says[:_MOST_SAID]
    if found.is_gone:
        check.gone_since = check.gone_since or now
        check.is_dead = now >= check.gone_since + _APART
    elif found.is_gone is False:
        check.gone_since, check.is_dead = None, False
    is_sure = check.is_dead if found.is_gone else found.is_answered
    check.checked_at, check.check_at = now, now + (_WEEK if is_sure else _DAY)
    check.save()


def look_again(*, material: Material, at: datetime) -> None:
    """Let the next round look at the link of a material that somebody saved. Until then it stays what it was."""
    LinkCheck.objects.filter(material=material).update(check_at=at)
