from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from sheets.command_line import add_arguments, cohort_named, day_given, run
from sheets.models import SheetImport


class Command(BaseCommand):
    help = (
        "Import a list of people (CSV or workbook) into a cohort: new people join, missing people are listed and"
        " stay."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", help="a workbook (.xlsx) or CSV file")
        parser.add_argument("--cohort", required=True, help="its id, or course/title")
        parser.add_argument(
            "--starts-on", metavar="DAY", type=day_given, help="from when new people take part, as 2026-09-16"
        )
        parser.add_argument("--invite", action="store_true", help="invite the new people by e-mail")
        add_arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        cohort = cohort_named(options["cohort"])
        run(
            kind=SheetImport.Kind.ROSTER,
            course=cohort.course,
            cohort=cohort,
            paths=[options["file"]],
            options=options,
            out=self.stdout,
        )
