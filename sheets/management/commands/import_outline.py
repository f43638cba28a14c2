from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from sheets.actions.upload import limits
from sheets.command_line import add_arguments, course_named, run
from sheets.models import SheetImport
from sheets.reading import UnreadableFile, read_file
from sheets.understanding.materials import understand_materials


class Command(BaseCommand):
    help = "Import the outline of a course from its README (Markdown), or its materials from a CSV file or workbook."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", help="Markdown, or a list of materials (.xlsx, CSV)")
        parser.add_argument("--course", required=True, help="the course's name in its address")
        add_arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        run(
            kind=SheetImport.Kind.MATERIALS if is_materials(options["file"]) else SheetImport.Kind.OUTLINE,
            course=course_named(options["course"]),
            cohort=None,
            paths=[options["file"]],
            options=options,
            out=self.stdout,
        )


def is_materials(path: str) -> bool:
    """Return whether the file is a table with columns of milestones and titles; a README is not."""
    try:
        tables = read_file(Path(path).name, Path(path).read_bytes(), limits())
    except (UnreadableFile, OSError):
        return False
    return any(table.tab or not understand_materials(table).understood.missing for table in tables)
