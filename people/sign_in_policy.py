"""How often somebody may try to sign in, or have a mail to sign in by: all limits of it (docs/decisions/0057).

It goes by the typed address, whether somebody has it or not, so nobody learns who has an account. A stranger spends
what strangers have; a browser in which a person has signed in has its own, so nobody is locked out by somebody else:
https://owasp.org/www-community/Slow_Down_Online_Guessing_Attacks_with_Device_Cookies.
"""

import secrets
from datetime import datetime, timedelta
from ipaddress import IPv6Address, IPv6Network, ip_address

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac

from lib.refusals import Refused
from people.actions.limits import Count, Limit, hidden, spend_each
from people.audit import where
from people.models import User

_MINUTES, _DAY = timedelta(minutes=5), timedelta(days=1)
# Wrong passwords and second factors.
_OF_A_NETWORK = Limit("wrong there", 10, "", "a network", timedelta(minutes=1))
_OF_AN_ADDRESS = Limit("wrong", 5, "", "an address and network", _MINUTES)
_A_DAY = Limit("wrong a day", 100, "", "an address", _DAY)
_OF_A_BROWSER = Limit("wrong in it", 5, "", "a known browser", _MINUTES)
# Requests of codes and of links to a new password, and presses of the button of a provider.
_ASKED = Limit("asked there", 30, "", "a network", timedelta(minutes=1))
# The mails of them, some of which are kept for known browsers.
_MAILS = (
    Limit("codes", 6, "", "an address", kept=2),
    Limit("codes a day", 20, "", "an address", _DAY, kept=6),
)

_COOKIE = _SALT = "known_browser"
# It is known for so long after signing in, to so many people.
KNOWN_FOR = timedelta(days=90)
_PEOPLE = 5


def spend_try(request: HttpRequest, address: str, *, what: str = "password") -> list[Count]:
    """Count a try before it is known whether it is right, so that many at once count. `give_back` takes it back.

    Raises:
        ValidationError: nothing more may be tried now.
    """
    now, typed = timezone.now(), f"{what} {address.strip().lower()}"
    counts: list[Count]
    if browser := _known_browser(request, User.objects.of_mailbox(address.strip()), now):
        counts = [(_OF_A_BROWSER, hidden(f"{typed} {browser}"))]
    else:
        network = _network(request)
        counts = [
            (_OF_A_NETWORK, hidden(network)),
            (_OF_AN_ADDRESS, hidden(f"{typed} {network}")),
            (_A_DAY, hidden(typed)),
        ]
    try:
        spend_each(counts, at=now)
    except Refused as refused:
        raise get_adapter().validation_error("too_many_login_attempts") from refused
    return counts


def count_asked(request: HttpRequest, person: User | None) -> None:
    """Count that a mail to sign in by is asked for, or the button of a provider is pressed.

    Raises:
        ValidationError: too much was asked for from this network.
    """
    now = timezone.now()
    if _known_browser(request, person, now):
        return
    try:
        spend_each([(_ASKED, hidden(_network(request)))], at=now)
    except Refused as refused:
        raise get_adapter().validation_error("rate_limited") from refused


def may_mail(request: HttpRequest, *, to: str, at: datetime) -> bool:
    """Count that a code or a link is mailed to this address, if another one may be."""
    is_known = bool(_known_browser(request, User.objects.of_mailbox(to), at))
    try:
        spend_each([(limit, hidden(to)) for limit in _MAILS], at=at, may_take_kept=is_known)
    except Refused:
        return False
    return True


def _network(request: HttpRequest) -> str:
    """The address of the client; of IPv6 what one customer has, since each has as many addresses as they like."""
    text = where(request)
    try:
        address = ip_address(text)
    except ValueError:
        return text
    if not isinstance(address, IPv6Address):
        return text
    return str(address.ipv4_mapped or IPv6Network((int(address), 64), strict=False))


def know_browser(request: HttpRequest) -> None:
    """Let the answer to this request tell the browser that its person has signed in there."""
    request.is_known_from_now = True  # type: ignore[attr-defined]


def mark_known(request: HttpRequest, response: HttpResponseBase, person: User) -> None:
    """Set the cookie, if the request asked for it. Signing out keeps it; `put_out` and a new password end it."""
    if not getattr(request, "is_known_from_now", False):
        return
    browser, known = _read(request)
    others = [entry for entry in known if entry[0] != person.pk][: _PEOPLE - 1]
    entry = (person.pk, timezone.now().timestamp(), _mark(person))
    response.set_cookie(
        _COOKIE,
        signing.dumps([browser or secrets.token_hex(8), [entry, *others]], salt=_SALT),
        max_age=KNOWN_FOR,
        # Of the pages that sign in.
        path=reverse("people:account"),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _known_browser(request: HttpRequest, person: User | None, now: datetime) -> str:
    """Return the random name of the browser, if this person has signed in there lately."""
    if person is None:
        return ""
    browser, known = _read(request)
    since = (now - KNOWN_FOR).timestamp()
    is_known = any(
        pk == person.pk and at > since and constant_time_compare(mark, _mark(person))
        for pk, at, mark in known
    )
    return browser if is_known else ""


def _read(request: HttpRequest) -> tuple[str, list[tuple[int, float, str]]]:
    try:
        browser, known = signing.loads(request.COOKIES.get(_COOKIE, ""), salt=_SALT)
    except signing.BadSignature:
        return "", []
    return browser, known


def _mark(person: User) -> str:
    """Changes with the password, which `put_out` takes away."""
    return salted_hmac(_SALT, person.password, algorithm="sha256").hexdigest()[:20]
