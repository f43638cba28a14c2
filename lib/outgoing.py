"""Requests to addresses that people typed in, and to providers that an operator named.

Trefoil can reach addresses that people outside may not: other services of its own machine and network. So the name is
resolved here, every address that it has must be a public one, and the connection goes to one that was checked: where
the name leads a moment later does not matter. No proxy is used, and no answer is read beyond its head unless a limit
is given. `follow` checks each redirect as if it had been typed in. An operator allows hosts of the own network by
name in OUTGOING_HOSTS. The addresses of providers come from an operator: their hosts are trusted, and asked through
HTTPS_PROXY.
"""

import base64
import http.client
import ipaddress
import socket
import ssl
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from threading import Thread
from time import monotonic
from urllib.parse import SplitResult, unquote, urljoin, urlsplit
from urllib.request import getproxies, proxy_bypass

from django.conf import settings
from django.utils.encoding import iri_to_uri

# Seconds that connecting may take, and all of it.
_STEP, _TOTAL = 5.0, 10.0
# How many addresses of a name are tried.
_TRIED = 2
_NO_SUCH_NAME = (socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME))
# The addresses of IPv4 that one of IPv6 leads to: https://www.rfc-editor.org/rfc/rfc6052
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


class OutgoingError(Exception):
    """The request was not made, or was not answered; the message for people says why."""


class NoAnswerError(OutgoingError):
    """Nobody answers there, or not in time."""

    def __init__(self, host: str) -> None:
        super().__init__(f"{host} does not answer.")


class NoSuchHostError(OutgoingError):
    """There is no public host of this name: none at all, or one of the own network.

    Both are one error, so that nobody learns which names there are.
    """

    def __init__(self, host: str) -> None:
        super().__init__(f"There is no public host {host}.")


@dataclass(frozen=True, slots=True)
class Reply:
    status: int
    location: str = ""
    retry_after: str = ""
    # Of the body: its media type, and the name that it is to be saved under.
    media_type: str = ""
    name: str = ""
    content: bytes = b""


def checked(address: str, *, schemes: Collection[str] = ("https",)) -> SplitResult:
    """Return the parts of an address as far as they can be judged without asking for its name.

    Raises:
        OutgoingError: it is no address with one of these schemes of a public host, nor one of a host that an operator
            allows.
    """
    try:
        parts = urlsplit(address.strip())
        port = parts.port
    except ValueError as error:
        raise OutgoingError("This is not an address of the web.") from error
    host = (parts.hostname or "").lower()
    if not host or parts.username is not None or parts.password is not None or port == 0:
        raise OutgoingError("This is not an address of the web.")
    if not host.isascii() or any(character.isspace() or not character.isprintable() for character in address):
        raise OutgoingError("Write the address without spaces and special characters.")
    if host in settings.OUTGOING_HOSTS:
        if parts.scheme not in ("https", "http"):
            raise OutgoingError("The address begins with https:// or http://.")
        return parts
    if parts.scheme not in schemes:
        raise OutgoingError(f"The address begins with {' or '.join(f'{scheme}://' for scheme in schemes)}.")
    try:
        literal = ipaddress.ip_address(host)
    except ValueError:
        return parts
    if not is_public(literal):
        raise OutgoingError("This address is of a private network. A site admin can allow it.")
    return parts


