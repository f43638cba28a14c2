"""Out of Trefoil as workbooks and in again into an empty cohort: of all that a workbook carries, nothing differs."""

import io
import zipfile
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from openpyxl import load_workbook

from courses.models import Cohort
from groups.models import Group
from questions.access.questions import reader
from questions.models import Question
from sheets.dashboards.group_workbooks import group_workbooks
from tests.conftest import NOW, TODAY, Cast
from tests.factories.courses import CohortFactory
from tests.factories.questions import AnswerFactory, AskFactory, QuestionFactory
from tests.factories.tracker import ProgressFactory
from tests.sheets.all_workbooks import all_workbooks
from tests.sheets.importing import confirmed, previewed, shown, undone
from tests.sheets.stories import differing, held, play, stories, told_of
from tracker.models import Progress


def workbooks(cohort: Cohort, *, has_private_notes: bool = True) -> list[tuple[str, bytes]]:
    files = group_workbooks(
        cohort=cohort,
        groups=list(cohort.groups.in_order()),
        today=TODAY,
        reader=reader(cohort.course.admins.get().person, NOW),
        has_private_notes=has_private_notes,
    )
    return list(files)


def empty_cohort(cast: Cast) -> Cohort:
    return CohortFactory.create(course=cast.course, title="Spring 2027", time_zone=cast.cohort.time_zone)


def imported(cast: Cast, files: list[tuple[str, bytes]], cohort: Cohort | None = None) -> Cohort:
    """The files brought into an empty cohort of the same course, where all of them can be read."""
    cohort = cohort or empty_cohort(cast)
    sheet_import = previewed("sheet", *files, by=cast.ines, cohort=cohort)
    assert shown(sheet_import, "unreadable") == []
    assert sheet_import.understood["questions"] == []
    confirmed(sheet_import, cast.ines)
    return cohort


@given(story=stories)
@settings(
    max_examples=10,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    database=None,
    # To look for a shorter story that fails takes minutes.
    phases=[Phase.explicit, Phase.generate],
)
def test_whatever_goes_out_comes_in_again(cast: Cast, story: dict[str, Any]) -> None:
    with transaction.atomic():
        play(cast, story)
        files = workbooks(cast.cohort)
        cohort = imported(cast, files)
        assert differing(held(cohort), held(cast.cohort)) == []
        again = previewed("sheet", *files, by=cast.ines, cohort=cohort)
        assert shown(again, "new", "changed", "both", "moved", "missing", "unreadable") == []
        transaction.set_rollback(True)


@pytest.mark.parametrize(
    ("names", "titles"),
    [
        (("C", "C++"), ("Is C needed?", "Is C++ needed?", "Is C# needed?")),
        (("Group 1", "Group-1"), ("Why?", "Why!", "Why")),
        (("Team 🐍", "Team 🦀"), ("🐍", "🦀", "🐍?")),
    ],
)
def test_what_differs_in_a_sign_only_comes_in_again(
    cast: Cast, names: tuple[str, str], titles: tuple[str, ...]
) -> None:
    story = full_story()
    [question, *_] = story["questions"]
    play(cast, story | {"names": names, "questions": [question | {"title": title} for title in titles]})
    files = workbooks(cast.cohort)
    cohort = imported(cast, files)
    assert differing(held(cohort), held(cast.cohort)) == []
    again = previewed("sheet", *files, by=cast.ines, cohort=cohort)
    assert {verdict for verdict, _, _ in shown(again)} == {"unchanged"}
    assert [note for note in again.understood["notes"] if not note.endswith("are not imported.")] == []


def test_questions_come_in_again_where_milestones_are_called_like_their_columns(cast: Cast) -> None:
    titles = ["Problem solved", "A name that is hidden", "Name hidden", "Category"]
    play(cast, full_story() | {"titles": titles})
    cohort = imported(cast, workbooks(cast.cohort))
    assert differing(held(cohort), held(cast.cohort)) == []


def test_what_came_in_can_be_undone(cast: Cast) -> None:
    play(cast, full_story())
    cohort = empty_cohort(cast)
    files = workbooks(cast.cohort)
    sheet_import = confirmed(previewed("sheet", *files, by=cast.ines, cohort=cohort), cast.ines)
    assert differing(held(cohort), held(cast.cohort)) == []
    undone(sheet_import, cast.ines)
    assert (held(cohort), cohort.enrolments.count()) == ({}, 0)


