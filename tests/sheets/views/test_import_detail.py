import pytest

from sheets.dashboards.imports import import_page
from sheets.models import ImportLine, SheetImport
from tests.conftest import NOW, Cast


@pytest.mark.parametrize(
    ("understood", "heading"),
    [
        ({"counts": {"new": 2, "moved": 1, "missing": 5}}, "3 changes to confirm"),
        ({"counts": {"changed": 1}}, "1 change to confirm"),
        ({"counts": {"unchanged": 4}}, "Nothing would change"),
        ({"questions": [{"key": "a"}], "counts": {"new": 2}}, "1 question is open"),
        ({"tables": [{"name": "People", "missing": ["name", "e-mail"]}]}, "2 columns are missing"),
        ({"refusal": "It is a picture."}, "It cannot be read"),
    ],
)
def test_heading_says_what_is_to_be_done(cast: Cast, understood: dict[str, object], heading: str) -> None:
    sheet_import = SheetImport.objects.create(
        course=cast.course,
        cohort=cast.cohort,
        kind=SheetImport.Kind.ROSTER,
        uploaded_by=cast.ines,
        uploaded_at=NOW,
        understood=understood,
    )
    assert import_page(sheet_import, "", None).heading == heading


def test_only_what_needs_a_look_has_a_tone() -> None:
    tones = {verdict.value: ImportLine(verdict=verdict).tone for verdict in ImportLine.Verdict}
    assert {verdict: tone for verdict, tone in tones.items() if tone} == {
        "missing": "watch",
        "no_group": "watch",
        "unreadable": "act",
    }
