from collections.abc import Collection

from django.db import transaction
from django.shortcuts import get_object_or_404

from sheets.matching.plan import UNTICKED
from sheets.models import SheetImport
from sheets.models.kept import ImportOptions

ALL = "all"


@transaction.atomic
def correct(*, sheet_import: SheetImport, options: ImportOptions) -> None:
    """Keep what people said about an open import. It is to be read anew, and cannot be confirmed before."""
    locked = get_object_or_404(SheetImport.objects.select_for_update(of=("self",)), pk=sheet_import.pk)
    if locked.is_open:
        sheet_import.options = locked.options | options
        sheet_import.state = SheetImport.State.UPLOADED
        sheet_import.save(update_fields=["options", "state"])


@transaction.atomic
def choose(*, sheet_import: SheetImport, taken: Collection[str]) -> None:
    """Keep which of the proposals are taken: the lines with these ids, or all of them, and no other."""
    locked = get_object_or_404(SheetImport.objects.select_for_update(of=("self",)), pk=sheet_import.pk)
    turned = [
        line.label
        for line in locked.lines.exclude(is_taken=None)
        if (line.verdict not in UNTICKED) != (ALL in taken or str(line.pk) in taken)
    ]
    if locked.is_open:
        sheet_import.options = locked.options | {"turned": turned}
        sheet_import.save(update_fields=["options"])
