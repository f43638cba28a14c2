"""What allauth asks a provider, so that one that hangs stops nobody (docs/decisions/0057)."""

import json
import logging
import time
from contextlib import suppress
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

from allauth.core import context
from django.core.cache import cache
from requests import ConnectionError as NoConnectionError
from requests import PreparedRequest, Response
from requests.adapters import BaseAdapter

from lib.outgoing import NoAnswerError, OutgoingError, Reply, send

logger = logging.getLogger("trefoil.access")
# Seconds, for all that is asked for one page, and bytes of each answer.
_TOTAL, _MOST_BYTES = 5.0, 1_000_000
# Seconds after which who waits for a provider is thought to wait in vain: nobody else begins to.
_IN_DOUBT = 1.0
_AWAY_FOR, _DISCOVERY_KEPT_FOR = 60, 3_600


class ProviderTransport(BaseAdapter):
    """Sends by `lib.outgoing`. The operator names the provider, so it may be in the own network.

    One process at a time asks a provider: those who come meanwhile are told after a second that it does not answer, and
    everybody for a minute once it is sure. All others find a process that is free.
    """

    def send(self, request: PreparedRequest, *args: object, **kwargs: object) -> Response:
        """Raises ConnectionError: it does not answer, or the answer is not to be read."""
        url = str(request.url)
        away, asked = (f"provider-{word}:{urlsplit(url).netloc}" for word in ("away", "asked"))
        while True:
            noted = cache.get_many([away, asked, url])
            if away in noted or time.time() - noted.get(asked, time.time()) > _IN_DOUBT:
                raise NoConnectionError(f"{url} did not answer a moment ago")
            if url in noted:
                return _response(request, noted[url])
            if cache.add(asked, time.time(), _TOTAL):
                break
            time.sleep(0.1)
        try:
            reply = self._ask(request)
        except NoAnswerError as error:
            cache.set(away, True, _AWAY_FOR)
            raise NoConnectionError(str(error)) from error
        except OutgoingError as error:
            raise NoConnectionError(str(error)) from error
        finally:
            cache.delete(asked)
        if _is_discovery(reply):
            cache.set(url, reply, _DISCOVERY_KEPT_FOR)
        return _response(request, reply)

    def _ask(self, request: PreparedRequest) -> Reply:
        page = context.request
        page.asks_until = getattr(page, "asks_until", time.monotonic() + _TOTAL)
        return send(
            str(request.method),
            str(request.url),
            body=str(request.body).encode() if request.body else None,
            # Packed answers are not read.
            headers={
                name: str(value) for name, value in request.headers.items() if name != "Accept-Encoding"
            },
            trusts_host=True,
            most_bytes=_MOST_BYTES,
            seconds=max(page.asks_until - time.monotonic(), 0),
        )

    def close(self) -> None:
        pass


def _is_discovery(reply: Reply) -> bool:
    """Whether it is the document that says where a provider answers. What it says to a code is not kept."""
    told: Any = None
    with suppress(ValueError):
        told = json.loads(reply.content)
    return isinstance(told, dict) and "authorization_endpoint" in told


def _response(request: PreparedRequest, reply: Reply) -> Response:
    response = Response()
    response.request, response.url = request, str(request.url)
    response.status_code, response.raw = reply.status, BytesIO(reply.content)
    response.headers["Content-Type"] = reply.media_type
    if reply.location:
        response.headers["Location"] = reply.location
    return response
