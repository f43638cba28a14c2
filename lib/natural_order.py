"""Names in the order in which people count: "Group 2" before "Group 10"."""

import re
from typing import Any

from django.db import models

from lib.text import folded

_NUMBER = re.compile(r"[0-9]+")
# Digits of a number in a key.
_DIGITS = 8


def natural_key(name: str) -> str:
    """Return the key to sort the name by: folded, with numbers of one length, "group 00000002"."""
    return _NUMBER.sub(lambda number: number[0].zfill(_DIGITS), folded(name))


def named(key: str, text: str) -> models.Q:
    """The condition on a natural key: a word of it begins with each word of the text. A text without words: none."""
    words = natural_key(text).split()
    found = models.Q() if words else models.Q(pk__in=[])
    for word in words:
        found &= models.Q(**{f"{key}__startswith": word}) | models.Q(**{f"{key}__contains": f" {word}"})
    return found


class NaturalKeyField(models.CharField[str, str]):
    """The natural key of another field of the row, written at each save, so that the database can sort and page by it.

    `QuerySet.update` and `bulk_update` of the other field do not write it.
    """

    def __init__(self, *, of: str, **options: Any) -> None:
        self.of = of
        super().__init__(**options)

    def deconstruct(self) -> Any:
        name, path, arguments, options = super().deconstruct()
        return name, path, arguments, options | {"of": self.of}

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        key = natural_key(getattr(model_instance, self.of))[: self.max_length]
        setattr(model_instance, self.attname, key)
        return key
