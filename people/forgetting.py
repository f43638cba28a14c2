"""Find what names a person or is theirs, in the texts that models declare (`lib.texts`), and remove it."""

import json
import re
import unicodedata
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from hashlib import sha256
from typing import Any
from urllib.parse import quote

from allauth.account.models import EmailAddress
from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import Field, JSONField, Model, Q, SlugField, TextField, URLField
from django.db.models.functions import Cast

from lib.natural_order import NaturalKeyField, natural_key
from lib.references import is_confidential
from lib.texts import SHARED, Path, Personal, rows_of, texts_of
from people.models import Edited, User

REMOVED = "[removed]"
_UNSEEN = "What somebody else said in confidence. It is not shown here."
# Of other packages: the log of the Django admin names rows as they were called, and says what changed as JSON.
_OTHERS: dict[type[Model], dict[str, Personal | None]] = {
    LogEntry: {"object_repr": SHARED, "change_message": SHARED}
}
_SENTENCES = re.compile(r"((?<=[.!?])\s+|\n+)")
_LONGEST_PARTICLE = 3
# Local parts of addresses that say less than that are no names.
_SHORTEST_LOCAL_PART = 4


class Names:
    """A person's names before and after anonymising.

    `sure` means nobody else: addresses, and a name of several words that nobody else has. `common` may be a word or
    somebody else: the short name, the words of the name, the address without its host.
    """

    def __init__(self, person: User) -> None:
        self.new_name = f"Former person {person.pk}"
        self.new_email = f"former-{person.pk}@invalid.example"
        addresses = {person.email, *person.address_changes.values_list("before", flat=True)}
        addresses |= {*EmailAddress.objects.filter(user=person).values_list("email", flat=True)}
        words = person.name.split()
        # "Da" of "Ana Da Silva" stands in every other sentence.
        outer = {*words[:1], *words[-1:]}
        parts = {word for word in words if len(word) > (1 if word in outer else _LONGEST_PARTICLE)}
        local = person.email.split("@")[0]
        called = {person.short_name, local if len(local) >= _SHORTEST_LOCAL_PART else "", *parts}
        others = User.objects.exclude(pk=person.pk).filter(name__iexact=person.name)
        is_telling = len(words) > 1 and not others.exists()
        (addresses if is_telling else called).add(person.name)
        self.sure, self.common = _pattern(addresses), _pattern(called)
        self.forms = {form for name in (addresses | called) - {""} for form in _forms(name)}

    def cleaned(self, text: str, of: "Field[Any, Any] | None" = None, *, also_common: bool = False) -> str:
        """The text without the sure names, and without the common ones if an operator says so."""
        new_name = self.new_email.split("@")[0] if isinstance(of, SlugField | URLField) else self.new_name
        for pattern in (self.sure, self.common) if also_common else (self.sure,):
            text = pattern.sub(lambda found: self.new_email if "@" in found[0] else new_name, text)
        return text[: getattr(of, "max_length", None)]

    def may_stand_in(self, text: str) -> bool:
        """Whether a common name stands in it, apart from the sure ones."""
        return self.common.search(self.sure.sub("", text)) is not None


def _pattern(names: Collection[str]) -> re.Pattern[str]:
    """Match the names as whole words, in any case, with and without accents."""
    found = [
        rf"(?<![\w.+-]){re.escape(name)}(?![\w-]|\.\w)"
        if "@" in name
        else rf"(?<![^\W_]){r'(?:\s+|[+_.-]|%20)'.join(map(_loose, name.split()))}(?![^\W_])"
        for name in sorted(names, key=len, reverse=True)
        if name
    ]
    return re.compile("|".join(found) or "(?!)", re.IGNORECASE)


def _loose(word: str) -> str:
    return "".join(
        f"(?:{'|'.join(map(re.escape, _spellings(letter)))})" for letter in unicodedata.normalize("NFC", word)
    )


def _spellings(text: str) -> list[str]:
    """With accents of their own, with accents, as in addresses, and without: so that no accent is left over."""
    apart, whole = unicodedata.normalize("NFD", text), unicodedata.normalize("NFC", text)
    plain = "".join(letter for letter in apart if not unicodedata.combining(letter))
    return [*dict.fromkeys((apart, whole, quote(whole), plain))]


def _forms(name: str) -> Iterator[str]:
    """The longest word of a name as databases look for it. SQLite knows upper and lower case of ASCII letters only."""
    for word in _spellings(max(name.split(), key=len)):
        for written in {word} if word.isascii() else {word, word.lower(), word.upper(), word.title()}:
            yield written
            yield json.dumps(written)[1:-1]