def is_public(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    """Whether everybody can reach this address. Those that stand for one of IPv4 are judged by that."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo and address.teredo[1])
        if inner is None and address in _NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner:
            return is_public(inner)
        if address.is_site_local:
            return False
    return address.is_global and not address.is_multicast and not address.is_reserved


def send(
    method: str,
    address: str,
    *,
    body: bytes | None = None,
    headers: Mapping[str, str] | None = None,
    schemes: Collection[str] = ("https",),
    most_bytes: int = 0,
    seconds: float | None = None,
    trusts_host: bool = False,
) -> Reply:
    """Make one request and return the head of its answer, within ten seconds if nothing else is said.

    Args:
        trusts_host: an operator gave the address, so it may be of the own network.
        most_bytes: read what is answered with 200, unless it is longer.

    Raises:
        NoSuchHostError: there is no public host of this name.
        NoAnswerError: nobody answers there, or not in time.
        OutgoingError: the address leads to no public host, or it answers with more than is to be read.
    """
    seconds = _TOTAL if seconds is None else seconds
    parts = urlsplit(address) if trusts_host else checked(_in_ascii(address), schemes=schemes)
    host = str(parts.hostname).lower()
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    connection = _CheckedConnection(
        host, parts.port or (443 if parts.scheme == "https" else 80), parts.scheme, seconds, trusts_host
    )
    if trusts_host and parts.scheme == "https":
        connection.go_through_proxy()
    replies: list[Reply | OutgoingError] = []

    def ask() -> None:
        try:
            connection.request(
                method, target, body=body, headers={"User-Agent": "Trefoil", **(headers or {})}
            )
            with connection.getresponse() as answer:
                head = answer.headers
                content = _content(answer, most_bytes) if most_bytes and answer.status == 200 else b""
                location, retry_after = head.get("Location", ""), head.get("Retry-After", "")
                media_type, name = head.get_content_type(), head.get_filename() or ""
                replies.append(Reply(answer.status, location, retry_after, media_type, name, content))
        except OutgoingError as error:
            replies.append(error)
        except ssl.SSLError:
            replies.append(OutgoingError(f"{host} has no valid certificate, or speaks no TLS."))
        except Exception:
            replies.append(NoAnswerError(host))
        finally:
            connection.close()

    # In a thread: a slow name server, and one that sends a byte now and then, keep to no limit of a socket.
    asking = Thread(target=ask, daemon=True)
    asking.start()
    asking.join(seconds)
    if not replies:
        connection.cut()
        raise NoAnswerError(host)
    if isinstance(replies[0], OutgoingError):
        raise replies[0]
    return replies[0]


def follow(
    method: str,
    address: str,
    *,
    redirects: int,
    seconds: float,
    schemes: Collection[str] = ("https",),
    most_bytes: int = 0,
) -> Reply:
    """Return the answer behind redirects, within so many seconds in all.

    Raises:
        NoSuchHostError, OutgoingError: as of `send`, of any of the addresses, or they are too many.
    """
    until = monotonic() + seconds
    for _ in range(redirects + 1):
        left = until - monotonic()
        if left <= 0:
            raise OutgoingError("It takes too long.")
        reply = send(method, address, schemes=schemes, most_bytes=most_bytes, seconds=left)
        if reply.status not in (301, 302, 303, 307, 308) or not reply.location:
            return reply
        try:
            address = urljoin(address, reply.location)
        except ValueError as error:
            # The target of a redirect may be anything.
            raise OutgoingError("It leads to an invalid address.") from error
    raise OutgoingError(f"It leads on more than {redirects} times.")


def _in_ascii(address: str) -> str:
    """The address as browsers send it."""
    try:
        parts = urlsplit(address)
        host = (parts.hostname or "").encode("idna").decode()
        if parts.hostname and not parts.hostname.isascii():
            parts = parts._replace(netloc=f"{host}:{parts.port}" if parts.port else host)
    except ValueError as error:
        raise OutgoingError("This is not an address of the web.") from error
    return iri_to_uri(parts.geturl()) or ""


def _content(answer: http.client.HTTPResponse, most_bytes: int) -> bytes:
    if answer.headers.get("Content-Encoding", "identity") != "identity":
        raise OutgoingError("It is sent packed, though that was not asked for.")
    content = answer.read(most_bytes + 1)
    if len(content) > most_bytes:
        raise OutgoingError(f"It has more than {most_bytes / 1_000_000:,.0f} MB, which is the limit.")
    if answer.length:
        raise OutgoingError("It broke off.")
    return content


class _CheckedConnection(http.client.HTTPConnection):
    """A connection to one of the addresses that the name of the host has now, all of which were checked."""

    def __init__(self, host: str, port: int, scheme: str, seconds: float, trusts_host: bool) -> None:
        super().__init__(host, port)
        self._scheme, self._seconds = scheme, seconds
        self._tls_host, self._is_tunnelled = host, False
        self._is_allowed = trusts_host or host in settings.OUTGOING_HOSTS
        self._authorities = (settings.REQUESTS_CA_BUNDLE or None) if trusts_host else None
        self.default_port = 443 if scheme == "https" else 80
        self._is_cut = False

    def go_through_proxy(self) -> None:
        """If the environment names one for this host."""
        proxy = urlsplit(getproxies().get("https", ""))
        if not proxy.hostname or proxy_bypass(self.host):
            return
        login = f"{unquote(proxy.username or '')}:{unquote(proxy.password or '')}"
        told = {"Proxy-Authorization": f"Basic {base64.b64encode(login.encode()).decode()}"}
        self.set_tunnel(self.host, self.port, told if proxy.username else {})
        self.host, self.port, self._is_tunnelled = proxy.hostname, proxy.port or 80, True

    def connect(self) -> None:
        error: OSError | None = None
        for family, address in self._addresses()[:_TRIED]:
            if self._is_cut:
                raise OSError("too late")
            try:
                self.sock = socket.socket(family, socket.SOCK_STREAM)
                self.sock.settimeout(_STEP)
                self.sock.connect((address, self.port))
                break
            except OSError as failed:
                self.sock.close()
                error = failed
        else:
            raise error or OSError("no address")
        if self._is_tunnelled:
            self._tunnel()  # type: ignore[attr-defined]
        if self._scheme == "https":
            trusted = ssl.create_default_context(cafile=self._authorities)
            self.sock = trusted.wrap_socket(self.sock, server_hostname=self._tls_host)
        self.sock.settimeout(self._seconds)
        if self._is_cut:
            raise OSError("too late")

    def _addresses(self) -> list[tuple[int, str]]:
        try:
            found = socket.getaddrinfo(self.host, self.port, type=socket.SOCK_STREAM)
        except OSError as error:
            if isinstance(error, socket.gaierror) and error.errno in _NO_SUCH_NAME:
                raise NoSuchHostError(self.host) from error
            # The name server is away, or the whole network.
            raise OutgoingError(f"Nobody can say now where {self.host} is.") from error
        addresses = [(int(family), str(where[0])) for family, _, _, _, where in found]
        if not self._is_allowed and not all(is_public(ipaddress.ip_address(one)) for _, one in addresses):
            raise NoSuchHostError(self.host)
        return addresses

    def cut(self) -> None:
        """End it, from another thread."""
        self._is_cut = True
        if self.sock is not None:
            with suppress(OSError):
                self.sock.shutdown(socket.SHUT_RDWR)
