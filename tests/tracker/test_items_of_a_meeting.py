"""Things to bring up of before each named its meeting: what is still brought up is for the meeting of this week."""

from datetime import UTC, date, datetime
from importlib import import_module

from django.apps import apps
from django.db import connection

from lib.weeks import monday_of
from tests.conftest import NOW, Cast
from tracker.models import MeetingItem


def test_upgrade_names_the_meeting_of_each(cast: Cast) -> None:
    # Sunday there, and Monday in Lisbon.
    added_at = datetime(2026, 8, 30, 23, 30, tzinfo=UTC)
    of_ana = {"enrolment": cast.enrolment("ana"), "group": cast.clover, "added_at": added_at}
    closed = {"state": "done", "closed_at": NOW, "closed_by": cast.marta}
    for text, fields in (("Still", {}), ("Done", closed), ("Removed", closed | {"state": "removed"})):
        MeetingItem.objects.create(text=text, week_starts_on="2026-01-05", **of_ana, **fields)
    import_module("tracker.migrations.0035_items_of_a_meeting").name_meetings(apps, None)
    assert dict(MeetingItem.objects.values_list("text", "week_starts_on")) == {
        "Still": date(2026, 9, 14),
        "Done": date(2026, 8, 31),
        "Removed": date(2026, 8, 31),
    }


def test_item_of_an_older_process_is_for_the_meeting_of_this_week(cast: Cast) -> None:
    """While an upgrade goes on; that version does not know of weeks."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO tracker_meetingitem (enrolment_id, group_id, text, state, added_at)"
            " VALUES (%s, %s, 'Which chunk size?', 'open', %s)",
            [cast.enrolment("ana").pk, cast.clover.pk, NOW],
        )
        # The database has a clock of its own, which no test sets.
        cursor.execute("SELECT CURRENT_DATE")
        today = date.fromisoformat(str(cursor.fetchone()[0]))
    assert MeetingItem.objects.get().week_starts_on == monday_of(today)
