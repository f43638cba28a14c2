"""Runs an import from the command line: upload, preview and confirm in one go."""

import argparse
import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, OutputWrapper
from django.db.models import F
from django.utils import timezone

from courses.models import Cohort, Course
from people.models import User
from sheets.actions.confirm import ConfirmError, confirm
from sheets.actions.preview import preview
from sheets.actions.upload import Upload, upload
from sheets.matching.plan import LEAVE_OUT
from sheets.models import ImportLine, SheetImport
from sheets.reading import UnreadableFile
from sheets.understanding.dates import read_day


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--dry-run", action="store_true", help="show what would change and write nothing")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument(
        "--by", metavar="E-MAIL", help="the course admin who imports (default: the first one of the course)"
    )
    parser.add_argument(
        "--answer",
        action="append",
        default=[],
        metavar="KEY=ANSWER",
        help="answer a question; the keys and choices are listed when a question is open",
    )
    parser.add_argument(
        "--column",
        action="append",
        default=[],
        metavar="LAYOUT.NUMBER=FIELD",
        help="set what a column holds; layouts, numbers and fields are listed by --json",
    )
    parser.add_argument(
        "--leave-out-unsure",
        action="store_true",
        help="answer every open question by leaving out what it is about",
    )


def day_given(text: str) -> date:
    try:
        day = read_day(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error
    if day is None:
        raise argparse.ArgumentTypeError("Enter a day.")
    return day


def course_named(slug: str) -> Course:
    course = Course.objects.filter(slug=slug).first()
    if course is None:
        known = ", ".join(Course.objects.order_by("slug").values_list("slug", flat=True)[:20])
        raise CommandError(f"There is no course “{slug}”. There are: {known or 'none'}.")
    return course


def cohort_named(name: str) -> Cohort:
    """Find a cohort by id, by "course-slug/title", or by title if it is unique."""
    slug, _, title = name.rpartition("/")
    cohorts = Cohort.objects.select_related("course")
    if name.isdigit():
        cohorts = cohorts.filter(pk=int(name))
    else:
        cohorts = cohorts.filter(title__iexact=title, **({"course__slug": slug} if slug else {}))
    matches = list(cohorts[:2])
    if len(matches) != 1:
        rows = Cohort.objects.order_by("pk").values_list("pk", "course__slug", "title")[:20]
        known = "; ".join(f"{pk} or “{slug}/{title}”" for pk, slug, title in rows)
        why = "There are several such cohorts." if matches else f"There is no cohort “{name}”."
        raise CommandError(f"{why} Name one by its id or as course/title. There are: {known or 'none'}.")
    return matches[0]


def run(
    *,
    kind: SheetImport.Kind,
    course: Course,
    cohort: Cohort | None,
    paths: list[str],
    options: dict[str, Any],
    out: OutputWrapper,
) -> None:
    """Import the files, or with `dry_run` show what would change.

    Raises:
        CommandError: a file cannot be read, a question is open, or the import was refused. Nothing was written.
    """
    now = timezone.now()
    by = _admin(course, options["by"])
    sheet_import = _uploaded(kind, course, cohort, paths, by, now)
    kept = False
    try:
        sheet_import.options |= _options(options)
        sheet_import.save()
        sheet_import = preview(sheet_import=sheet_import, at=now)
        if options["leave_out_unsure"]:
            sheet_import = _leave_out(sheet_import, now)
        refusal = sheet_import.understood.get("refusal")
        if refusal:
            raise CommandError(refusal)
        if not options["dry_run"]:
            sheet_import = confirm(sheet_import=sheet_import, by=by, at=now)
            kept = True
        _report(sheet_import, options, out)
    except ConfirmError as error:
        _report(sheet_import, options, out)
        raise CommandError(str(error)) from error
    finally:
        if not kept:
            sheet_import.delete()


def _uploaded(
    kind: SheetImport.Kind, course: Course, cohort: Cohort | None, paths: list[str], by: User, now: datetime
) -> SheetImport:
    try:
        files = [Upload(Path(path).name, Path(path).read_bytes()) for path in paths]
    except OSError as error:
        raise CommandError(f"{error.filename}: {error.strerror}") from error
    try:
        return upload(kind=kind, course=course, cohort=cohort, files=files, by=by, at=now)
    except UnreadableFile as error:
        raise CommandError(str(error)) from error


def _admin(course: Course, email: str | None) -> User:
    admins = User.objects.filter(course_adminships__course=course).order_by("course_adminships__pk")
    by: User | None = admins.filter(email__iexact=email).first() if email else admins.first()
    if by is None:
        who = f"{email} is not a course admin of {course}." if email else f"{course} has no course admin."
        raise CommandError(f"{who} Name the course admin who imports with --by.")
    return by


def _options(options: dict[str, Any]) -> dict[str, Any]:
    columns: dict[str, dict[str, str]] = {}
    for text in options["column"]:
        column, _, field = text.partition("=")
        layout, _, number = column.partition(".")
        columns.setdefault(layout, {})[number] = field
    answers = dict(text.partition("=")[::2] for text in options["answer"])
    day: date | None = options.get("starts_on")
    chosen = {"columns": columns, "answers": answers, "is_inviting": options.get("invite", False)}
    return chosen | ({"starts_on": day.isoformat()} if day else {})


def _leave_out(sheet_import: SheetImport, now: datetime) -> SheetImport:
    answers = sheet_import.options["answers"]
    for question in sheet_import.understood["questions"]:
        answers.setdefault(question["key"], LEAVE_OUT)
    sheet_import.save()
    return preview(sheet_import=sheet_import, at=now)


def _report(sheet_import: SheetImport, options: dict[str, Any], out: OutputWrapper) -> None:
    lines = sheet_import.lines.in_order()
    understood = sheet_import.understood
    answers = sheet_import.options.get("answers", {})
    asked = [question for question in understood["questions"] if not answers.get(question["key"])]
    if options["json"]:
        shown = {
            "state": sheet_import.state,
            "import": sheet_import.pk,
            "counts": understood["counts"],
            "tables": understood["tables"],
            "questions": asked,
            "notes": understood["notes"],
            "lines": list(lines.values("verdict", "what", "reason", place=F("location"))),
        }
        out.write(json.dumps(shown, ensure_ascii=False, indent=2) + "\n")
        return
    for line in lines.exclude(verdict=ImportLine.Verdict.UNCHANGED):
        reason = f": {line.reason}" if line.reason else ""
        where = f" ({line.location})" if line.location else ""
        out.write(f"{line.get_verdict_display()}  {line.what}{reason}{where}\n")
    for note in understood["notes"]:
        out.write(f"note  {note}\n")
    for question in asked:
        out.write(f"asked  {question['text']} ({', '.join(question['places'])})\n")
        for value, label in question["choices"]:
            out.write(f"         --answer '{question['key']}={value}'  {label}\n")
        if question["takes_email"]:
            out.write(f"         --answer '{question['key']}=name@example.org'  that person\n")
    counts = {ImportLine.Verdict(key).label: count for key, count in understood["counts"].items() if count}
    counted = ", ".join(f"{count} {label}" for label, count in counts.items())
    done = "Imported" if sheet_import.state == SheetImport.State.CONFIRMED else "Nothing was written"
    out.write(f"{done}: {counted or 'nothing to do'}.\n")
