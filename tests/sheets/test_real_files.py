"""Files of kinds that nobody built for come in right with at most six choices, or are refused: see unseen/README.md.

Each goes through the pages: given, chosen on, previewed, imported. A click names the label of a field, and what is
chosen there. Anything that cannot come in stands on the preview, or is asked.
"""

import csv
import re
import tomllib
import zipfile
from collections.abc import Iterator
from datetime import UTC, date, datetime
from html import unescape
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from openpyxl import Workbook
from openpyxl.comments import Comment

from courses.models import Cohort
from groups.models import Enrolment, Membership, Mentorship
from lib.mentions import read_person
from questions.models import Question
from sheets.models import SheetImport
from tests.factories.courses import CohortFactory, CourseFactory, MilestoneFactory
from tests.factories.groups import EnrolmentFactory, GroupFactory, MembershipFactory, MentorshipFactory
from tests.factories.people import UserFactory
from tests.factories.tracker import ProgressFactory
from tracker.models import Progress

pytestmark = pytest.mark.django_db
FILES = sorted(Path(__file__).with_name("unseen").glob("*.toml"))
_TITLES = ("LLM basics", "Prompt engineering", "Indexation and ingestion", "RAG")
_LETTERS = {"done": "D", "working": "W", "need_help": "H", "skipped": "S", "not_started": "-"}
# After these the page proposes anew.
_PROPOSES = ("What it holds", "Row of the headers", "Column of the headers")
_CELLS = re.compile(r"(?:^|(?<= ))\|(?= |$)")
_MOST_CHOICES = 6


def value_of(text: str) -> Any:
    """The value a spreadsheet makes of a text that is typed."""
    if re.fullmatch(r"-?\d+(\.\d+)?%?", text):
        number = float(text.rstrip("%"))
        return number / 100 if text.endswith("%") else number if "." in text else int(text)
    if re.fullmatch(r"\d{4}-\d\d-\d\d( [\d:]{5,8})?", text):
        return datetime.fromisoformat(text)
    return {"TRUE": True, "FALSE": False, "": None}.get(text, text.removeprefix("'").replace("\\n", "\n"))


def cells_of(line: str) -> list[str]:
    return [cell.strip() for cell in _CELLS.split(line)]


def content_of(file: dict[str, Any]) -> bytes:
    """The file as its program would write it."""
    if "content" in file:
        return str(file["content"]).encode()
    if "csv" in file:
        delimiter, encoding = file["csv"].replace("tab", "\t").split(" ")
        text = StringIO(newline="")
        rows = map(cells_of, file["tab"][0]["rows"].splitlines())
        csv.writer(text, delimiter=delimiter).writerows(
            [cell.replace("\\n", "\n") for cell in row] for row in rows
        )
        return text.getvalue().encode(encoding)
    book, saved = Workbook(), {}
    book.remove(book.active)
    for number, tab in enumerate(file["tab"], start=1):
        sheet = book.create_sheet(tab["name"])
        sheet.sheet_state = "hidden" if tab.get("hidden") else "visible"
        for r, line in enumerate(tab["rows"].splitlines(), start=1):
            for c, typed in enumerate(cells_of(line), start=1):
                typed, _, words = typed.partition(" ^^ ")
                typed, _, result = typed.partition(" => ")
                cell = sheet.cell(r, c, value_of(typed))
                cell.comment = Comment(words, "") if words else None
                if result:
                    saved[f"xl/worksheets/sheet{number}.xml", cell.coordinate] = value_of(result)
        for span in tab.get("merge", ()):
            sheet.merge_cells(span)
        for letters in tab.get("hide_columns", ()):
            sheet.column_dimensions[letters].hidden = True
        for r in range(1, file.get("format_to", 0)):
            sheet.cell(r, 8).number_format = "0.00"
    content = BytesIO()
    book.save(content)
    return with_results(content, saved) if saved else content.getvalue()