@dataclass(frozen=True, slots=True)
class Passage:
    """A passage that a site admin may remove: the text at `place` with its history, or the name in a sentence."""

    key: str
    where: str
    text: str
    place: tuple[type[Model], int, str] | None = None


# Of each row that was changed, its fields before and after.
type Changed = dict[tuple[type[Model], int], dict[str, tuple[Any, Any]]]


def passages_about(person: User, names: Names) -> list[Passage]:
    """Find what the person wrote, what is written about them, and every sentence that may name them."""
    found: dict[str, Passage] = {}
    whole = set()
    for model, name, text in _declared():
        for pk, row in {} if text.is_own else _rows_of(model, (*text.by, *text.about), person.pk).items():
            whole.add((model, pk, name))
            if (words := getattr(row, name)) not in ("", REMOVED):
                key = f"{model._meta.model_name} {pk} {name}"
                found[key] = Passage(key, _where(row, name, words), words, (model, pk, name))
    gone = _goes(person)
    for row, texts in _naming(names):
        of, pk = _of(row)
        for name, text in {} if (of, pk) in gone else texts.items():
            words = getattr(row, name) if text.read is None else text.read(bytes(getattr(row, name)))
            is_unseen = text.is_own or is_confidential(of)
            parts = [part for each in _strings(_opened(words)) for part in _SENTENCES.split(each)]
            parts = [part for part in parts if names.may_stand_in(part)]
            if not parts or (of, pk, name) in whole:
                continue
            if text.is_hidden or text.read is not None:
                key, words = (
                    f"{of._meta.model_name} {pk} {name}",
                    words if text.is_hidden else " … ".join(parts[:5]),
                )
                found.setdefault(key, Passage(key, _where(row, name, words), words, (of, pk, name)))
            else:
                for part in parts:
                    shown = _UNSEEN if is_unseen else part
                    found.setdefault(_digest(part), Passage(_digest(part), _where(row, name, shown), shown))
    return list(found.values())


def forget(person: User, names: Names, passages: Collection[Passage], at: datetime) -> Changed:
    """Delete and empty what is the person's own, remove these passages, and replace the sure names everywhere.

    The account itself is left to the caller.
    """
    changed: Changed = {}
    for model in _models():
        if paths := getattr(model, "goes_with", ()):
            rows_of(model, paths, person.pk).delete()
    for model, name, text in _declared():
        for pk in _rows_of(model, text.by, person.pk) if text.is_own else ():
            _remove(model, pk, name, "", at, changed)
    for passage in passages:
        if passage.place:
            _remove(*passage.place, REMOVED, at, changed)
    chosen = {passage.key for passage in passages}

    def clean(text: str, of: Any) -> str:
        parts = _SENTENCES.split(text)
        parts = [names.cleaned(part, of, also_common=_digest(part) in chosen) for part in parts]
        return names.cleaned("".join(parts), of)

    for row, texts in _naming(names):
        values = {}
        for name, text in texts.items():
            field, value = row._meta.get_field(name), getattr(row, name)
            if text.read is not None:
                if names.sure.search(text.read(bytes(value))):
                    _delete_file(type(row), row.pk, name)
                continue
            opened = _opened(value)
            new = _mapped(opened, partial(clean, of=field))
            if new != opened:
                values[name] = json.dumps(new) if opened is not value else new
        if values:
            _save(row, values, at, changed)
    of_account = ContentType.objects.get_for_model(User)
    LogEntry.objects.filter(content_type=of_account, object_id=str(person.pk)).update(
        object_repr=names.new_name
    )
    return changed


def _models() -> Iterator[type[Model]]:
    """All but that of accounts: each has the name of its own person. Histories come last."""
    models = [model for model in apps.get_models() if model is not User]
    yield from sorted(models, key=lambda model: hasattr(model, "instance_type"))


def _texts(model: type[Model]) -> dict[str, Personal]:
    return {name: text for name, text in (_OTHERS.get(model) or texts_of(model)).items() if text is not None}


def _declared() -> Iterator[tuple[type[Model], str, Personal]]:
    """The texts by or about somebody, of rows that do not go with them; those of histories go by their row."""
    for model in _models():
        if not hasattr(model, "instance_type") and not hasattr(model, "goes_with"):
            for name, text in _texts(model).items():
                if text.by or text.about:
                    yield model, name, text


