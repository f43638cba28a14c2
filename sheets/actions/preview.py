"""Work out what an import would do, and keep it for the pages to show."""

from datetime import datetime
from typing import Any

from django.db import transaction

from sheets.actions.planning import plan_of
from sheets.matching.plan import Plan, Step, Work
from sheets.models import Line, SheetImport
from sheets.reading import UnreadableFile


def preview(*, sheet_import: SheetImport, at: datetime) -> Work[SheetImport]:
    """Read, understand and compare; keep lines, questions and notes. Nothing outside of this app is written.

    A file that cannot be read at all leaves the import without a preview, with the reason in `understood`.
    """
    try:
        plan = yield from plan_of(sheet_import, at)
    except UnreadableFile as error:
        keep_refusal(sheet_import, str(error))
        return sheet_import
    yield Step("Keeping the preview", 0, 1)
    keep(sheet_import, plan)
    return sheet_import


@transaction.atomic
def keep(sheet_import: SheetImport, plan: Plan[Any]) -> None:
    """Keep a plan as the preview in place of an earlier one."""
    sheet_import.lines.all().delete()
    Line.objects.bulk_create(
        (
            Line(
                sheet_import=sheet_import,
                position=n,
                verdict=line.verdict,
                place=line.place,
                what=line.what,
                reason=line.reason,
                table=line.table,
                row=line.row.number if line.row else None,
                cells=line.cells(),
            )
            for n, line in enumerate(plan.lines)
        ),
        batch_size=500,
    )
    sheet_import.understood = understood(plan)
    sheet_import.digest = plan.digest()
    sheet_import.state = SheetImport.State.PREVIEWED
    sheet_import.save()


def understood(plan: Plan[Any]) -> dict[str, Any]:
    """What the pages show of a plan besides its lines."""
    return {
        "tables": plan.tables,
        "notes": plan.notes,
        "counts": plan.counts(),
        "heads": {
            str(n): {"tab": head.tab, "rows": head.texts()}
            for n, head in plan.heads.items()
            if n in {line.table for line in plan.lines}
        },
        "questions": [
            {
                "key": question.key,
                "text": question.text,
                "places": list(question.places[:5]),
                "more_places": max(len(question.places) - 5, 0),
                "choices": [[choice.value, choice.label] for choice in question.choices],
                "takes_email": question.takes_email,
                "suggested": question.suggested,
            }
            for question in plan.questions
        ],
    }


@transaction.atomic
def keep_refusal(sheet_import: SheetImport, reason: str) -> None:
    sheet_import.lines.all().delete()
    sheet_import.understood = {"refusal": reason, "tables": [], "notes": [], "counts": {}, "questions": []}
    sheet_import.state = SheetImport.State.GIVEN
    sheet_import.digest = ""
    sheet_import.save()
