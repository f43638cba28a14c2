"""Drafts of check-ins: what a mentor typed but did not save, kept on the server so that any device can go on."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from groups.models import Group
from lib.refusals import Refused
from lib.weeks import Week
from people.models import User
from tracker.models import CheckIn, CheckInDraft

# Characters of all fields and their names; a check-in of three students with long notes needs a tenth of this.
LONGEST_DRAFT = 100_000


def keep_draft(
    *, group: Group, week: Week, fields: Mapping[str, Sequence[str]], opened: int, by: User, at: datetime
) -> CheckInDraft:
    """Save the fields as typed, replacing the person's earlier draft of the week.

    Args:
        opened: the version of the check-in when the form was opened; 0 if nothing was logged.

    Raises:
        Refused: it is too long, or the person saved the check-in after opening the form, so that a late draft would
            come back.
    """
    if sum(len(name) + sum(map(len, values)) for name, values in fields.items()) > LONGEST_DRAFT:
        raise Refused("This draft is too long. Save the check-in or shorten it.")
    saved = CheckIn.objects.filter(group=group, week_starts_on=week.starts_on, changed_by=by)
    if saved.filter(version__gt=opened).exists():
        raise Refused("You saved this check-in in another window. Reload to continue.")
    # PostgreSQL cannot store NUL in JSON.
    clean = {name: [value.replace("\0", "") for value in values] for name, values in fields.items()}
    draft = CheckInDraft(group=group, week_starts_on=week.starts_on, person=by, fields=clean, saved_at=at)
    CheckInDraft.objects.bulk_create(
        [draft],
        update_conflicts=True,
        unique_fields=["group", "week_starts_on", "person"],
        update_fields=["fields", "saved_at"],
    )
    return draft


def delete_draft(*, group: Group, week: Week, by: User) -> None:
    CheckInDraft.objects.filter(group=group, week_starts_on=week.starts_on, person=by).delete()
