from typing import Any

from django.db import transaction

from sheets.models import SheetImport


@transaction.atomic
def correct(*, sheet_import: SheetImport, options: dict[str, Any]) -> None:
    """Keep what people said about an open import. It is to be read anew, and cannot be confirmed before."""
    locked = SheetImport.objects.select_for_update(of=("self",)).get(pk=sheet_import.pk)
    if locked.is_open:
        sheet_import.options = locked.options | options
        sheet_import.state = SheetImport.State.UPLOADED
        sheet_import.save(update_fields=["options", "state"])
