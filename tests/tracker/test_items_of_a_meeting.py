"""Things to bring up of before each named its meeting: what is still brought up is for the meeting of this week."""

from datetime import UTC, date, datetime
from importlib import import_module

from django.apps import apps

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
