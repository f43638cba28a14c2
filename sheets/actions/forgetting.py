"""Removes an anonymised person from imports: lines, unread rows, answers, logs, names of files."""

import re
from collections.abc import Callable, Iterator
from typing import Any

from django.db.models import Q

from people.forgetting import Forgotten
from sheets.models import ImportFile, ImportLine, SheetImport, WrittenBatch

_BATCH = 500


def forget_in_imports(person: Forgotten) -> None:
    """Replace the old name by the new one. Unconfirmed imports that name the person are discarded.

    Other people with the same name lose it in these lines too. They are not needed to identify anybody.
    """
    clean = _cleaning(person)
    open_ones = SheetImport.objects.filter(
        state__in=[SheetImport.State.UPLOADED, SheetImport.State.PREVIEWED]
    )
    named = set(_imports_that_name(person))
    # Their files still exist and cannot be cleaned.
    open_ones.filter(pk__in=named).delete()
    for sheet_import in SheetImport.objects.filter(pk__in=named).iterator(20):
        sheet_import.understood = _cleaned(sheet_import.understood, clean)
        sheet_import.options = _cleaned(sheet_import.options, clean)
        sheet_import.save(update_fields=["understood", "options"])
    mention = _mention(person, "what", "reason", "location")
    lines = ImportLine.objects.filter(
        mention | Q(verdict=ImportLine.Verdict.UNREADABLE), sheet_import__in=named
    )
    changed = []
    for line in lines.iterator(_BATCH):
        line.what, line.reason, line.location = (
            clean(line.what)[:400],
            clean(line.reason),
            clean(line.location)[:300],
        )
        line.cells, line.email = _cleaned(line.cells, clean), clean(line.email)[:254]
        changed.append(line)
    ImportLine.objects.bulk_update(
        changed, ["what", "reason", "location", "cells", "email"], batch_size=_BATCH
    )
    files = list(ImportFile.objects.filter(sheet_import__in=named).only("name"))
    for file in files:
        file.name = clean(file.name)[:200]
    ImportFile.objects.bulk_update(files, ["name"], batch_size=_BATCH)
    for written in WrittenBatch.objects.filter(sheet_import__in=named, model="people.user").iterator(20):
        written.rows = _cleaned(written.rows, clean)
        written.save(update_fields=["rows"])


def _mention(person: Forgotten, *fields: str) -> Q:
    """Match rows in which a field contains the name or address, in common spellings.

    SQLite distinguishes upper and lower case of accented letters.
    """
    mention = Q()
    for text in filter(None, (person.name, person.email)):
        for written in {text, text.lower(), text.upper(), text.title()}:
            for field in fields:
                mention |= Q(**{f"{field}__icontains": written})
    return mention


def _imports_that_name(person: Forgotten) -> Iterator[int]:
    """Ids of imports whose lines, rows, questions, answers or file names contain the person."""
    lines = ImportLine.objects.filter(_mention(person, "what", "reason", "location"))
    yield from lines.values_list("sheet_import", flat=True).distinct()
    files = ImportFile.objects.filter(_mention(person, "name"))
    yield from files.values_list("sheet_import", flat=True).distinct()
    clean = _cleaning(person)
    unread = ImportLine.objects.filter(verdict=ImportLine.Verdict.UNREADABLE).values_list(
        "sheet_import", "cells"
    )
    for pk, cells in unread.iterator(_BATCH):
        if _cleaned(cells, clean) != cells:
            yield pk
    for pk, *kept in SheetImport.objects.values_list("pk", "understood", "options").iterator(20):
        if _cleaned(kept, clean) != kept:
            yield pk


def _cleaning(person: Forgotten) -> Callable[[str], str]:
    """Return a function that replaces the name and address as whole words, in any case."""
    pairs = [
        (re.compile(rf"(?<![\w.@-]){re.escape(old)}(?![\w@-])", re.IGNORECASE), new)
        for old, new in ((person.email, person.new_email), (person.name, person.new_name))
        if old.strip()
    ]

    def clean(text: str) -> str:
        for old, new in pairs:
            text = old.sub(new, text)
        return text

    return clean


def _cleaned(value: Any, clean: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, list):
        return [_cleaned(item, clean) for item in value]
    if isinstance(value, dict):
        return {clean(key): _cleaned(item, clean) for key, item in value.items()}
    return value
