"""Works out what an import would do, and stores it for the pages."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.shortcuts import get_object_or_404

from sheets.actions.correct import correct
from sheets.actions.jobs import finish_job
from sheets.actions.links import fetch_files
from sheets.actions.planning import Say, plan_of, read_import, silent
from sheets.matching.plan import ImportPlan
from sheets.models import ImportJob, ImportLine, SheetImport
from sheets.models.kept import ImportOptions
from sheets.reading import UnreadableFile


def preview(*, sheet_import: SheetImport, at: datetime, say: Say = silent) -> SheetImport:
    """Read, understand and compare; store lines, questions and notes. Nothing outside this app is written.

    If a file cannot be read at all, the import has no preview but the reason in `understood`. If the import was
    confirmed, deleted or corrected in the meantime, this preview is not stored.
    """
    try:
        fetch_files(sheet_import, say)
        plan = plan_of(sheet_import, at, say)
    except UnreadableFile as error:
        keep_preview(sheet_import, None, str(error))
    else:
        keep_preview(sheet_import, plan)
    return sheet_import


def look(*, sheet_import: SheetImport, options: ImportOptions, at: datetime) -> bool:
    """Keep a choice, and what the tabs give with it; False if the page was sent since, whose choices stay."""
    with transaction.atomic():
        locked = get_object_or_404(SheetImport.objects.select_for_update(of=("self",)), pk=sheet_import.pk)
        if locked.options.get("sent", 0) != options["sent"]:
            return False
        sheet_import.refresh_from_db()
        if locked.options | {"tabs": options["tabs"], "answers": options["answers"]} != locked.options:
            correct(sheet_import=sheet_import, options=options)
    tabs = read_import(sheet_import, sheet_import.uploaded_by, at).tabs
    sheet_import.understood = sheet_import.understood | {"tables": tabs}
    # If the form was previewed meanwhile, its own preview stays.
    SheetImport.objects.filter(pk=sheet_import.pk, state=SheetImport.State.UPLOADED).update(
        understood=sheet_import.understood
    )
    return True


@transaction.atomic
def keep_preview(sheet_import: SheetImport, plan: ImportPlan[Any] | None, refusal: str = "") -> None:
    kept = SheetImport.objects.select_for_update(of=("self",)).filter(pk=sheet_import.pk).first()
    if kept is None:
        return
    if kept.is_open and kept.options == sheet_import.options:
        kept.lines.all().delete()
        for n, line in enumerate(plan.lines if plan else ()):
            line.sheet_import, line.position = kept, n
        ImportLine.objects.bulk_create(plan.lines if plan else (), batch_size=500)
        sheet_import.understood = {
            "tables": plan.tables if plan else [],
            "notes": plan.notes if plan else [],
            "counts": plan.counts() if plan else {},
            "questions": [question.shown() for question in plan.clarifications] if plan else [],
            **({"refusal": refusal} if refusal else {}),
        }
        sheet_import.digest = plan.digest() if plan else ""
        sheet_import.state = SheetImport.State.PREVIEWED if plan else SheetImport.State.UPLOADED
        sheet_import.save(update_fields=["understood", "digest", "state", *(["is_long"] if plan else [])])
    else:
        sheet_import.refresh_from_db()
    finish_job(kept, ImportJob.Work.READ)