def _goes(person: User) -> set[tuple[type[Model], int]]:
    """The rows that go with the person, or are emptied, and those of the log that name them by themselves."""
    own = {
        (model, pk)
        for model, _, text in _declared()
        if text.is_own
        for pk in _rows_of(model, text.by, person.pk)
    }
    for model in _models():
        if paths := getattr(model, "goes_with", ()):
            own |= {(model, pk) for pk in rows_of(model, paths, person.pk).values_list("pk", flat=True)}
    of_account = ContentType.objects.get_for_model(User)
    log = LogEntry.objects.filter(content_type=of_account, object_id=str(person.pk))
    return own | {(LogEntry, pk) for pk in log.values_list("pk", flat=True)}


def _rows_of(model: Any, paths: Collection[Path], person: int) -> dict[int, Any]:
    """The rows by id, as they are now; those that are gone or were somebody else's since, as they were last."""
    rows: dict[int, Any] = {}
    if hasattr(model, "history"):
        kept = rows_of(model.history.model, [path for path in paths if isinstance(path, str)], person)
        rows = {record.id: record for record in kept.order_by("history_date", "history_id")}
    return rows | {row.pk: row for row in rows_of(model, paths, person)}


def _naming(names: Names) -> Iterator[tuple[Any, dict[str, Personal]]]:
    """The rows in which a name may stand, as far as the database can tell, and all files that are kept."""
    for model in _models():
        texts = _texts(model)
        rows, found = model._base_manager.all(), Q()
        for name, text in texts.items():
            if text.read is not None:
                found |= ~Q(**{name: b""})
                continue
            if isinstance(model._meta.get_field(name), JSONField):
                rows = rows.annotate(**{f"{name}_as_text": Cast(name, TextField())})
                name = f"{name}_as_text"
            for form in names.forms:
                found |= Q(**{f"{name}__icontains": form})
        if texts:
            for row in list(rows.filter(found)):
                yield row, texts


def _of(row: Any) -> tuple[type[Model], int]:
    return getattr(type(row), "instance_type", type(row)), row.id if hasattr(row, "history_type") else row.pk


def _where(row: Any, name: str, shown: str) -> str:
    of, pk = _of(row)
    says_more = of is type(row) and shown not in (str(row), _UNSEEN)
    return (
        f"{row if says_more else f'{of._meta.verbose_name} {pk}'}, {row._meta.get_field(name).verbose_name}"
    )


def _digest(part: str) -> str:
    return sha256(part.encode()).hexdigest()[:20]


def _remove(model: Any, pk: int, name: str, text: str, at: datetime, changed: Changed) -> None:
    """Put this text there instead, in the row and in its history."""
    field = model._meta.get_field(name)
    if _texts(model)[name].read is not None:
        _delete_file(model, pk, name)
        return
    if isinstance(field, URLField):
        text = f"https://removed.example/{pk}"
    for row in model._base_manager.filter(pk=pk).exclude(**{name: ""}):
        _save(row, {name: text}, at, changed)
    if hasattr(model, "history"):
        model.history.filter(id=pk).exclude(**{name: ""}).update(**{name: text})


def _delete_file(model: Any, pk: int, name: str) -> None:
    """Delete what the file is of, which cannot go on without it."""
    of = model._meta.get_field(_texts(model)[name].file_of)
    of.related_model._base_manager.filter(
        pk__in=model._base_manager.filter(pk=pk).values(of.attname)
    ).delete()


def _save(row: Any, values: dict[str, Any], at: datetime, changed: Changed) -> None:
    for field in row._meta.concrete_fields:
        if isinstance(field, NaturalKeyField) and field.of in values:
            values[field.name] = natural_key(values[field.of])[: field.max_length]
    if isinstance(row, Edited):
        # An open form would save the text again.
        values |= {"version": row.version + 1, "changed_at": at}
    fields = changed.setdefault((type(row), row.pk), {})
    for name, value in values.items():
        fields[name] = (fields[name][0] if name in fields else getattr(row, name), value)
    type(row)._base_manager.filter(pk=row.pk).update(**values)


def _opened(value: Any) -> Any:
    """A text that is JSON, as the log of the Django admin keeps it, opened."""
    if isinstance(value, str) and value[:1] in ("[", "{"):
        try:
            return json.loads(value)
        except ValueError:
            pass
    return value


def _strings(value: Any) -> Iterator[str]:
    """All texts of a value as JSON has it."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | dict):
        for item in value:
            yield from _strings(item)
        if isinstance(value, dict):
            yield from _strings(list(value.values()))


def _mapped(value: Any, change: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return change(value)
    if isinstance(value, list):
        return [_mapped(item, change) for item in value]
    if isinstance(value, dict):
        return {change(key): _mapped(item, change) for key, item in value.items()}
    return value