def with_results(content: BytesIO, saved: dict[tuple[str, str], Any]) -> bytes:
    """The workbook with the results of its formulas, which openpyxl does not write."""
    out = BytesIO()
    with zipfile.ZipFile(content) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            for (sheet, place), value in saved.items():
                if sheet == name:
                    cell = re.compile(rf'<c r="{place}"[^>]*><f>(.*?)</f><v ?/?>(?:</v>)?'.encode())
                    kind = ' t="b"' if isinstance(value, bool) else ""
                    part = cell.sub(rf'<c r="{place}"{kind}><f>\1</f><v>{value + 0}</v>'.encode(), part)
            new.writestr(name, part)
    return out.getvalue()


def make_cohort(file: dict[str, Any]) -> Cohort:
    """A cohort with who is in it before, and mentors of an earlier one."""
    course = CourseFactory.create()
    for n, title in enumerate(_TITLES, start=1):
        MilestoneFactory.create(course=course, position=n, week=n, title=title)
    course.admins.create(person=UserFactory.create(name="Agnes Admin"))
    before, cohort = CohortFactory.create_batch(2, course=course, time_zone="Europe/Lisbon")
    groups: dict[str, Any] = {}
    for line in file.get("known", "").splitlines():
        who, _, called = line.partition(" | ")
        person = read_person(who)
        user = UserFactory.create(name=person.name, email=person.email)
        enrolment = EnrolmentFactory.create(cohort=cohort, person=user)
        if called:
            groups[called] = groups.get(called) or GroupFactory.create(cohort=cohort, name=called)
            MembershipFactory.create(group=groups[called], enrolment=enrolment)
    for person in map(read_person, file.get("lead", "").splitlines()):
        user = UserFactory.create(name=person.name, email=person.email)
        MentorshipFactory.create(group=GroupFactory.create(cohort=before), person=user)
    for name, _, title in (line.partition(": ") for line in file.get("done", "").splitlines()):
        ProgressFactory.create(
            enrolment=cohort.enrolments.get(person__name=name),
            milestone=course.milestones.get(title=title),
            started_on=date(2026, 9, 1),
            finished_on=date(2026, 9, 2),
            state_since=datetime(2026, 9, 2, tzinfo=UTC),
        )
    return cohort


def choices_of(field: Any) -> Iterator[tuple[str, str]]:
    for value, text in getattr(field, "choices", ()):
        for one, label in text if isinstance(text, list | tuple) else [(value, text)]:
            yield str(one), str(label)


def place_of(form: Any, click: str) -> tuple[str, str] | None:
    """The field and value of a click; "#2" is the second field with that label."""
    label, _, choice = click.rpartition(" = ")
    label, _, nth = label.partition(" #")
    names = [name for name in form.fields if label in str(form[name].label)][int(nth or 1) - 1 :]
    if not names:
        return None
    choices = list(choices_of(form.fields[names[0]]))
    fits = [value for value, text in choices if text == choice]
    fits += [value for value, text in choices if text.startswith(choice)]
    return (names[0], (fits or [choice])[0]) if fits or not choices else None


def choose(client: Client, url: str, clicks: list[str], paste: str) -> tuple[str, list[str]]:
    """The questions asked, and the clicks for which there was no place."""
    asked, pending = "", list(clicks)
    for _ in range(len(clicks) + 2):
        response = client.get(url)
        if response.status_code != 200:
            break
        form = response.context["form"]
        fields = {name: "" if (value := form[name].value()) is None else value for name in form.fields}
        asked += " ".join(str(form[name].label) for name in fields if name.startswith("answer-"))
        fields |= {"addresses": paste} if paste and "addresses" in fields else {}
        while pending and (place := place_of(form, pending[0])):
            fields[place[0]] = place[1]
            if pending.pop(0).startswith(_PROPOSES):
                break
        response = client.post(url, fields)
        assert response.status_code == 302, response.context["form"].errors
        if not response["Location"].endswith("/tabs/") and not pending:
            break
    return asked, pending


