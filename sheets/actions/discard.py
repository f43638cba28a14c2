from django.db import transaction

from sheets.models import SheetImport


@transaction.atomic
def discard(*, sheet_import: SheetImport) -> bool:
    """Throw away what was given and not confirmed; say whether it is gone.

    What was confirmed stays, with the record by which it can be taken back.
    """
    locked = SheetImport.objects.select_for_update(of=("self",)).filter(pk=sheet_import.pk).first()
    if locked is not None and not locked.is_open:
        return False
    if locked is not None:
        locked.delete()
    return True
