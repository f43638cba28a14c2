from datetime import datetime
from typing import Any

from django.db import transaction

from sheets.actions.preview import preview
from sheets.models import SheetImport


def correct(*, sheet_import: SheetImport, options: dict[str, Any], at: datetime) -> SheetImport:
    with transaction.atomic():
        locked = SheetImport.objects.select_for_update(of=("self",)).get(pk=sheet_import.pk)
        if not locked.is_open:
            return locked
        sheet_import.options = locked.options | options
        sheet_import.save(update_fields=["options"])
    return preview(sheet_import=sheet_import, at=at)
