"""The file of what is kept about a person: every row that leads to them, with the words in it that they may read.

Which row is theirs, and whose words a text is, models declare (`lib.texts`), as forgetting somebody reads it.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import batched
from typing import Any

from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.apps import apps
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import BinaryField, BooleanField, ExpressionWrapper, F, Field, ForeignKey, Model
from django.utils.html import format_html, format_html_join
from django.utils.text import capfirst

from lib.references import is_confidential
from lib.texts import EVERYTHING, SHARED, Path, of_person, rows_of, text_fields, texts_of
from people.models import User

# Fields by which a row is of somebody, whichever model has them; other fields with a person say who did something.
_OWN = ("person", "recipient", "user", "mentor")
# Texts of other packages that are told; none else is, such as the key of a session.
_TOLD: dict[type[Model], tuple[str, ...]] = {
    EmailAddress: ("email",),
    SocialAccount: ("provider", "uid", "extra_data"),
    UserSession: ("user_agent",),
}
_BATCH = 500
_HEAD = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><title>{title}</title>
<style>body{{max-width:44rem;margin:2rem auto;padding:0 1rem;font-family:sans-serif;line-height:1.5}}
dl{{display:grid;grid-template-columns:12rem 1fr;gap:0 1rem;border-top:1px solid;padding-top:.5rem}}
dd{{margin:0;overflow-wrap:anywhere;white-space:pre-wrap}}</style></head>
<body><h1>{title}</h1>
<p>As of {at}. data.json has the same for programs, with empty fields and numbers of rows.</p>
<p>Left out: what mentors and course admins write about you to each other, words of others where you only noted or
changed something, and what signs you in. Ask a course admin about these.</p>
"""


@dataclass(frozen=True, slots=True)
class KeptTable:
    """The rows of one model that lead to the person: by `own` they are theirs, by `did` they did something to them."""

    model: type[Model]
    person: int
    own: tuple[Path, ...]
    did: tuple[str, ...]
    unshown: frozenset[str]

    def rows(self) -> Iterator[dict[str, Any]]:
        texts = texts_of(self.model)
        names = [field.name for field in text_fields(self.model)]
        words = {name: text for name in names if (text := texts.get(name)) and text != SHARED}
        told = (*getattr(self.model, "told", ()), *_TOLD.get(self.model, ()))
        flags: dict[str, Any] = {
            f"has_{name}": self._is_of((*text.by, *(() if text.is_hidden else text.about)))
            for name, text in words.items()
        }
        titles = {f"named_{field.attname}": F(f"{field.name}__{title}") for field, title in self._titled()}
        found = rows_of(self.model, (*self.own, *self.did), self.person).order_by("pk")
        for row in found.annotate(is_own=self._is_of(self.own), **flags, **titles).iterator(_BATCH):
            values: dict[str, Any] = {}
            for field in self.model._meta.concrete_fields:
                name = field.name
                if name in self.unshown:
                    continue
                if name in names:
                    if name in words:
                        is_told = getattr(row, f"has_{name}") and not words[name].is_secret
                    else:
                        is_told = row.is_own and (name in told or texts.get(name) == SHARED)
                    if not is_told:
                        continue
                value = getattr(row, field.attname)
                values[field.attname] = self.file_name(row) if isinstance(field, BinaryField) else value
                if row.is_own and (title := getattr(row, f"named_{field.attname}", None)):
                    values[field.name] = title
            yield values

    def files(self) -> Iterator[tuple[str, bytes]]:
        """What is no text: pictures."""
        for field in self.model._meta.concrete_fields:
            if isinstance(field, BinaryField) and field.name in getattr(self.model, "told", ()):
                for row in rows_of(self.model, self.own, self.person).order_by("pk").iterator(1):
                    yield self.file_name(row), bytes(getattr(row, field.name))

    def file_name(self, row: Model) -> str:
        return f"{self.model._meta.verbose_name_plural}/{row.pk}.webp"

    def _is_of(self, paths: tuple[Path, ...]) -> Any:
        return ExpressionWrapper(of_person(_of_model(self.model, paths), self.person), BooleanField())

    def _titled(self) -> Iterator[tuple["Field[Any, Any]", str]]:
        """The fields that lead to what has a title for everybody: a course, a group, a milestone."""
        for field in self.model._meta.concrete_fields:
            of = texts_of(field.related_model) if isinstance(field, ForeignKey) else {}
            for title in ("title", "name"):
                if of.get(title) == SHARED:
                    yield field, title


