"""People as sheets name them: a name, an address, or both in one cell."""

import re
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from lib.text import folded

LONGEST_NAME = 150
_LONGEST_ADDRESS = 254
_ADDRESS = re.compile(r"[<(\[]?\s*([^\s<>()\[\],;\"]+@[^\s<>()\[\],;\"]+)\s*[>)\]]?")


@dataclass(frozen=True, slots=True)
class Mention:
    """Somebody as a cell names them; either may be empty. `wrong` is what cannot be taken, in words."""

    name: str
    email: str
    wrong: str = ""

    @property
    def folded_name(self) -> str:
        return folded(self.name)

    def __str__(self) -> str:
        return f"{self.name} <{self.email}>" if self.name and self.email else self.name or self.email


def shown_person(name: str, email: str) -> str:
    """The name and the address in one cell, as `read_person` takes them apart."""
    return email if name == email else f"{name} <{email}>"


def read_person(text: str, email: str = "") -> Mention:
    """Read "Nadia Rahal <nadia@example.org>", "Nadia Rahal" or an address; `email` stands in a cell of its own."""
    text, email = text.strip(), email.strip()
    found = _ADDRESS.search(text[:1_000])
    name = text
    if found is not None:
        name = (text[: found.start()] + text[found.end() :]).strip(" ,;\"'")
        email = email or found[1]
    inside = _ADDRESS.search(email[:1_000])
    email = (inside[1] if inside else email).lower().removeprefix("mailto:")
    return Mention(name[: LONGEST_NAME + 1], email[: _LONGEST_ADDRESS + 1], _wrong(name, email))


def _wrong(name: str, email: str) -> str:
    if len(name) > LONGEST_NAME:
        return f"The name has {len(name):,} characters; {LONGEST_NAME} at most are kept."
    if not email:
        return ""
    shown = email if len(email) <= 60 else f"{email[:60]}…"
    try:
        validate_email(email)
    except ValidationError:
        if not email.isascii():
            return (
                f"“{shown}” has letters that no mail can be sent to (accents, for one). Correct the address."
            )
        return f"“{shown}” is no e-mail address."
    return ""
