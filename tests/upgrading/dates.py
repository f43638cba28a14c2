"""Dates were proposed and shifted: what came of it, and of what was only drafted, is in the histories of the plans."""

from datetime import UTC, datetime
from typing import Any

AT = datetime(2026, 9, 16, 10, tzinfo=UTC)
BEFORE = [("groups", "0011_dates_proposal"), ("people", "0010_known_time_zones")]


def fill(apps: Any) -> None:
    def make(app: str, model: str, **fields: object) -> Any:
        return apps.get_model(app, model).objects.create(**fields)

    ines, ana = (make("people", "User", email=f"{name}@example.com", name=name) for name in ("Inês", "Ana"))
    cohort = apps.get_model("courses", "Cohort").objects.order_by("pk")[0]
    first, second, *others = apps.get_model("groups", "Group").objects.filter(cohort=cohort).order_by("pk")
    days = {"1": ["2026-09-27", "2026-10-04"]}
    pause = make("courses", "Pause", cohort=cohort, title="Holiday", starts_on=AT, ends_on=AT)
    own = {"cohort": cohort, "from_on": AT, "made_by": ines, "made_at": AT}
    done = {"applied_by": ines, "applied_at": AT}
    for shift, group in (
        (make("groups", "Shift", reason="Holiday", pause_ends_on=AT, pause=pause, **own, **done), first),
        (make("groups", "Shift", reason="Snow", days=7, **own, **done), second),
    ):
        change = {"group": group, "shift": shift, "reason": shift.reason, "days": days}
        make("groups", "PlanChange", **change, made_by=ines, made_at=AT)
    make("groups", "Shift", reason="Exams", days=3, left_out=[one.pk for one in (second, *others)], **own)
    proposed = {"group": first, "days": days, "basis": "at 2 h a week", "made_by": ana, "made_at": AT}
    dropped = make("groups", "DatesProposal", dropped_by=ines, dropped_at=AT, **proposed)
    make("groups", "DatesProposal", **proposed)
    make("groups", "DatesProposal", agreed_by=ines, agreed_at=AT, **proposed)
    event = make("people", "Event", kind="dates_dropped", ids={"proposal": dropped.pk}, by=ines, at=AT)
    mail = {"kind": "dates", "event": event, "due_at": AT, "try_at": AT}
    make("people", "Message", recipient=ana, state="waiting", **mail)
    make("people", "Message", recipient=ines, state="sent", ended_at=AT, **mail)


def found(_: None) -> list[object]:
    from groups.models import PlanChange
    from people.models import Message

    rows = PlanChange.objects.order_by("pk")
    fields = ("group__name", "reason", "days", "made_by__name", "pause__title", "undone_by__name")
    mails = Message.objects.filter(event__kind="dates_dropped").order_by("pk")
    return [
        [[*row, bool(undone_at)] for *row, undone_at in rows.values_list(*fields, "undone_at")],
        list(mails.values_list("state", "reason")),
    ]