def tables_of(person: User, *, for_operator: bool = False) -> list[KeptTable]:
    """All that has a path to the person, the account first. A site admin is shown less than the person."""
    tables = []
    for model in sorted(apps.get_models(include_auto_created=True), key=lambda model: model is not User):
        of: Any = getattr(model, "instance_type", model)
        unshown = set(getattr(of, "unshown", ()))
        to_operators = set(getattr(of, "unshown_to_operators", ())) if for_operator else set()
        own, did = _paths(model)
        if unshown == set(EVERYTHING):
            own = ()
        # That somebody told one is nobody's business.
        if is_confidential(of) or of is not model:
            did = ()
        if of is not model:
            unshown.add("history_change_reason")
        if (own or did) and to_operators != set(EVERYTHING):
            tables.append(KeptTable(model, person.pk, own, did, frozenset(unshown | to_operators)))
    return tables


def _paths(model: type[Model]) -> tuple[tuple[Path, ...], tuple[str, ...]]:
    """By which a row is somebody's, and by which they did something to it."""
    own: list[Path] = ["pk"] if model is User else []
    did: list[str] = []
    fields = {field.name: field for field in model._meta.concrete_fields if isinstance(field, ForeignKey)}
    for text in texts_of(model).values():
        own += [] if text is None else [*text.by, *text.about]
    own += [path for path in getattr(model, "goes_with", ()) if path in fields]
    for field in fields.values():
        if field.related_model is User:
            (own if field.name in _OWN else did).append(field.name)
            continue
        for further in field.related_model._meta.concrete_fields:
            if further.name in _OWN and further.related_model is User:
                own.append(f"{field.name}__{further.name}")
    return _of_model(model, own), tuple(path for path in did if path not in own)


def _of_model(model: type[Model], paths: Iterable[Path]) -> tuple[Path, ...]:
    """What finds rows by their number finds none of a history."""
    has_rows = not hasattr(model, "instance_type")
    return tuple(path for path in dict.fromkeys(paths) if has_rows or isinstance(path, str))


def files_about(
    person: User, at: datetime, *, for_operator: bool = False
) -> Iterator[tuple[str, bytes | Iterable[bytes]]]:
    """Name and content of each file, read while it is written: nothing of it is stored."""
    tables = tables_of(person, for_operator=for_operator)
    yield "data.json", _as_json(tables, person, at)
    yield "page.html", _as_page(tables, person, at)
    for table in tables:
        yield from table.files()


def _as_json(tables: list[KeptTable], person: User, at: datetime) -> Iterator[bytes]:
    dumped = DjangoJSONEncoder(ensure_ascii=False).encode
    yield f'{{"person": {person.pk}, "at": {dumped(at)}, "tables": {{'.encode()
    for number, table in enumerate(tables):
        yield f"{', ' if number else ''}{dumped(table.model._meta.label)}: [".encode()
        before = ""
        for batch in batched(table.rows(), _BATCH):
            yield (before + ",\n".join(map(dumped, batch))).encode()
            before = ",\n"
        yield b"]"
    yield b"}}"


def _as_page(tables: list[KeptTable], person: User, at: datetime) -> Iterator[bytes]:
    yield format_html(_HEAD, title=f"What Trefoil keeps about {person}", at=_as_words(at)).encode()
    for table in tables:
        meta = table.model._meta
        labels = {field.attname: field.verbose_name for field in meta.concrete_fields}
        labels |= {field.name: field.verbose_name for field in meta.concrete_fields}
        head: str = format_html("<h2>{}</h2>", capfirst(meta.verbose_name_plural))
        for batch in batched(table.rows(), _BATCH):
            lists = [_as_list(row, labels) for row in batch]
            yield (head + "".join(lists)).encode()
            head = ""
    yield b"</body></html>"


def _as_list(row: dict[str, Any], labels: dict[str, Any]) -> str:
    lines = (
        (capfirst(labels[name]), _as_words(value))
        for name, value in row.items()
        if value not in (None, "", [], {}) and not (name.endswith("_id") and name[:-3] in row)
    )
    return format_html("<dl>{}</dl>\n", format_html_join("", "<dt>{}</dt><dd>{}</dd>", lines))


def _as_words(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return f"{value:%-d %B %Y, %H:%M} UTC"
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict) else str(value)
