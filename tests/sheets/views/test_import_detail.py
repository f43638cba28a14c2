import re

import pytest
from django.http import QueryDict
from django.urls import reverse

from sheets.dashboards.imports import ImportPage
from sheets.models import ImportLine, SheetImport
from tests.conftest import NOW, Cast, SignIn
from tests.sheets import importing
from tests.sheets.actions.test_layouts import given


def previewed(cast: Cast, **understood: object) -> SheetImport:
    return SheetImport.objects.create(
        course=cast.course,
        cohort=cast.cohort,
        kind=SheetImport.Kind.ROSTER,
        state=SheetImport.State.PREVIEWED,
        uploaded_by=cast.ines,
        uploaded_at=NOW,
        understood=understood,
    )


@pytest.mark.parametrize(
    ("understood", "heading"),
    [
        ({"counts": {"new": 2, "moved": 1, "missing": 5}}, "3 changes to confirm"),
        ({"counts": {"changed": 1}}, "1 change to confirm"),
        ({"counts": {"unchanged": 4}}, "Nothing would change"),
        ({"questions": [{"key": "a"}], "counts": {"new": 2}}, "1 question is open"),
        ({"tables": [{"name": "People", "missing": ["name", "e-mail"]}]}, "2 columns to choose"),
        ({"refusal": "It is a picture."}, "It cannot be read"),
    ],
)
def test_heading_says_what_is_to_be_done(cast: Cast, understood: dict[str, object], heading: str) -> None:
    sheet_import = previewed(cast, **understood)
    assert ImportPage(sheet_import, "", QueryDict(), NOW).heading == heading


def test_file_that_says_nothing_new_is_not_imported(cast: Cast, as_: SignIn) -> None:
    sheet_import = previewed(cast, counts={"unchanged": 4})
    page = as_("ines").get(sheet_import.get_absolute_url()).text
    assert "Nothing in the file differs from what is here" in page
    assert "confirm/" not in page


def test_file_whose_every_tab_is_left_out_leads_to_what_is_what(cast: Cast, as_: SignIn) -> None:
    sheet_import = given(cast, {"Meetings": [["12 May", "all met"]], "Ideas": [["Pizza", "Pasta"]]})
    page = as_("ines").get(sheet_import.get_absolute_url()).text
    assert "Every tab is left out" in page
    assert "Nothing of the file is read" in page
    assert "Nothing in the file differs" not in page
    link = f'<a class="btn btn-primary" href="{reverse("sheets:import-tabs", args=[sheet_import.pk])}">'
    assert link in page


def test_only_what_needs_a_look_has_a_tone() -> None:
    tones = {verdict.value: ImportLine(verdict=verdict).tone for verdict in ImportLine.Verdict}
    assert {verdict: tone for verdict, tone in tones.items() if tone} == {
        "both": "watch",
        "no_group": "watch",
        "unreadable": "act",
    }


def test_what_is_not_imported_comes_first_and_what_stays_is_one_line(cast: Cast, as_: SignIn) -> None:
    sheet_import = previewed(cast, counts={"new": 2, "missing": 1, "unreadable": 1})
    for n, verdict in enumerate(("new", "missing", "unreadable", "new")):
        sheet_import.lines.create(position=n, verdict=verdict, what=f"Row {n}")
    page = as_("ines").get(sheet_import.get_absolute_url()).text
    assert re.findall(r'<th scope="row">(.+?)</th>', page) == ["Row 2", "Row 0", "Row 3"]
    assert ">Import 2 changes</button>" in page
    assert '<a href="?verdict=missing">1' in page
    page = as_("ines").get(sheet_import.get_absolute_url(), {"verdict": "missing"}).text
    assert re.findall(r'<th scope="row">(.+?)</th>', page) == ["Row 1"]


