"""Names of people and groups: one line of visible characters.

Control, invisible and direction characters could make a name look like another one, or turn the words around it.
Scripts that join letters by an invisible character keep it between letters.
"""

import unicodedata
from typing import Any

from django import forms
from django.db import models

# Format characters of which some scripts need one between two letters: zero width joiner and non-joiner.
_JOINERS = "\u200c\u200d"
# Letters and signs that show nothing.
_BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
# Selectors of a variant of the letter before them.
_SELECTORS = frozenset([*map(chr, range(0xFE00, 0xFE10)), *map(chr, range(0xE0100, 0xE01F0))])

# Letters, marks on them, and pictures.
_WRITTEN = frozenset({"Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Me", "So", "Sk"})


def clean_name(text: str) -> str:
    letters: list[str] = []
    for at, letter in enumerate(text):
        before = letters[-1] if letters else ""
        category = unicodedata.category(letter)
        if category in ("Zs", "Zl", "Zp") or letter in "\t\n\r\v\f\x85":
            letters.append(" ")
        elif letter in _JOINERS:
            if _is_in_word(before) and _is_in_word(text[at + 1 : at + 2]):
                letters.append(letter)
        elif letter in _SELECTORS:
            if _is_in_word(before):
                letters.append(letter)
        elif category not in ("Cc", "Cf", "Cs") and letter not in _BLANK:
            letters.append(letter)
    return " ".join("".join(letters).split())


def _is_in_word(letter: str) -> bool:
    """Whether it is a letter, a mark on one, or a picture; "" is not."""
    return letter != "" and unicodedata.category(letter) in _WRITTEN and letter not in _BLANK


class OneLineInput(forms.CharField):
    """A name that somebody types, without what `clean_name` removes."""

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        return clean_name(text) if isinstance(text, str) else text


class OneLineField(models.CharField[str, str]):
    """A name in the database: whichever way it is saved, `clean_name` comes first."""

    def get_prep_value(self, value: Any) -> Any:
        value = super().get_prep_value(value)
        return clean_name(value) if isinstance(value, str) else value

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        value = super().pre_save(model_instance, add)
        if isinstance(value, str):
            value = clean_name(value)
            setattr(model_instance, self.attname, value)
        return value

    def to_python(self, value: Any) -> Any:
        value = super().to_python(value)
        return clean_name(value) if isinstance(value, str) else value

    def formfield(self, **kwargs: Any) -> Any:
        return super().formfield(**{"form_class": OneLineInput} | kwargs)

    def deconstruct(self) -> Any:
        """Migrations see a field of text: nothing in the database differs."""
        name, _, args, kwargs = super().deconstruct()
        return name, "django.db.models.CharField", args, kwargs
