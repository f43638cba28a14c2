"""What was said before meetings, as confidence and pace: it is one answer and a note."""

from datetime import UTC, datetime, timedelta
from typing import Any

AT = datetime(2026, 11, 25, 12, tzinfo=UTC)
SAID = [
    ("low", "stuck", "The key", "Ask Inês"),
    ("high", "behind", "", "RAG"),
    ("high", "stuck", "", ""),
    ("low", "ahead", "Exams", ""),
]
BEFORE = [("tracker", "0018_rings_are_suggested")]


def fill(apps: Any) -> None:
    notes, history = (
        apps.get_model("tracker", name).objects for name in ("MeetingNote", "HistoricalMeetingNote")
    )
    notes.all().delete()
    history.all().delete()
    stay = apps.get_model("groups", "Membership").objects.order_by("pk")[0]
    for number, (confidence, pace, blocker, next_step) in enumerate(SAID):
        fields = {
            "enrolment_id": stay.enrolment_id,
            "group_id": stay.group_id,
            "week_starts_on": AT.date() - timedelta(days=2 + 7 * number),
            "confidence": confidence,
            "pace": pace,
            "blocker": blocker,
            "next_step": next_step,
        }
        note = notes.create(**fields)
        history.create(id=note.pk, history_date=AT, history_type="+", **fields)


def found(_: None) -> list[object]:
    from tracker.models import MeetingNote

    return [
        list(rows.order_by("pk").values_list("going", "note"))
        for rows in (MeetingNote.objects.all(), MeetingNote.history.all())
    ]
