import re

from django.db import migrations
from django.db.models import Case, F, Q, TextField, Value, When
from django.db.models.functions import Concat

ROWS = ("CheckInEntry", "HistoricalCheckInEntry")
_GONE = re.compile(r"(e[0-9]+)-(blocker|pace)")


def keep_what_was_typed(apps, schema_editor):
    """Put "Stuck." and what blocks before the note: somebody typed these. Other paces were proposed, and go."""
    first = Case(
        When(pace="stuck", blocker="", then=Value("Stuck.")),
        When(pace="stuck", then=Concat(Value("Stuck. Blocked by: "), F("blocker"), output_field=TextField())),
        default=Concat(Value("Blocked by: "), F("blocker"), output_field=TextField()),
        output_field=TextField(),
    )
    for name in ROWS:
        rows = apps.get_model("tracker", name).objects.filter(Q(pace="stuck") | ~Q(blocker=""))
        rows.update(
            note=Case(
                When(note="", then=first),
                default=Concat(first, Value("\n"), F("note"), output_field=TextField()),
                output_field=TextField(),
            )
        )
    for draft in apps.get_model("tracker", "CheckInDraft").objects.all():
        fields = without_pace_and_blocker(draft.fields)
        if fields != draft.fields:
            draft.fields = fields
            draft.save(update_fields=["fields"])


def without_pace_and_blocker(fields):
    """Do the same to what somebody typed into a check-in and has not saved."""
    kept = {name: values for name, values in fields.items() if not _GONE.fullmatch(name)}
    for entry in {match[1] for match in map(_GONE.fullmatch, fields) if match}:
        (pace, *_), (blocker, *_), (note, *_) = (
            fields.get(f"{entry}-{name}") or [""] for name in ("pace", "blocker", "note")
        )
        first = " ".join(filter(None, ["Stuck." * (pace == "stuck"), blocker and f"Blocked by: {blocker}"]))
        if first:
            kept[f"{entry}-note"] = ["\n".join(filter(None, [first, note]))]
    return kept


class Migration(migrations.Migration):
    dependencies = [("tracker", "0020_no_known_questions_seen")]

    operations = [
        migrations.RunPython(keep_what_was_typed, migrations.RunPython.noop, elidable=True),
        *(migrations.RemoveField(name, field) for name in ROWS for field in ("pace", "blocker")),
    ]
