"""Say of a flag that has ended whether it was worth a look."""

from datetime import datetime

from people.models import User
from tracker.models import Flag


class FlagError(Exception):
    """The message tells people why the flag cannot be judged."""


def judge(*, flag: Flag, verdict: Flag.Verdict, by: User, at: datetime) -> None:
    """Keep the verdict. Who says the same as somebody before changes nothing.

    Raises:
        FlagError: the flag has not ended, or somebody else said otherwise.
    """
    ended = Flag.objects.filter(pk=flag.pk).exclude(ended_on=None)
    if not ended.filter(verdict="").update(verdict=verdict, verdict_at=at, verdict_by=by):
        said = ended.exclude(verdict="").select_related("verdict_by").first()
        if said is None:
            raise FlagError("This still goes on, so nobody can say yet whether it was worth a look.")
        if said.verdict != verdict:
            raise FlagError(f"{said.verdict_by} has marked this as {said.get_verdict_display()}.")


def unjudge(*, flag: Flag) -> None:
    Flag.objects.filter(pk=flag.pk).update(verdict="", verdict_at=None, verdict_by=None)
