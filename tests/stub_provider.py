"""A provider by which people sign in: a small server that speaks OpenID Connect, and GitHub's own dialect of OAuth."""

import base64
import json
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from django.utils import timezone

CLIENT = {"client_id": "trefoil", "client_secret": "between us"}


@cache
def _key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@dataclass
class StubProvider:
    """`accounts` are what is told of whom, by subject."""

    url: str
    accounts: dict[str, dict[str, Any]] = field(default_factory=dict)
    # Changes that falsify the discovery and the tokens.
    discovery: dict[str, Any] = field(default_factory=dict)
    token: dict[str, Any] = field(default_factory=dict)
    is_away: bool = False
    # It sends a byte every three seconds.
    drips: bool = False
    # The paths that were asked for.
    heard: list[str] = field(default_factory=list)
    asked: dict[str, tuple[str, dict[str, str]]] = field(default_factory=dict)

    @property
    def variables(self) -> dict[str, str]:
        """The environment of a Trefoil that trusts it."""
        return {
            "ACME_ISSUER": self.url,
            "ACME_CLIENT_ID": CLIENT["client_id"],
            "ACME_CLIENT_SECRET": CLIENT["client_secret"],
            "GITHUB_CLIENT_ID": CLIENT["client_id"],
            "GITHUB_CLIENT_SECRET": CLIENT["client_secret"],
        }

    def sign_in(self, subject: str, query: dict[str, str]) -> str:
        """Sign this account in; return where the browser is sent to."""
        assert query["response_type"] == "code"
        assert query["client_id"] == CLIENT["client_id"]
        assert query["code_challenge_method"] == "S256"
        told = {"state": query["state"]}
        if subject:
            told["code"] = secrets.token_hex(8)
            self.asked[told["code"]] = (subject, query)
        else:
            told["error"] = "access_denied"
        return f"{query['redirect_uri']}?{urlencode(told)}"

    def token_for(self, sent: dict[str, str]) -> dict[str, Any] | None:
        subject, query = self.asked.pop(sent["code"], ("", {}))
        digest = sha256(sent.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        if challenge != query.get("code_challenge") or sent["client_secret"] != CLIENT["client_secret"]:
            return None
        at = int(timezone.now().timestamp())
        claims = {"iss": self.url, "sub": subject, "aud": sent["client_id"], "iat": at, "exp": at + 300}
        signed = jwt.encode(claims | self.token, _key(), "RS256", headers={"kid": "1"})
        return {"access_token": subject, "token_type": "Bearer", "id_token": signed}

    def answer(self, path: str, sent: dict[str, str], bearer: str) -> Any:
        """The answer of an address, as JSON; text is where it redirects to, and None a refusal."""
        account = self.accounts.get(bearer, {})
        match path:
            case "/.well-known/openid-configuration":
                return {
                    "issuer": self.url,
                    "authorization_endpoint": f"{self.url}/authorize",
                    "token_endpoint": f"{self.url}/token",
                    "userinfo_endpoint": f"{self.url}/userinfo",
                    "jwks_uri": f"{self.url}/jwks",
                    "token_endpoint_auth_methods_supported": ["client_secret_post"],
                } | self.discovery
            case "/token" | "/login/oauth/access_token":
                return self.token_for(sent)
            case "/userinfo":
                return {"sub": bearer} | account if account else None
            case "/api/v3/user":
                return {"id": int(bearer), "login": account["login"], "email": None}
            case "/api/v3/user/emails":
                return account["emails"]
        return None

    def page(self, query: dict[str, str]) -> str:
        """The page on which one chooses an account."""
        links = "".join(
            f'<p><a href="{escape(self.sign_in(subject, query))}">{escape(subject or "Cancel")}</a></p>'
            for subject in ("", *self.accounts)
        )
        return f'<!doctype html><html lang="en"><title>Stub</title><link rel="icon" href="data:,"><h1>Stub</h1>{links}'


class _Handler(BaseHTTPRequestHandler):
    stub: StubProvider

    def do_GET(self) -> None:
        self._answer({})

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        self._answer(dict(parse_qsl(body)))

    def _answer(self, sent: dict[str, str]) -> None:
        parts = urlsplit(self.path)
        kind, status = "application/json", 200
        self.stub.heard.append(parts.path)
        if self.stub.drips:
            self._drip()
            return
        if self.stub.is_away:
            # As if nothing listened.
            self.close_connection = True
            return
        if parts.path == "/authorize" and self.headers.get("Host", "").startswith("127"):
            # Over another origin, as where a company's provider asks another one.
            self.send_response(302)
            self.send_header("Location", f"http://localhost:{urlsplit(self.stub.url).port}{self.path}")
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        if parts.path in ("/authorize", "/login/oauth/authorize"):
            kind, body = "text/html", self.stub.page(dict(parse_qsl(parts.query)))
        else:
            bearer = self.headers.get("Authorization", "").rpartition(" ")[2]
            told = self.stub.answer(parts.path, sent, bearer)
            status, body = (200, json.dumps(told)) if told is not None else (400, "{}")
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body.encode())))
        self.end_headers()
        self.wfile.write(body.encode())

    def _drip(self) -> None:
        with suppress(OSError):
            for byte in b"HTTP/1.1 200 OK\r\n" + b"X-More: and more\r\n" * 1_000:
                self.wfile.write(bytes([byte]))
                time.sleep(3)
        self.close_connection = True

    def log_message(self, *args: Any) -> None:
        pass


@contextmanager
def stub_provider() -> Iterator[StubProvider]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {}))
    stub = StubProvider(f"http://127.0.0.1:{server.server_address[1]}")
    server.RequestHandlerClass.stub = stub  # type: ignore[attr-defined]
    server.daemon_threads = True
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield stub
    finally:
        server.shutdown()
        server.server_close()
