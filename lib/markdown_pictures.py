"""Pictures kept here, as Markdown names them: `![description](/pictures/key/)`."""

import re

_KEY = r"[\w-]{22}"
_NAMED = re.compile(rf"/pictures/({_KEY})/", re.ASCII)
_SHOWN = re.compile(rf"!\[([^\]]*)\]\(/pictures/{_KEY}/\)", re.ASCII)


def address_of(key: str) -> str:
    return f"/pictures/{key}/"


def picture_named(key: str, shows: str) -> str:
    words = " ".join(re.sub(r"[\[\]\\]", " ", shows).split())
    return f"![{words}]({address_of(key)})"


def keys_in(text: str) -> list[str]:
    """The keys of the pictures that a text names, each once."""
    return list(dict.fromkeys(_NAMED.findall(text)))


def without_pictures(text: str) -> str:
    """The text with what its pictures show in words, for where none is shown."""
    return _SHOWN.sub(r"\1", text)
