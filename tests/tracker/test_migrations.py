"""What stood there before a column was added is told by it too."""

from datetime import UTC, date, datetime
from importlib import import_module

from django.apps import apps
from django.db import connection

from tests.conftest import Cast
from tests.factories.tracker import ProgressFactory, QuestionFactory
from tracker.models import Ask, Progress, Question
from tracker.search import search_text


def test_days_of_progress_follow_its_history(cast: Cast) -> None:
    cast.cohort.time_zone = "Asia/Tokyo"
    cast.cohort.save()
    late = datetime(2026, 9, 6, 20, 0, tzinfo=UTC)
    working = ProgressFactory.create(
        enrolment=cast.enrolment("ana"), milestone=cast.milestones[0], state="working", state_since=late
    )
    working.history.update(history_date=late)
    working.state, working.finished_on = "done", date(2026, 9, 16)
    working.save()
    skipped = ProgressFactory.create(
        enrolment=cast.enrolment("bruno"), milestone=cast.milestones[0], state="skipped"
    )
    Progress.objects.filter(pk=working.pk).update(
        state_since=datetime(2026, 9, 10, tzinfo=UTC),
        started_on=date(2020, 1, 1),
        finished_on=date(2020, 1, 1),
    )
    import_module("tracker.migrations.0003_days_of_progress_and_asks").fill(apps, connection.schema_editor())
    days = {row.pk: (row.started_on, row.finished_on) for row in Progress.objects.all()}
    # In Tokyo it was Monday already when the work began.
    assert days == {
        working.pk: (date(2026, 9, 7), date(2026, 9, 10)),
        skipped.pk: (None, date(2026, 9, 16)),
    }


def test_week_of_an_ask_is_that_of_its_cohort(cast: Cast) -> None:
    cast.cohort.time_zone = "Asia/Tokyo"
    cast.cohort.save()
    QuestionFactory.create(membership=cast.ana, asked_at=datetime(2026, 9, 6, 20, 0, tzinfo=UTC))
    assert Ask.objects.get().week_starts_on == date(2026, 9, 7)


def test_titles_stand_on_a_line_of_their_own_in_the_search(cast: Cast) -> None:
    stands = {
        title: (before, search_text(title, detail, ()))
        for title, detail, before in (
            ("Why so?", "Because.", "why so because"),
            ("Why then?", "", "why then"),
            ("???", "Because.", "because"),
            ("What for?", "Now.", "what for \n now"),
            ("Written otherwise", "", "by hand"),
        )
    }
    stands["Written otherwise"] = ("by hand", "by hand")
    for title, (before, _) in stands.items():
        question = QuestionFactory.create(membership=cast.ana, title=title)
        Question.objects.filter(pk=question.pk).update(search_text=before)
    import_module("tracker.migrations.0008_titles_in_the_search").part_titles(
        apps, connection.schema_editor()
    )
    assert dict(Question.objects.values_list("title", "search_text")) == {
        title: after for title, (_, after) in stands.items()
    }