def test_zip_of_a_cohort_comes_in_again(cast: Cast, as_: Any) -> None:
    play(cast, full_story())
    response = as_("ines").get(all_workbooks(cast, private_notes="on"))
    archive = zipfile.ZipFile(io.BytesIO(response.content))
    files = [(name, archive.read(name)) for name in archive.namelist()]
    assert [name for name, _ in files] == ["Clover.xlsx", "Juniper.xlsx"]
    cohort = imported(cast, files)
    assert differing(held(cohort), held(cast.cohort)) == []
    # A box that is not ticked makes no record.
    records = Progress.objects.filter(enrolment__cohort=cohort).count()
    assert records == Progress.objects.filter(enrolment__cohort=cast.cohort).count()


def test_workbooks_of_groups_come_in_one_after_the_other(cast: Cast) -> None:
    play(cast, full_story() | {"questions": []})
    cohort = empty_cohort(cast)
    for file in workbooks(cast.cohort):
        imported(cast, [file], cohort)
    assert differing(held(cohort), held(cast.cohort)) == []


def test_group_without_plan_or_people_comes_in_by_its_name(cast: Cast) -> None:
    group = Group.objects.create(cohort=cast.cohort, name="Sorrel: 2024", meeting="Tuesdays 17:00")
    files = [("download (3).xlsx", workbooks(cast.cohort)[-1][1])]
    assert held(imported(cast, files)) == {"Sorrel: 2024": held(cast.cohort)[group.name]}


def test_workbook_given_to_its_own_cohort_changes_nothing(cast: Cast) -> None:
    play(cast, full_story())
    sheet_import = previewed("sheet", *workbooks(cast.cohort), by=cast.ines, cohort=cast.cohort)
    assert {verdict for verdict, _, _ in shown(sheet_import)} == {"unchanged"}
    notes = sheet_import.understood["notes"]
    assert list(dict.fromkeys(note.split(": ")[1] for note in notes)) == [
        "selected modules, which are the columns of the tracker, are not imported.",
        "check-ins are not imported.", "agreed steps are not imported.", "code reviews are not imported.",
    ]  # fmt: skip


@pytest.mark.parametrize("kind", ["progress", "people"])
def test_csv_given_to_its_own_cohort_changes_nothing(cast: Cast, as_: Any, kind: str) -> None:
    """Lists that go out as CSV are understood like the tabs of workbooks, each row with its group."""
    play(cast, full_story())
    response = as_("ines").get(f"/cohorts/{cast.cohort.pk}/export/csv/{kind}/")
    content = b"".join(response.streaming_content)
    sheet_import = previewed("sheet", (f"{kind}.csv", content), by=cast.ines, cohort=cast.cohort)
    assert {verdict for verdict, _, _ in shown(sheet_import)} == {"unchanged"}
    assert sheet_import.understood["notes"] == []


def test_duplicate_of_a_question_that_is_not_here_comes_in_by_itself(cast: Cast) -> None:
    original = QuestionFactory.create(
        membership=cast.dalia, title="Why softmax?", status="answered", first_answered_at=NOW
    )
    AnswerFactory.create(question=original, body="It adds up to one.", answered_by=cast.tomas)
    QuestionFactory.create(
        membership=cast.ana, title="What is softmax for?", status="duplicate", duplicate_of=original
    )
    [clover, _] = workbooks(cast.cohort)
    cohort = empty_cohort(cast)
    sheet_import = confirmed(previewed("sheet", clover, by=cast.ines, cohort=cohort), cast.ines)
    question = Question.objects.get(cohort=cohort, title="What is softmax for?")
    assert (question.status, question.duplicate_of) == ("answered", None)
    assert question.answers.get().body == "It adds up to one."
    assert "duplicates a question that is not here" in sheet_import.understood["notes"][0]


def test_times_a_question_was_asked_are_equal_or_the_difference_is_named(cast: Cast) -> None:
    """Who asked again in Juniper stands in its workbook alone."""
    question = QuestionFactory.create(
        membership=cast.ana, title="Why softmax?", visibility="course", status="open"
    )
    AskFactory.create(
        question=question, enrolment=cast.enrolment("dalia"), group=cast.dalia.group, logged_by=cast.tomas
    )
    clover, juniper = workbooks(cast.cohort)
    cohort = empty_cohort(cast)
    alone, both = (
        previewed("sheet", *files, by=cast.ines, cohort=cohort) for files in ((clover,), (clover, juniper))
    )
    named = "“Why softmax?” was asked 2 times; the files have 1 of these."
    assert [note for note in alone.understood["notes"] if "times" in note] == [f"Questions row 2: {named}"]
    assert [note for note in both.understood["notes"] if "times" in note] == []


