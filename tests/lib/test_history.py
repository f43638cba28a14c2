from datetime import timedelta

from lib.history import FieldChange, changes_of, credit
from tests.conftest import NOW, Cast
from tests.factories.tracker import ProgressFactory


def test_changes_tell_who_changed_what_newest_first(cast: Cast) -> None:
    progress = ProgressFactory.build(
        enrolment=cast.enrolment("ana"),
        milestone=cast.milestones[0],
        state="working",
        changed_by=cast.person("ana"),
    )
    credit(progress, cast.person("ana"), NOW)
    progress.save()
    credit(progress, cast.marta, NOW + timedelta(hours=1))
    progress.enter("done", NOW.date())
    progress.save()
    records = progress.history.select_related("history_user")
    assert [(change.by, change.what, change.fields) for change in changes_of(records, ["state"])] == [
        (cast.marta, "changed", (FieldChange("state", "working on it", "done"),)),
        (cast.person("ana"), "made", (FieldChange("state", "—", "working on it"),)),
    ]


def test_savings_that_changed_no_shown_field_are_left_out(cast: Cast) -> None:
    progress = ProgressFactory.create(enrolment=cast.enrolment("ana"), milestone=cast.milestones[0])
    progress.hours = 2
    progress.save()
    assert [
        change.what for change in changes_of(progress.history.select_related("history_user"), ["state"])
    ] == ["made"]
    assert len(changes_of(progress.history.select_related("history_user"), ["state", "hours"])) == 2
