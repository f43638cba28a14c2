"""Requests to addresses that people typed in.

What Trefoil can reach, people outside may not: other services of its own machine and network. So the name is resolved
here, every address that it has must be a public one, and the connection goes to one that was checked: where the name
leads a moment later does not matter. No redirect is followed, no proxy is used, and no answer is read beyond its head.
An operator allows hosts of the own network by name in OUTGOING_HOSTS.
"""

import http.client
import ipaddress
import socket
import ssl
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from threading import Thread
from urllib.parse import SplitResult, urlsplit

from django.conf import settings

# Seconds that a step may take, and all of them together.
_STEP, _TOTAL = 5.0, 10.0
# How many addresses of a name are tried.
_TRIED = 2
_NO_SUCH_NAME = (socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME))
# The addresses of IPv4 that one of IPv6 leads to: https://www.rfc-editor.org/rfc/rfc6052
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


class OutgoingError(Exception):
    """The request was not made, or was not answered; the message for people says why."""


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
) -> Reply:
    """Make one request and return the head of its answer, within ten seconds.

    Raises:
        NoSuchHostError: there is no public host of this name.
        OutgoingError: the address leads to no public host, or nobody answers there.
    """
    parts = checked(address, schemes=schemes)
    host = str(parts.hostname).lower()
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    connection = _CheckedConnection(
        host, parts.port or (443 if parts.scheme == "https" else 80), parts.scheme
    )
    replies: list[Reply | OutgoingError] = []

    def ask() -> None:
        try:
            connection.request(
                method, target, body=body, headers={"User-Agent": "Trefoil", **(headers or {})}
            )
            answer = connection.getresponse()
            location = answer.headers.get("Location", "")
            replies.append(Reply(answer.status, location, answer.headers.get("Retry-After", "")))
        except OutgoingError as error:
            replies.append(error)
        except ssl.SSLError:
            replies.append(OutgoingError(f"{host} has no valid certificate, or speaks no TLS."))
        except Exception:
            replies.append(OutgoingError(f"{host} does not answer."))
        finally:
            connection.close()

    # In a thread: a slow name server, and one that sends a byte now and then, keep to no limit of a socket.
    asking = Thread(target=ask, daemon=True)
    asking.start()
    asking.join(_TOTAL)
    if not replies:
        connection.cut()
        raise OutgoingError(f"{host} does not answer.")
    if isinstance(replies[0], OutgoingError):
        raise replies[0]
    return replies[0]


class _CheckedConnection(http.client.HTTPConnection):
    """A connection to one of the addresses that the name of the host has now, all of which were checked."""

    def __init__(self, host: str, port: int, scheme: str) -> None:
        super().__init__(host, port, timeout=_STEP)
        self._scheme = scheme
        self.default_port = 443 if scheme == "https" else 80
        self._is_cut = False

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
        if self._scheme == "https":
            self.sock = ssl.create_default_context().wrap_socket(self.sock, server_hostname=self.host)
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
        is_allowed = self.host in settings.OUTGOING_HOSTS
        if not is_allowed and not all(is_public(ipaddress.ip_address(one)) for _, one in addresses):
            raise NoSuchHostError(self.host)
        return addresses

    def cut(self) -> None:
        """End it, from another thread."""
        self._is_cut = True
        if self.sock is not None:
            with suppress(OSError):
                self.sock.shutdown(socket.SHUT_RDWR)
