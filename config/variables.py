"""The variables of the environment. One that is typed wrong stops the start with its name, and with what is expected.

No message repeats a value: it may be a secret.
"""

import os
import re
from collections.abc import Mapping
from email.utils import parseaddr
from typing import Any
from urllib.parse import unquote, urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured
from environ.fileaware_mapping import FileAwareMapping

_TRUE, _FALSE = ("1", "true", "yes", "on", "y", "ok"), ("0", "false", "no", "off", "n")
_ENCODED = "In a password / ? # @ : % are written as %2F %3F %23 %40 %3A %25"


class _Stripped(FileAwareMapping):  # type: ignore[misc]
    """For each variable, say SECRET_KEY, SECRET_KEY_FILE may name a file that holds it."""

    def __getitem__(self, name: str) -> str:
        try:
            return str(super().__getitem__(name)).strip()
        except (OSError, UnicodeDecodeError) as error:
            why = getattr(error, "strerror", None) or "it is no text"
            raise ImproperlyConfigured(f"The file that {name}_FILE names cannot be read: {why}.") from error


class Variables:
    def __init__(self, environ: Mapping[str, str] = os.environ) -> None:
        self._of = _Stripped(environ, cache=False)

    def text(self, name: str, default: str = "") -> str:
        return self._of.get(name, "") or default

    def texts(self, name: str) -> list[str]:
        """Return what stands between commas."""
        return [part.strip() for part in self.text(name).split(",") if part.strip()]

    def flag(self, name: str, *, default: bool = False) -> bool:
        said = self.text(name).lower()
        if said not in ("", *_TRUE, *_FALSE):
            raise _wrong(name, "1 or 0")
        return said in _TRUE if said else default

    def number(self, name: str, default: int, *, least: int = 0) -> int:
        said = self.text(name, str(default))
        if not re.fullmatch("[0-9]{1,3}", said) or int(said) < least:
            raise _wrong(name, f"a number from {least} to 999")
        return int(said)

    def database(self, name: str, default: str = "") -> dict[str, Any]:
        """Return what Django calls a database, of its address."""
        try:
            parts = urlsplit(url := self.text(name, default))
            is_postgresql = parts.scheme in ("postgres", "postgresql")
            # Asked for its port, an address whose port is no number raises ValueError.
            if parts.scheme == "sqlite" or (is_postgresql and parts.port != 0 and parts.path.strip("/")):
                return dict(environ.Env.db_url_config(url))
        except ValueError:
            pass
        raise _wrong(
            name, f"postgres://user:password@host:5432/name, or sqlite:////path/to/a/file. {_ENCODED}"
        )

    def mail_server(self, name: str) -> dict[str, Any]:
        """Return what the backend for SMTP takes, of its address."""
        try:
            parts = urlsplit(self.text(name))
            if parts.scheme in ("smtp", "smtp+tls", "smtp+ssl") and parts.hostname and parts.port:
                return {
                    "host": parts.hostname,
                    "port": parts.port,
                    "username": unquote(parts.username or ""),
                    "password": unquote(parts.password or ""),
                    "use_tls": parts.scheme == "smtp+tls",
                    "use_ssl": parts.scheme == "smtp+ssl",
                }
        except ValueError:
            pass
        known = "smtp+tls://user:password@host:587, smtp+ssl://user:password@host:465 or smtp://host:25"
        raise _wrong(name, f"{known}, with its port. {_ENCODED}")

    def address(self, name: str, default: str = "") -> str:
        """Return a mail address, with a name before it or without."""
        said = self.text(name, default)
        if said and not re.fullmatch(r"[^@\s]+@[^@\s]+", parseaddr(said)[1]):
            raise _wrong(name, "a mail address, such as Trefoil <trefoil@example.org>")
        return said

    def origin(self, name: str, default: str = "") -> str:
        """Return a scheme and a host, without the slash at its end."""
        return _origin(name, self.text(name, default))

    def origins(self, name: str) -> list[str]:
        return [_origin(name, said) for said in self.texts(name)]


def _origin(name: str, said: str) -> str:
    try:
        parts = urlsplit(said)
        if parts.scheme in ("http", "https") and parts.hostname and not parts.path.strip("/"):
            return said.rstrip("/")
    except ValueError:
        pass
    raise _wrong(name, "https:// and a host, such as https://trefoil.example.org")


def _wrong(name: str, expected: str) -> ImproperlyConfigured:
    return ImproperlyConfigured(f"{name} cannot be read. It is to be {expected}; see docs/deploying.md.")


env = Variables()
