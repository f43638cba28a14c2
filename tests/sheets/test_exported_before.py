"""Files exported before the apps were split are imported today exactly as they were then.

The files come from the demo of 25 November 2026, exported at commit 1ecf3b0: workbooks of three groups, all workbooks
of both cohorts, and each kind of CSV. `expected.json` says what each of them changed in an empty cohort at that commit.
Its figures must never be changed to make a test pass, only the wording of its messages when the code rewords them.
Check-ins, agreed steps, code reviews and the CSV of questions are no longer imported, so they are left out of the
figures. So are notes of questions that people asked who are not in the files: they came in without a word then.
"""

import io
import json
import zipfile
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import time_machine

from courses.models import Cohort, Course
from groups.models import Enrolment, Membership, Mentorship, PlanItem
from people.models import User
from questions.models import Answer, Ask, Question
from sheets.actions.confirm import confirm
from sheets.actions.preview import preview
from sheets.actions.upload import Upload, upload
from sheets.matching.plan import LEAVE_OUT
from sheets.models import SheetImport
from tests.factories.courses import CohortFactory, CourseFactory, MaterialFactory, MilestoneFactory
from tests.factories.people import UserFactory
from tracker.models import Progress

pytestmark = pytest.mark.django_db

FOLDER = Path(__file__).parent / "exported"
# Later than anything in the files.
AT = datetime(2026, 11, 25, 18, 0, tzinfo=UTC)
STARTED_ON = {"august": date(2026, 8, 10), "november": date(2026, 11, 9)}
# Each file, and the cohort it was exported from.
COHORTS = {
    "Clover.xlsx": "november",
    "Juniper.xlsx": "november",
    "Rowan.xlsx": "november",
    "november-all-groups.zip": "november",
    "august-all-groups.zip": "august",
    "november-progress.csv": "november",
    "november-people.csv": "november",
}
# No longer imported.
_MEETINGS = ("check-ins", "agreed steps", "code reviews")
_MORE_OF_MEETINGS = ("check-ins with a private note", "check-ins with a request", "entries")


@pytest.fixture(autouse=True)
def _day_of_export() -> Iterator[None]:
    with time_machine.travel(AT, tick=False):
        yield


def uploads(name: str) -> list[Upload]:
    """The file, or the files in a ZIP."""
    content = (FOLDER / name).read_bytes()
    if not name.endswith(".zip"):
        return [Upload(name, content)]
    archive = zipfile.ZipFile(io.BytesIO(content))
    return [Upload(part, archive.read(part)) for part in archive.namelist()]


def empty_course(*, has_milestones: bool) -> Course:
    course = CourseFactory.create(title="Large Language Model Specialization", slug="llm")
    course.admins.create(person=UserFactory.create(name="Inês Duarte", email="ines@demo.example"))
    if has_milestones:
        for fields in json.loads((FOLDER / "course.json").read_text()):
            materials = fields.pop("materials")
            milestone = MilestoneFactory.create(course=course, **fields)
            for position, (title, url) in enumerate(materials, start=1):
                MaterialFactory.create(milestone=milestone, position=position, title=title, url=url)
    return course


def empty_cohort(name: str, *, has_milestones: bool = True) -> Cohort:
    course = empty_course(has_milestones=has_milestones)
    return CohortFactory.create(
        course=course, title="Moved", starts_on=STARTED_ON[COHORTS[name]], time_zone="Europe/Lisbon"
    )


def previewed(cohort: Cohort, name: str, kind: str) -> tuple[SheetImport, list[str]]:
    """The preview and the questions it asked, each answered as suggested, or by leaving out."""
    by = cohort.course.admins.get().person
    sheet_import = upload(kind=kind, course=cohort.course, cohort=cohort, files=uploads(name), by=by, at=AT)
    sheet_import = preview(sheet_import=sheet_import, at=AT)
    questions = sheet_import.understood["questions"]
    if questions:
        sheet_import.options["answers"] = {
            question["key"]: question["suggested"] or LEAVE_OUT for question in questions
        }
        sheet_import.save()
        sheet_import = preview(sheet_import=sheet_import, at=AT)
    return sheet_import, [question["text"] for question in questions]


def summary(sheet_import: SheetImport, asked: list[str]) -> dict[str, Any]:
    lines = sheet_import.lines.in_order()
    return {
        "lines": counted(lines, "verdict"),
        "unreadable": [f"{line.what}: {line.reason}" for line in lines if line.verdict == "unreadable"],
        # Without milestones, the columns of a tracker are left out, and noted so.
        "notes": sum(
            not note.endswith(("are not imported.", " of these.")) and "column" not in note
            for note in sheet_import.understood["notes"]
        ),
        "asked": asked,
    }