def test_proposals_of_an_outline_are_ticked_and_what_was_edited_here_is_shown_in_both_versions(
    cast: Cast, as_: SignIn
) -> None:
    ines = as_("ines")
    cast.course.sections.create(title="Gloves", body="Ours, <script>of</script> **leather**.", position=1)
    give = reverse("sheets:course-import-give", args=[cast.course.slug, "outline"])
    text = "# A\n\nHello.\n\n## Gloves\n\nTheirs, of *tulle*.\n\n## Veil\n\nWhite.\n"
    page = ines.post(give, {"text": text}, follow=True)
    boxes = re.findall(r'name="take" value="(\d+)" form="import"( checked)?>', page.text)
    lines = {line.what: str(line.pk) for line in ImportLine.objects.exclude(is_taken=None)}
    assert boxes == [(lines["Welcome"], " checked"), (lines["Gloves"], ""), (lines["Veil"], " checked")]
    assert "<p>Ours, &lt;script&gt;of&lt;/script&gt; <strong>leather</strong>.</p>" in page.text
    assert "<p>Theirs, of <em>tulle</em>.</p>" in page.text
    assert ">Import what is ticked</button>" in page.text
    # No filter and no second page, where a tick would be forgotten; nor rows to download.
    assert "?verdict=" not in page.text
    assert "unreadable/" not in page.text

    confirm = f"{page.request['PATH_INFO']}confirm/"
    done = ines.post(confirm, {"take": [lines["Gloves"], lines["Veil"]]}, follow=True).text
    bodies = dict(cast.course.sections.values_list("title", "body"))
    assert bodies == {"Gloves": "Theirs, of *tulle*.", "Veil": "White."}
    assert 'name="take"' not in done
    assert re.findall(r'<th scope="row">(.+?)</th>\s*<td>\s*(.+?)\n', done)[0] == (
        "Welcome", "Left as it is, as you chose.",
    )  # fmt: skip


def test_import_of_an_outline_counts_what_is_ticked_and_takes_no_less(cast: Cast, as_: SignIn) -> None:
    ines = as_("ines")
    cast.course.sections.create(title="Gloves", body="Ours.", position=1)
    give = reverse("sheets:course-import-give", args=[cast.course.slug, "outline"])
    page = ines.post(give, {"text": "## Gloves\n\nTheirs.\n"}, follow=True)
    assert "<h1>Nothing is ticked</h1>" in page.text
    confirm = f"{page.request['PATH_INFO']}confirm/"
    refused = ines.post(confirm, follow=True).text
    assert "Nothing is ticked, so nothing was imported. Tick what to import, or delete it." in refused
    assert SheetImport.objects.get().is_open
    (gloves,) = ImportLine.objects.exclude(is_taken=None)
    assert "<h1>Imported</h1>" in ines.post(confirm, {"take": [gloves.pk]}, follow=True).text
    cast.course.sections.update(body="Ours again.")
    page = ines.post(give, {"text": "## Gloves\n\nNewer.\n\n## Veil\n\nWhite.\n"}, follow=True)
    assert "<h1>1 change to confirm</h1>" in page.text


def test_people_missing_in_a_file_with_differences_are_folded(cast: Cast, as_: SignIn) -> None:
    ana = cast.person("ana")
    content = f"Name,E-mail,Group\n{ana},{ana.email},Juniper\nUma,uma@h.example,Juniper\n".encode()
    roster = importing.previewed("roster", ("people.csv", content), by=cast.ines, cohort=cast.cohort)
    page = as_("ines").get(roster.get_absolute_url())
    shown = page.context["shown"]
    missing = {line.what.partition(" <")[0] for line in shown.kept}
    assert missing == {"Bruno Sá", "Chidi Okafor", "Dalia Haddad", "Emre Kaya", "Fátima Nunes"}
    assert [line.verdict for line in shown.differences] == ["both"]
    assert "5 missing in the file stay unchanged" in " ".join(page.text.split())
    assert {line.verdict for line in shown.page}.isdisjoint({"missing"})
    # Only what it wrote is said to go back.
    importing.confirmed(roster, cast.ines)
    undo = as_("ines").get(reverse("sheets:import-undo", args=[roster.pk])).text
    assert "It wrote: 1 new. All of that" in undo
