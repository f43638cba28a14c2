"""Declarations of a model's texts: their kind, and whose words they are.

    class CheckInEntry(models.Model):
        texts = {"note": Personal(about=("enrolment__person",), is_hidden=True)}

What masks, exports, searches or forgets reads it there. `undeclared` finds what is missing, for a check of Django and
a test. A model whose rows are somebody's own names the paths to that person in `goes_with`: forgetting them deletes
the rows.

Of a row that is about somebody they are shown all, but for hidden texts, and for what the model names in `unshown`, or
EVERYTHING; a site admin is never shown what it names in `unshown_to_operators`. Of columns without names somebody is
shown those in `told`: digests and keys say nothing to anybody.
"""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import (
    BinaryField,
    CharField,
    Field,
    FileField,
    JSONField,
    Model,
    Q,
    QuerySet,
    TextField,
)

_TEXTS = (CharField, TextField, JSONField, BinaryField, FileField)

# A path from the row to a person, or what finds the rows of the person with this id.
type Path = str | Callable[[int], Q]


@dataclass(frozen=True, slots=True, kw_only=True)
class Personal:
    """Words that people typed or that were made of them: names may stand in them.

    Args:
        by: paths to the person whose words they are.
        about: paths to the person about whom they are written. Neither: of many people, or of nobody.
        is_hidden: mentors and course admins write them to each other; never shown to whom the row is about.
        is_own: of themselves; emptied when that person is forgotten.
        is_secret: signs somebody in, or proves a mailbox: told to nobody but by the mail that it is.
        read: turns a file into its words. A file cannot be cleaned: the row of `file_of` goes with it.
    """

    by: tuple[Path, ...] = ()
    about: tuple[Path, ...] = ()
    is_hidden: bool = False
    is_own: bool = False
    is_secret: bool = False
    read: Callable[[bytes], str] | None = None
    file_of: str = ""


# Read by whoever reads the row.
SHARED = Personal()
# Ids, digests, numbers and words of the program: no name ever stands in them.
NO_NAMES = None
EVERYTHING = ("*",)


def of_person(paths: Collection[Path], person: int) -> Q:
    """Match the rows from which one of these paths leads to the person."""
    found = Q(pk__in=[])
    for path in paths:
        found |= Q(**{path: person}) if isinstance(path, str) else path(person)
    return found


def rows_of(model: type[Model], paths: Collection[Path], person: int) -> QuerySet[Any]:
    """The rows, each once."""
    found = model._base_manager.filter(of_person(paths, person))
    return model._base_manager.filter(pk__in=found.values("pk"))


def texts_of(model: type[Model]) -> dict[str, Personal | None]:
    """The declared texts; those of a history are the ones of its model, and why somebody changed a row."""
    of: Any = getattr(model, "instance_type", model)
    declared: dict[str, Personal | None] = getattr(of, "texts", {})
    if of is model:
        return declared
    names = {field.name for field in model._meta.concrete_fields}
    return {"history_change_reason": SHARED} | {name: declared[name] for name in declared if name in names}


def hidden_texts(model: type[Model]) -> tuple[str, ...]:
    return tuple(name for name, text in texts_of(model).items() if text is not None and text.is_hidden)


def text_fields(model: type[Model]) -> Iterator["Field[Any, Any]"]:
    """The columns with text; a choice is one of the words of the program."""
    for field in model._meta.concrete_fields:
        if isinstance(field, _TEXTS) and not field.choices:
            yield field


def undeclared(model: type[Model]) -> set[str]:
    """The texts of which the model does not say what stands in them, and declared ones that it does not have."""
    return {field.name for field in text_fields(model)} ^ set(texts_of(model))
