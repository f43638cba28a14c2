"""The words before meetings, and those typed into check-ins: it is one answer and a note, and a note."""

from datetime import UTC, datetime, timedelta
from typing import Any

AT = datetime(2026, 11, 25, 12, tzinfo=UTC)
SAID = [
    ("low", "stuck", "The key", "Ask Inês"),
    ("high", "behind", "", "RAG"),
    ("high", "stuck", "", ""),
    ("low", "ahead", "Exams", ""),
]
TYPED = [
    ("stuck", "The key", "Quiet."),
    ("stuck", "", ""),
    ("behind", "Exams", "Back on Monday."),
    ("on_track", "", "Well."),
]
BEFORE = [("tracker", "0018_rings_are_suggested")]


def fill(apps: Any) -> list[int]:
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
    entries, of_entries = (
        apps.get_model("tracker", name).objects for name in ("CheckInEntry", "HistoricalCheckInEntry")
    )
    of = {"enrolment_id": stay.enrolment_id}
    entries.filter(**of).delete()
    of_entries.all().delete()
    checks = list(apps.get_model("tracker", "CheckIn").objects.order_by("pk").values_list("pk", flat=True))
    for check_in, (pace, blocker, note) in zip(checks, TYPED, strict=False):
        fields = of | {"check_in_id": check_in, "pace": pace, "blocker": blocker, "note": note}
        entry = entries.create(attendance="present", **fields)
        of_entries.create(id=entry.pk, history_date=AT, history_type="+", attendance="present", **fields)
    drafts = apps.get_model("tracker", "CheckInDraft").objects
    drafts.all().delete()
    drafts.create(
        group_id=stay.group_id, week_starts_on=AT.date() - timedelta(days=2), saved_at=AT,
        person_id=stay.enrolment.person_id,
        fields={
            "e1-pace": ["stuck"], "e1-blocker": ["The key"], "e1-note": ["Quiet."], "e2-pace": ["ahead"],
            "e2-blocker": [""], "summary": ["We met."],
        },
    )  # fmt: skip
    return [stay.enrolment_id]


def found(enrolments: list[int]) -> list[object]:
    from tracker.models import CheckInDraft, CheckInEntry, MeetingNote

    said = [
        list(rows.order_by("pk").values_list("going", "note"))
        for rows in (MeetingNote.objects.all(), MeetingNote.history.all())
    ]
    typed = [
        list(rows.filter(enrolment__in=enrolments).order_by("check_in").values_list("note", flat=True))
        for rows in (CheckInEntry.objects.all(), CheckInEntry.history.all())
    ]
    return [said, typed, CheckInDraft.objects.get().fields]
