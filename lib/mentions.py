"""Reads people in a cell: a name, an e-mail address, or both."""

import re
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from lib.names import clean_name
from lib.text import folded

LONGEST_NAME = 150
_LONGEST_ADDRESS = 254
# An address, and brackets around it if there are any.
# It is looked for from the beginning of a word only, and nothing is tried twice, which keeps the time linear.
ADDRESS = re.compile(
    r"""(?:[<(\[]\s*+)?(?<![^\s<>()\[\],;"])"""
    r"""(?=[^\s<>()\[\],;"@]++@[^\s<>()\[\],;"])([^\s<>()\[\],;"]++)\s*+[>)\]]?"""
)


# Separators between people in one cell. Without addresses, a comma or slash may be part of a name: "Rahal, Nadia".
_BETWEEN = re.compile(r"(?<![^\S\n])[^\S\n]*+[,;&/\n]\s*+")
_BETWEEN_NAMES = re.compile(r"(?<![^\S\n])(?:[^\S\n]*+[;\n]\s*+|[^\S\n]++[&/]\s++)")
# "Costa, Rui", but not "Rui Costa, PhD"; "Ana Ruivo, Bruno Sá" may be two people.
_LAST_NAME_FIRST = re.compile(
    r"([^,]*[^\W\d_]{2}[^,]*),\s*+(?!(?:jr|sr|phd|md|msc|mba|i+)\b)([^,]*[^\W\d_]{2}[^,]*)", re.IGNORECASE
)
_SEVERAL = "This cell has two people or two addresses. Keep one."


@dataclass(frozen=True, slots=True)
class Mention:
    """A person as a cell names them; name or address may be empty. `wrong` tells people what cannot be used."""

    name: str
    email: str
    wrong: str = ""

    @property
    def folded_name(self) -> str:
        return folded(self.name)

    def __str__(self) -> str:
        return f"{self.name} <{self.email}>" if self.name and self.email else self.name or self.email


def shown_person(name: str, email: str) -> str:
    """The name and address in one cell, in the form that `read_person` understands."""
    return email if name == email else f"{name} <{email}>"


def read_person(text: str, email: str = "") -> Mention:
    """Read "Nadia Rahal <nadia@example.org>", "Nadia Rahal", "Rahal, Nadia" or an address.

    `email` comes from a cell of its own.
    """
    text, email = text.strip(), email.strip()
    is_several = len(addresses(text)) > 1 or len(addresses(email)) > 1
    address = ADDRESS.search(text[:1_000])
    name = text
    if address is not None:
        name = (text[: address.start()] + text[address.end() :]).strip(" ,;\"'")
        email = email or address[1]
    inside = ADDRESS.search(email[:1_000])
    email = (inside[1] if inside else email).lower().removeprefix("mailto:")
    name = clean_name(name)
    if name.count(",") == 1 and any(len(part.split()) == 1 for part in name.split(",")):
        name = _LAST_NAME_FIRST.sub(r"\2 \1", name)
    wrong = _SEVERAL if is_several else _wrong(name, email)
    return Mention(name[: LONGEST_NAME + 1], email[: _LONGEST_ADDRESS + 1], wrong)


def read_people(text: str, email: str = "") -> tuple[Mention, ...]:
    """Read all people of a cell; their addresses may be in another cell in the same order."""
    texts, emails = _parts(text), _parts(email)
    if not texts or not emails:
        return tuple(map(read_person, texts or emails))
    if len(emails) == 1 and not addresses(text):
        # One address belongs to one person, whatever separators the name contains.
        return (read_person(" ".join(text.split()), email),)
    if len(texts) != len(emails):
        return (Mention(text.strip()[:LONGEST_NAME], "", _SEVERAL),)
    return tuple(map(read_person, texts, emails))


def _parts(text: str) -> list[str]:
    """Each person of a cell; an address on a line of its own belongs to the name above it."""
    several = len(addresses(text)) > 1
    parts: list[str] = []
    for part in (_BETWEEN if several else _BETWEEN_NAMES).split(text.strip()):
        shown = " ".join(part.split())
        if parts and ADDRESS.fullmatch(shown) and not addresses(parts[-1]):
            parts[-1] += f" {shown}"
        elif shown:
            parts.append(shown)
    return parts


def addresses(text: str) -> set[str]:
    return {address[1].lower() for address in ADDRESS.finditer(text[:1_000])}


def _wrong(name: str, email: str) -> str:
    if len(name) > LONGEST_NAME:
        return f"The name has {len(name):,} characters; {LONGEST_NAME} at most are allowed."
    if not email:
        return ""
    shown = email if len(email) <= 60 else f"{email[:60]}…"
    try:
        validate_email(email)
    except ValidationError:
        if not email.isascii():
            return (
                f"“{shown}” has characters that e-mail does not allow, such as accents. Correct the address."
            )
        return f"“{shown}” is not an e-mail address."
    return ""
