"""Removes an anonymised person from imports: lines, unread rows, answers, logs, names of files."""

from collections.abc import Iterator

from django.db.models import Q

from people.forgetting import Forgotten, cleaned, cleaning, mention
from sheets.models import ImportFile, ImportLine, SheetImport, WrittenBatch

_BATCH = 500


def forget_in_imports(person: Forgotten) -> None:
    """Replace the old name by the new one. Unconfirmed imports that name the person are discarded.

    Other people with the same name lose it in these lines too. They are not needed to identify anybody.
    """
    clean = cleaning(person)
    open_ones = SheetImport.objects.filter(
        state__in=[SheetImport.State.UPLOADED, SheetImport.State.PREVIEWED]
    )
    named = set(_imports_that_name(person))
    # Their files still exist and cannot be cleaned.
    open_ones.filter(pk__in=named).delete()
    for sheet_import in SheetImport.objects.filter(pk__in=named).iterator(20):
        sheet_import.understood = cleaned(sheet_import.understood, clean)
        sheet_import.options = cleaned(sheet_import.options, clean)
        sheet_import.save(update_fields=["understood", "options"])
    mentioned = mention(person, "what", "reason", "location")
    lines = ImportLine.objects.filter(
        mentioned | Q(verdict=ImportLine.Verdict.UNREADABLE), sheet_import__in=named
    )
    changed = []
    for line in lines.iterator(_BATCH):
        line.what, line.reason, line.location = (
            clean(line.what)[:400],
            clean(line.reason),
            clean(line.location)[:300],
        )
        line.cells, line.email = cleaned(line.cells, clean), clean(line.email)[:254]
        changed.append(line)
    ImportLine.objects.bulk_update(
        changed, ["what", "reason", "location", "cells", "email"], batch_size=_BATCH
    )
    files = list(ImportFile.objects.filter(sheet_import__in=named).only("name"))
    for file in files:
        file.name = clean(file.name)[:200]
    ImportFile.objects.bulk_update(files, ["name"], batch_size=_BATCH)
    for written in WrittenBatch.objects.filter(sheet_import__in=named, model="people.user").iterator(20):
        written.rows = cleaned(written.rows, clean)
        written.save(update_fields=["rows"])


def _imports_that_name(person: Forgotten) -> Iterator[int]:
    """Ids of imports whose lines, rows, questions, answers or file names contain the person."""
    lines = ImportLine.objects.filter(mention(person, "what", "reason", "location"))
    yield from lines.values_list("sheet_import", flat=True).distinct()
    files = ImportFile.objects.filter(mention(person, "name"))
    yield from files.values_list("sheet_import", flat=True).distinct()
    clean = cleaning(person)
    unread = ImportLine.objects.filter(verdict=ImportLine.Verdict.UNREADABLE).values_list(
        "sheet_import", "cells"
    )
    for pk, cells in unread.iterator(_BATCH):
        if cleaned(cells, clean) != cells:
            yield pk
    for pk, *kept in SheetImport.objects.values_list("pk", "understood", "options").iterator(20):
        if cleaned(kept, clean) != kept:
            yield pk
