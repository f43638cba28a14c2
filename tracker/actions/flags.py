"""Say of a flag that has ended whether it was worth a look."""

from datetime import datetime

from django.db import transaction

from lib.history import credit
from people.models import User
from tracker.models import Flag


class FlagError(Exception):
    """The message tells people why the flag cannot be judged."""


@transaction.atomic
def judge(*, flag: Flag, verdict: Flag.Verdict, by: User, at: datetime) -> None:
    """Keep the verdict. Who says the same as somebody before changes nothing.

    Raises:
        FlagError: the flag has not ended, or somebody else said otherwise.
    """
    flag = _locked(flag)
    if flag.ended_on is None:
        raise FlagError("This still goes on, so nobody can say yet whether it was worth a look.")
    if not flag.verdict:
        flag.verdict, flag.verdict_at, flag.verdict_by = verdict, at, by
        _save(flag, by, at)
    elif flag.verdict != verdict:
        raise FlagError(f"{flag.verdict_by} has marked this as {flag.get_verdict_display()}.")


@transaction.atomic
def unjudge(*, flag: Flag, by: User, at: datetime) -> None:
    """Remove the verdict. The history keeps it, and who removed it."""
    flag = _locked(flag)
    if flag.verdict:
        flag.verdict, flag.verdict_at, flag.verdict_by = "", None, None
        _save(flag, by, at)


def _locked(flag: Flag) -> Flag:
    return (
        Flag.objects.select_for_update(of=("self",), no_key=True).select_related("verdict_by").get(pk=flag.pk)
    )


def _save(flag: Flag, by: User, at: datetime) -> None:
    credit(flag, by)
    flag._history_date = at  # type: ignore[attr-defined]
    flag.save(update_fields=["verdict", "verdict_at", "verdict_by"])