def totals(cohort: Cohort) -> dict[str, Any]:
    """The number of rows of each kind in the cohort."""
    of_group: dict[str, Any] = {"group__cohort": cohort}
    enrolments = Enrolment.objects.filter(cohort=cohort)
    progress = Progress.objects.filter(enrolment__cohort=cohort)
    questions = Question.objects.filter(cohort=cohort)
    return {
        "people": User.objects.exclude(course_adminships__course=cohort.course).count(),
        "enrolments": enrolments.count(),
        "enrolments ended": enrolments.filter(ended_on__isnull=False).count(),
        "enrolments with a level": enrolments.exclude(level="").count(),
        "groups": sorted(cohort.groups.values_list("name", flat=True)),
        "memberships": Membership.objects.filter(**of_group).count(),
        "mentorships": counted(Mentorship.objects.filter(**of_group), "role"),
        "plan items": PlanItem.objects.filter(**of_group).count(),
        "plan items with a due date": PlanItem.objects.filter(**of_group, due_on__isnull=False).count(),
        "milestones": cohort.course.milestones.count(),
        "progress": counted(progress.exclude(state="not_started"), "state"),
        "progress with hours": progress.filter(hours__isnull=False).count(),
        "waived": progress.filter(waived_at__isnull=False).count(),
        "questions": counted(questions, "status"),
        "questions at a milestone": questions.filter(milestone__isnull=False).count(),
        "questions about a material": questions.filter(material__isnull=False).count(),
        "questions published": questions.filter(published_at__isnull=False).count(),
        "questions with the asker hidden": questions.filter(is_asker_hidden=True).count(),
        "questions by who sees them": counted(questions, "visibility"),
        "asks": Ask.objects.filter(question__cohort=cohort).count(),
        "answers": Answer.objects.filter(question__cohort=cohort).count(),
    }


def expected() -> dict[str, Any]:
    """The changes by each file then, without what is no longer imported."""
    read: dict[str, Any] = json.loads((FOLDER / "expected.json").read_text())
    for name, one in read.items():
        brought = one["brought"]
        lines = sum(sum(brought.pop(what).values()) for what in _MEETINGS)
        for what in _MORE_OF_MEETINGS:
            del brought[what]
        for part, verdict in (("preview", "new"), ("again", "unchanged")):
            _leave_out(one[part], verdict, 0 if ".csv" in name else lines)
    return read


def _leave_out(part: dict[str, Any], verdict: str, lines: int) -> None:
    reviews = [line for line in part["unreadable"] if line.startswith("Review of ")]
    part["unreadable"] = [line for line in part["unreadable"] if line not in reviews]
    for name, count in ((verdict, lines), ("unreadable", len(reviews))):
        part["lines"][name] = part["lines"].get(name, 0) - count
    part["lines"] = {name: count for name, count in part["lines"].items() if count}


EXPECTED = expected()


def counted(rows: Any, name: str) -> dict[str, int]:
    return dict(sorted(Counter(rows.values_list(name, flat=True)).items()))


def outcome(cohort: Cohort, name: str, kind: str = "sheet") -> dict[str, Any]:
    """The preview, what confirming it added, and the preview when the file is uploaded again."""
    sheet_import, asked = previewed(cohort, name, kind)
    first = summary(sheet_import, asked)
    confirm(sheet_import=sheet_import, by=cohort.course.admins.get().person, at=AT)
    again = summary(*previewed(cohort, name, kind))
    return {"preview": first, "brought": totals(cohort), "again": again}


# The workbooks of Juniper and Rowan come in with all of November.
@pytest.mark.parametrize("name", sorted(COHORTS.keys() - {"Juniper.xlsx", "Rowan.xlsx"}))
def test_file_is_imported_into_an_empty_cohort_as_before(name: str) -> None:
    assert outcome(empty_cohort(name), name) == EXPECTED[name]


@pytest.mark.parametrize("name", ["Clover.xlsx", "august-all-groups.zip"])
def test_workbook_is_imported_without_milestones_as_before(name: str) -> None:
    cohort = empty_cohort(name, has_milestones=False)
    assert outcome(cohort, name) == EXPECTED[f"{name}, without milestones"]


def test_workbook_changes_nothing_where_it_was_imported() -> None:
    name = "Rowan.xlsx"
    cohort = empty_cohort(name)
    outcome(cohort, name)
    before = totals(cohort)
    again = outcome(cohort, name)
    assert set(again["preview"]["lines"]) == {"unchanged"}
    assert again["brought"] == before


def test_people_csv_is_imported_as_a_list_of_people() -> None:
    """Mentors mentor, and nobody who left is enrolled."""
    name = "november-people.csv"
    assert outcome(empty_cohort(name), name, "roster") == EXPECTED[f"{name}, as a list of people"]


def test_csv_files_are_imported_after_the_workbooks_as_before() -> None:
    cohort = empty_cohort("november-all-groups.zip")
    outcome(cohort, "november-all-groups.zip")
    for kind in ("progress", "people"):
        name = f"november-{kind}.csv"
        assert outcome(cohort, name) == EXPECTED[f"{name}, after the workbooks"]


@pytest.mark.parametrize(
    ("kind", "what"),
    [
        ("check-ins", "check-ins"),
        ("questions", "questions of a CSV file, which workbooks have in full,"),
    ],
)
def test_csv_that_is_for_reading_says_that_it_is_not_imported(kind: str, what: str) -> None:
    cohort = empty_cohort("november-people.csv")
    by = cohort.course.admins.get().person
    files = uploads(f"november-{kind}.csv")
    sheet_import = upload(kind="sheet", course=cohort.course, cohort=cohort, files=files, by=by, at=AT)
    read = preview(sheet_import=sheet_import, at=AT)
    assert read.understood["notes"] == [f"november-{kind}.csv: {what} are not imported."]
    assert read.lines.count() == 0