def truth_of(cohort: Cohort) -> dict[str, set[str]]:
    """Trefoil's rows, in the lines of the files."""
    found: dict[str, set[str]] = {"people": set(), "marks": set(), "questions": set()}
    stays = dict(Membership.objects.filter(ended_on=None).values_list("enrolment", "group__name"))
    for one in Enrolment.objects.filter(cohort=cohort).select_related("person"):
        more = {"hours": one.hours_a_week, "tz": one.person.time_zone, "level": one.level}
        said = [
            f"{what} {value:g}" if what == "hours" else f"{what} {value}"
            for what, value in more.items()
            if value
        ]
        found["people"].add(
            " | ".join([f"{one.person.name} <{one.person.email}>", stays.get(one.pk, ""), *said])
        )
        marks = {mark.milestone.title: mark_of(mark) for mark in one.progress.select_related("milestone")}
        if set(marks.values()) - {"-"}:
            found["marks"].add(f"{one.person.name}: " + " ".join(marks.get(title, "-") for title in _TITLES))
    mentors = Mentorship.objects.filter(group__cohort=cohort).values_list("group__name", "person__name")
    found["groups"] = set(cohort.groups.values_list("name", flat=True))
    found["plans"] = {
        f"{group.name}: "
        + ", ".join(
            group.plan_items.order_by("milestone__position").values_list("milestone__title", flat=True)
        )
        for group in cohort.groups.all()
    }
    found["mentors"] = {": ".join(one) for one in mentors}
    for question in Question.objects.filter(cohort=cohort).select_related("asked_by", "milestone", "group"):
        answer = question.answers.first()
        day = "?" if question.is_undated else f"{question.asked_at:%Y-%m-%d}"
        about = question.milestone.title if question.milestone else ""
        by = answer.answered_by.name if answer else ""
        line = [day, question.asked_by.name, about, question.title, answer.body if answer else "", by]
        found["questions"].add(" | ".join([*line, question.group.name]))
    return found


def mark_of(mark: Progress) -> str:
    hours = "" if mark.hours is None else f"/{mark.hours.normalize():f}"
    return _LETTERS[mark.state] + hours + (f"@{mark.finished_on:%m-%d}" if mark.finished_on else "")


def cases() -> Iterator[Any]:
    """Each file; one that does not come in right yet says why not, and fails the test once it does."""
    for path in FILES:
        why = tomllib.loads(path.read_text()).get("fails")
        yield pytest.param(
            path, id=path.stem, marks=pytest.mark.xfail(strict=True, reason=why) if why else ()
        )


@pytest.mark.parametrize("path", list(cases()))
def test_file_comes_in_right_or_is_refused(path: Path) -> None:
    file = tomllib.loads(path.read_text())
    clicks = file.get("clicks", [])
    assert len(clicks) + ("paste" in file) <= _MOST_CHOICES
    cohort = make_cohort(file)
    before = truth_of(cohort)
    client = Client()
    client.force_login(cohort.course.admins.get().person)
    upload = SimpleUploadedFile(file["file"], content_of(file))
    give = reverse("sheets:import-give", args=[cohort.pk, file["page"]])
    response = client.post(give, {"uploads": [upload]}, follow=True)
    sheet_import, asked = SheetImport.objects.first(), ""
    if sheet_import is not None:
        tabs = reverse("sheets:import-tabs", args=[sheet_import.pk])
        asked, pending = choose(client, tabs, clicks, file.get("paste", ""))
        assert pending == []
        response = client.get(sheet_import.get_absolute_url())
    words = " ".join(unescape(re.sub(r"<[^>]*>", " ", response.content.decode())).split())
    if sheet_import is not None:
        client.post(reverse("sheets:import-confirm", args=[sheet_import.pk]))
    truth = {
        what: {" | ".join(cells_of(line)) for line in file["truth"].get(what, "").splitlines()}
        for what in ("people", "marks", "mentors", "questions")
    }
    truth["groups"] = {line.split(" | ")[1] for line in truth["people"]} - {""}
    found = truth_of(cohort)
    plans = found.pop("plans") & set(file["truth"].get("plans", "").splitlines())
    assert plans == set(file["truth"].get("plans", "").splitlines())
    said, unsaid = file["truth"].get("said", ()), file["truth"].get("unsaid", ())
    everything = f"{words} {asked}".lower()
    assert [one for one in said if one.lower() not in everything] == [], words
    assert [one for one in unsaid if one.lower() in everything] == [], words
    before.pop("plans")
    assert found == (before if file["truth"].get("is_refused") else truth), words
