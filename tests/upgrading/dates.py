"""Make an empty database as it was while dates were proposed and shifted, upgrade it, and print as JSON what it is.

A script, started by test_migrations.py: one process of Django knows one database.
"""

import gc
import json
import sys
from datetime import UTC, date, datetime
from typing import Any

import django

from tests.upgrading.schema import schema

WAS = [
    ("groups", "0011_dates_proposal"),
    ("people", "0010_known_time_zones"),
    ("courses", "0007_asks_before_meeting"),
]
AT = datetime(2026, 9, 16, 10, tzinfo=UTC)


def fill(apps: Any) -> None:
    def make(app: str, model: str, **fields: object) -> Any:
        return apps.get_model(app, model).objects.create(**fields)

    ines, ana = (make("people", "User", email=f"{name}@example.com", name=name) for name in ("Inês", "Ana"))
    course = make("courses", "Course", title="LLM", slug="llm")
    cohort = make("courses", "Cohort", course=course, title="Autumn", starts_on=date(2026, 8, 31))
    clover, juniper = (make("groups", "Group", cohort=cohort, name=name) for name in ("Clover", "Juniper"))
    days = {"1": ["2026-09-27", "2026-10-04"]}
    pause = make("courses", "Pause", cohort=cohort, title="Holiday", starts_on=AT, ends_on=AT)
    own = {"cohort": cohort, "from_on": AT, "made_by": ines, "made_at": AT}
    done = {"applied_by": ines, "applied_at": AT}
    for shift, group in (
        (make("groups", "Shift", reason="Holiday", pause_ends_on=AT, pause=pause, **own, **done), clover),
        (make("groups", "Shift", reason="Snow", days=7, **own, **done), juniper),
    ):
        make(
            "groups",
            "PlanChange",
            group=group,
            shift=shift,
            reason=shift.reason,
            days=days,
            made_by=ines,
            made_at=AT,
        )
    make("groups", "Shift", reason="Exams", days=3, left_out=[juniper.pk], **own)
    proposed = {"group": clover, "days": days, "basis": "at 2 h a week", "made_by": ana, "made_at": AT}
    dropped = make("groups", "DatesProposal", dropped_by=ines, dropped_at=AT, **proposed)
    make("groups", "DatesProposal", **proposed)
    make("groups", "DatesProposal", agreed_by=ines, agreed_at=AT, **proposed)
    event = make("people", "Event", kind="dates_dropped", ids={"proposal": dropped.pk}, by=ines, at=AT)
    for person, state, ended_at in ((ana, "waiting", None), (ines, "sent", AT)):
        make(
            "people",
            "Message",
            recipient=person,
            kind="dates",
            event=event,
            due_at=AT,
            try_at=AT,
            state=state,
            ended_at=ended_at,
        )


def main() -> int:
    django.setup()
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    # Each migration makes models anew, in circles.
    gc.freeze()
    gc.set_threshold(100_000, 20, 100)
    executor = MigrationExecutor(connection)
    executor.migrate(WAS)
    fill(executor.loader.project_state(WAS).apps)
    call_command("migrate", verbosity=0)

    from groups.models import PlanChange
    from people.models import Message

    rows = PlanChange.objects.order_by("pk")
    fields = ("group__name", "reason", "days", "made_by__name", "pause__title", "undone_by__name")
    print(
        json.dumps(
            {
                "changes": [[*row, is_undone] for *row, is_undone in rows.values_list(*fields, "undone_at")],
                "schema": schema(),
                "mails": list(Message.objects.order_by("pk").values_list("state", "reason")),
            },
            default=bool,
        )
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
