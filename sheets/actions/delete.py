from django.db import transaction

from sheets.models import SheetImport


@transaction.atomic
def delete_import(*, sheet_import: SheetImport) -> bool:
    """Delete an import that is not confirmed; return whether it is gone.

    A confirmed import stays, with the log that can undo it.
    """
    locked = SheetImport.objects.select_for_update(of=("self",)).filter(pk=sheet_import.pk).first()
    if locked is not None and not locked.is_open:
        return False
    if locked is not None:
        locked.delete()
    return True
