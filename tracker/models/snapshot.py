"""The standings of the students and groups of a large cohort as they were a few minutes ago.

`tracker.snapshots` writes them for cohorts that are too large for their board to be worked out when somebody looks.
Boards of smaller cohorts use the same rows, worked out at once and never saved.
"""

from collections.abc import Collection, Iterable
from datetime import date
from typing import Any

from django.db import models

from courses.models import Cohort
from groups.models import Enrolment, Group
from lib.references import ALL
from lib.texts import EVERYTHING, NO_NAMES
from tracker.standing import (
    Attention,
    CheckInState,
    Reason,
    ReasonCode,
    Severity,
    Words,
    in_full,
    late_and_missed,
    short_reasons,
)

# What the rows of a snapshot hold. A version of Trefoil that reads or writes another form of them has another number.
FORM = 4
# Reasons that the board has lists of its own for.
_LATE = (ReasonCode.CHECK_IN_LATE, ReasonCode.CHECK_IN_MISSED)
_NOBODY = (ReasonCode.NOBODY_THERE, ReasonCode.MENTOR_AWAY, ReasonCode.NO_MENTOR)


def severity_key(severity: Severity) -> str:
    """Return a text that sorts like the severity: the worst first."""
    level, *counts = severity
    return f"{level}" + "".join(f"{99_999 + max(count, -99_999):05}" for count in counts)


class BoardSnapshotQuerySet(models.QuerySet["BoardSnapshot"]):
    def readable(self) -> "BoardSnapshotQuerySet":
        """Without those of another version, which wrote them before an upgrade or while it went on."""
        return self.filter(form=FORM)


class BoardSnapshot(models.Model):
    """A cohort with snapshots, and the moment that they show."""

    cohort = models.OneToOneField(Cohort, on_delete=models.CASCADE, related_name="board_snapshot")
    taken_at = models.DateTimeField()
    # Version 1.0.0 names none when it writes one.
    form = models.PositiveSmallIntegerField(default=FORM, db_default=1)

    # See lib.references.
    goes_along = {"cohort": ALL}
    objects = BoardSnapshotQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.cohort} as of {self.taken_at}"


class Snapshot(models.Model):
    """`severity` sorts the worst first. `reasons` keeps their values, the worst first: see `reasons_of`."""

    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="+")
    attention = models.CharField(max_length=10)
    severity = models.CharField(max_length=20)
    reasons = models.JSONField(default=list)

    texts = {"attention": NO_NAMES, "severity": NO_NAMES, "reasons": NO_NAMES}

    class Meta:
        abstract = True

    def read_reasons(self) -> list[Reason]:
        return [
            Reason(
                **{
                    **values,
                    "code": ReasonCode(values["code"]),
                    "attention": Attention(values["attention"]),
                    "titles": tuple(values["titles"]),
                    "on": date.fromisoformat(values["on"]) if values["on"] else None,
                }
            )
            for values in self.reasons
        ]

    @property
    def is_flagged(self) -> bool:
        return self.attention != Attention.NONE


class StudentSnapshot(Snapshot):
    """The standing of a student in their group; `state_now` as of a `Member`."""

    enrolment = models.OneToOneField(Enrolment, on_delete=models.CASCADE, related_name="+")
    group = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="+")
    is_active = models.BooleanField()
    is_behind = models.BooleanField(db_default=False)
    state_now = models.CharField(max_length=20, db_default="")

    texts = Snapshot.texts | {"state_now": NO_NAMES}
    unshown = EVERYTHING
    # See lib.references.
    goes_along = {"cohort": ALL, "enrolment": ALL, "group": ALL}

    class Meta:
        indexes = [models.Index(fields=["cohort", "severity"], name="student_snapshot_worst_first")]

    def __str__(self) -> str:
        return f"{self.enrolment.person}: {self.attention}"

    @property
    def words(self) -> Words:
        """The worst reason in a few words, as on every page."""
        return short_reasons(self.read_reasons())

    @property
    def in_full(self) -> str:
        return in_full(self.read_reasons())


class GroupSnapshot(Snapshot):
    """The status of a group. `weeks` are rows of the Monday, state, outcome and minutes of a check-in.

    What the board counts of the reasons stands in columns: see `counts_of`.
    """

    group = models.OneToOneField(Group, on_delete=models.CASCADE, related_name="+")
    has_members = models.BooleanField()
    weeks = models.JSONField(default=list)
    late_count = models.PositiveIntegerField()
    missed_count = models.PositiveIntegerField()
    open_question_count = models.PositiveIntegerField()
    late_now = models.PositiveIntegerField(db_default=0)
    missed_now = models.PositiveIntegerField(db_default=0)
    is_late = models.BooleanField(db_default=False)
    is_unattended = models.BooleanField(db_default=False)
    is_to_check = models.BooleanField(db_default=False)

    texts = Snapshot.texts | {"weeks": NO_NAMES}
    # See lib.references.
    goes_along = {"cohort": ALL, "group": ALL}

    class Meta:
        indexes = [models.Index(fields=["cohort", "severity"], name="group_snapshot_worst_first")]

    def __str__(self) -> str:
        return f"{self.group}: {self.attention}"

    @property
    def late_label(self) -> str:
        """The weeks whose check-in is late, or was missed without one since; empty if of none."""
        return in_full(reason for reason in self.read_reasons() if reason.code in _LATE)

    @property
    def nobody_there(self) -> Reason | None:
        """That no mentor is there, where somebody must act."""
        return next((reason for reason in self.read_reasons() if _is_nobody_there(reason)), None)

    @property
    def other_reasons(self) -> str:
        return in_full(
            reason
            for reason in self.read_reasons()
            if reason.code not in _LATE and not _is_nobody_there(reason)
        )

    @property
    def late_since(self) -> str:
        """ "last week", "1 late, 2 missed"; where it is one of earlier, the week."""
        if self.late_now + self.missed_now > 1:
            states = ((self.late_now, "late"), (self.missed_now, "missed"))
            return ", ".join(f"{count} {state}" for count, state in states if count)
        # After a break the week that is late may be an earlier one.
        is_last = len(self.weeks) > 1 and self.weeks[-2][1] == CheckInState.LATE
        return "last week" if is_last else self.late_label


def _is_nobody_there(reason: Reason) -> bool:
    return reason.code in _NOBODY and reason.attention is Attention.ACT


def counts_of(reasons: Collection[Reason]) -> dict[str, int]:
    """What the board counts of a group's reasons: check-ins late and missed, whether nobody is there, and all else."""
    late, missed = late_and_missed(reasons)
    others = [reason for reason in reasons if reason.code not in _LATE]
    return {
        "late_now": late,
        "missed_now": missed,
        "is_late": late + missed > 0,
        "is_unattended": any(map(_is_nobody_there, others)),
        "is_to_check": not all(map(_is_nobody_there, others)),
    }


def reasons_of(reasons: Iterable[Reason]) -> list[dict[str, Any]]:
    """The values of reasons as JSON keeps them; `read_reasons` reads them back."""
    return [
        {name: getattr(reason, name) for name in Reason.__slots__}
        | {"titles": list(reason.titles), "on": reason.on and reason.on.isoformat()}
        for reason in reasons
    ]
