"""Marks: a person is a letter in the hue of their group, a group a clover in its hue. Tags of every template."""

from collections import Counter
from collections.abc import Hashable, Mapping
from functools import lru_cache
from typing import NamedTuple

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

# None of them green, amber or red, which say how somebody stands.
HUES = 6

register = template.Library()


class PersonMark(NamedTuple):
    """Of mentors and course admins without a hue. All empty: somebody whose name and group the reader may not know."""

    name: str = ""
    letters: str = ""
    hue: int | None = None


def letters_of[Key: Hashable](names: Mapping[Key, str]) -> dict[Key, str]:
    """Return the first letter of each name, the first two where another begins with the same: "A", "Th", "Ti"."""
    first = {key: name[:1].upper() for key, name in names.items()}
    count = Counter(first.values())
    return {
        key: letter if count[letter] == 1 else letter + names[key][1:2].strip()
        for key, letter in first.items()
    }


# The marks of a list come again with each of its pages.
@register.simple_tag
@lru_cache(10_000)
def mark(who: PersonMark | None, *, alone: bool = False, look: str = "") -> SafeString:
    """Draw a person; a blank without one.

    Args:
        alone: no name stands beside it, so that it says the name itself.
        look: classes: "wait" who has not signed in or answered, "gone" who is away, "large".
    """
    name, letters, hue = who or PersonMark()
    classes = f"mark hue-{hue}" if hue else "mark"
    if look:
        classes = f"{classes} mark-{look}"
    if alone and name:
        return format_html(
            '<span class="{}" role="img" aria-label="{}" title="{}">{}</span>', classes, name, name, letters
        )
    return format_html('<span class="{}" aria-hidden="true">{}</span>', classes, letters)


@register.simple_tag
@lru_cache
def leaf(hue: int | None) -> SafeString:
    """Draw a group before its name: {% leaf group.hue %}."""
    return format_html('<svg class="leaf hue-{}" aria-hidden="true"><use href="#clover"/></svg>', hue or 0)
