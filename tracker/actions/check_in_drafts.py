"""Drafts of check-ins: what a mentor has typed and not saved, kept on the server so that no device loses it."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from groups.models import Group
from lib.weeks import Week
from people.models import User
from tracker.models import CheckIn, CheckInDraft

# Characters of all fields together, their names included; a check-in of three with long notes takes a tenth of it.
LONGEST_DRAFT = 100_000


class DraftError(Exception):
    """The draft was not kept; the message says why, for people."""


def keep_draft(
    *, group: Group, week: Week, fields: Mapping[str, Sequence[str]], opened: int, by: User, at: datetime
) -> CheckInDraft:
    """Keep the fields as they were typed, in place of the person's earlier draft of the week. Two queries.

    Args:
        opened: the version of the check-in with which the form was opened, 0 for one that was not there.

    Raises:
        DraftError: it is too long; or the same person saved the check-in meanwhile, so that a draft which was under way
            then would come back from the dead.
    """
    if sum(len(name) + sum(map(len, values)) for name, values in fields.items()) > LONGEST_DRAFT:
        raise DraftError("This draft is too long. Save the check-in or shorten it.")
    saved = CheckIn.objects.filter(group=group, week_starts_on=week.starts_on, changed_by=by)
    if saved.filter(version__gt=opened).exists():
        raise DraftError("You saved this check-in in another window. Reload to continue.")
    # PostgreSQL keeps no NUL in JSON; nobody types one.
    clean = {name: [value.replace("\0", "") for value in values] for name, values in fields.items()}
    draft = CheckInDraft(group=group, week_starts_on=week.starts_on, person=by, fields=clean, saved_at=at)
    CheckInDraft.objects.bulk_create(
        [draft],
        update_conflicts=True,
        unique_fields=["group", "week_starts_on", "person"],
        update_fields=["fields", "saved_at"],
    )
    return draft


def discard_draft(*, group: Group, week: Week, by: User) -> None:
    """Throw the person's draft of the week away."""
    CheckInDraft.objects.filter(group=group, week_starts_on=week.starts_on, person=by).delete()