def test_question_that_was_too_long_is_made_whole_again(cast: Cast) -> None:
    whole = "Why " + "is that so, and then " * 20 + "not?"
    asked = {"membership": cast.ana, "status": "open"}
    QuestionFactory.create(**asked, title=f"{whole[:299]}…", detail=whole)
    QuestionFactory.create(**asked, title="Why…", detail="Why then?")
    [(name, content), juniper] = workbooks(cast.cohort)
    rows = load_workbook(io.BytesIO(content))["Questions"].iter_rows(min_row=2, values_only=True)
    assert [row[3] for row in rows] == [whole, "Why…"]
    cohort = imported(cast, [(name, content), juniper])
    assert set(Question.objects.filter(cohort=cohort).values_list("title", "detail")) == {
        (f"{whole[:299]}…", whole), ("Why…", "Why then?"),
    }  # fmt: skip


def test_what_was_changed_by_hand_in_the_tracker_counts(cast: Cast) -> None:
    """A tick in the tracker is further than what its tab of progress says."""
    ProgressFactory.create(enrolment=cast.enrolment("ana"), milestone=cast.milestones[0], state="working")
    [(name, content), _] = workbooks(cast.cohort)
    book = load_workbook(io.BytesIO(content))
    row = next(row for row in book["Tracker"].iter_rows(min_row=5) if row[0].value == "Ana Ruivo")
    row[2].value = row[3].value = True
    changed = io.BytesIO()
    book.save(changed)
    cohort = imported(cast, [(name, changed.getvalue())])
    done = told_of(Progress.objects.filter(enrolment__cohort=cohort)).values_list("milestone__title", "state")
    assert set(done) == {("LLM basics", "done"), ("Prompt engineering", "done")}


def full_story() -> dict[str, Any]:
    """One of everything."""
    moment = datetime(2026, 9, 8, 15, 20, 31, tzinfo=UTC)
    question = {
        "title": "=Why?", "detail": "- a\n- b", "member": 0, "milestone": 1, "has_material": True, "asked_at": moment,
        "category": "concept", "visibility": "course", "is_hidden": True, "status": "answered", "is_duplicate": False,
        "is_published": True, "asked_again": {"bruno", "dalia"},
        "answers": [{"body": "So.", "by": "marta", "at": moment}, {"body": "Or so.", "by": "bruno", "at": moment}],
    }  # fmt: skip
    return {
        "names": ("Clover", "Juniper"), "meeting": ("Tuesdays, 17:00", "https://meet.example/a?b=1"),
        "plan": {0: date(2026, 9, 6), 2: None, 3: date(2026, 10, 1)},
        "levels": ["python 3, ml 2", "", "", "beginner"],
        "more_mentors": [("tomas", "cover", 7), ("zoe", "co-mentor", None)],
        "chidi": "came back",
        "progress": {
            (0, 0): {"state": "done", "since": moment, "hours": 2.5, "began_before": 3, "waived_by": None},
            (0, 1): {"state": "need_help", "since": moment, "hours": None, "began_before": 0, "waived_by": None},
            (2, 3): {"state": "not_started", "since": moment, "hours": 1, "began_before": 0, "waived_by": "marta"},
        },
        "check_ins": {
            date(2026, 9, 7): {
                "outcome": "held", "minutes": 30, "summary": "We met.\n\nAll of us.", "request": "A room",
                "private_note": "Bruno is tired.", "logged_by": ("marta", "mentor"),
                "entries": {0: ("present", "fine"), 1: ("excused", "no laptop")},
            }
        },
        "steps": [
            {"text": "Finish it", "member": 0, "due_on": date(2026, 9, 20), "state": "done", "agreed_at": moment,
             "is_of_check_in": True},
            {"text": "Meet", "member": None, "due_on": None, "state": "open", "agreed_at": moment,
             "is_of_check_in": False},
        ],
        "reviews": [
            {"members": [0, 1], "milestone": 0, "state": "changes_asked", "note": "Tests?", "requested_at": moment}
        ],
        "questions": [
            question,
            question | {"title": "Why, then?", "is_duplicate": True, "answers": [], "asked_again": set()},
            question | {"title": "=Why?", "asked_at": moment + timedelta(days=2), "member": None, "is_hidden": False},
        ],
    }  # fmt: skip
