"""The first day of imported people as students, members and mentors."""

from datetime import date, datetime

import pytest
from django.urls import reverse

from groups.models import Enrolment, Membership, Mentorship
from lib.refusals import Refused
from sheets.models import SheetImport
from tests.conftest import NOW, TODAY, Cast, SignIn
from tests.factories.courses import CohortFactory
from tests.factories.tracker import CheckInFactory
from tests.sheets.importing import confirmed, differences, previewed, roster, shown, taken, undone
from tests.sheets.workbooks import workbook
from tracker.dashboards.group_overviews import group_overviews

pytestmark = pytest.mark.django_db

HEADER = ("Name", "E-mail", "Group", "Mentor")
START = date(2026, 8, 31)
TEAM = (
    HEADER,
    ("Gus Lind", "gus@example.com", "Willow", "Nadia <nadia@example.com>"),
    ("Hana Mori", "hana@example.com", "Willow", "Nadia <nadia@example.com>"),
    ("Ivo Lima", "ivo@example.com", "", ""),
)
TRACKER = [("Learning path:", None, "LLM", "Group:", "Willow"), (None, None, "LLM basics"), ("Name", "Mentor", 1),
           ("Gus Lind <gus@example.com>", "Nadia <nadia@example.com>", True),
           ("Hana Mori <hana@example.com>", None, False), ("Ivo Lima <ivo@example.com>", None, True)]  # fmt: skip


def team(cast: Cast, **options: object) -> SheetImport:
    return roster(cast, *TEAM, answers={"empty groups:roster.csv": "none"}, **options)


def sheets(cast: Cast) -> SheetImport:
    book = workbook({"Tracker": TRACKER})
    return previewed("sheet", ("Willow.xlsx", book), by=cast.ines, cohort=cast.cohort)


def days(cast: Cast) -> set[tuple[str, str, date, date | None]]:
    """The days of each role, of the people who are new."""
    new = {
        "person__email__in": ["gus@example.com", "hana@example.com", "ivo@example.com", "nadia@example.com"]
    }
    enrolled = Enrolment.objects.filter(cohort=cast.cohort, **new)
    stays = Membership.objects.filter(enrolment__in=enrolled)
    return {
        *((row.person.name, "enrolled", row.started_on, row.ended_on) for row in enrolled),
        *((row.enrolment.person.name, f"in {row.group}", row.started_on, row.ended_on) for row in stays),
        *(
            (row.person.name, f"mentors {row.group}", row.started_on, row.ended_on)
            for row in Mentorship.objects.filter(group__cohort=cast.cohort, **new)
        ),
    }


def test_people_first_and_sheets_after_is_the_same_as_the_other_way_round(cast: Cast) -> None:
    other = CohortFactory.create(
        course=cast.course, title="Other", time_zone="Europe/Lisbon", starts_on=START
    )
    confirmed(team(cast), cast.ines)
    confirmed(sheets(cast), cast.ines)
    people_first = days(cast)
    assert {start for _, _, start, _ in people_first} == {START}
    assert len(people_first) == 7
    cast = Cast(**{**cast.__dict__, "cohort": other})
    confirmed(sheets(cast), cast.ines)
    confirmed(team(cast), cast.ines)
    assert days(cast) == people_first


def test_corrected_row_is_no_late_joiner(cast: Cast) -> None:
    confirmed(roster(cast, HEADER, TEAM[1], ("Hana Mori", "hana(at)example", "Willow", "")), cast.ines)
    confirmed(roster(cast, HEADER, TEAM[2]), cast.ines)
    willow = cast.cohort.groups.get(name="Willow")
    [overview] = group_overviews(cast.cohort.groups.filter(pk=willow.pk), now=NOW)
    # Both are expected to have done what the others are: nobody counts as somebody who came later.
    assert {start for _, _, start, _ in days(cast)} == {START}
    assert len({len(member.standing.work.due) for member in overview.members}) == 1


def test_group_that_met_in_trefoil_gets_new_people_from_today(cast: Cast) -> None:
    CheckInFactory.create(group=cast.juniper, logged_by=cast.tomas)
    sheet_import = roster(
        cast,
        HEADER,
        ("Gus Lind", "gus@example.com", "Juniper", "Nadia <nadia@example.com>; Tomás Reis"),
        ("Hana Mori", "hana@example.com", "Willow", ""),
    )
    lines = sheet_import.lines.exclude(starts_on=None).values_list("email", "starts_on")
    assert set(lines) == {
        ("gus@example.com", TODAY),
        ("hana@example.com", START),
        ("nadia@example.com", TODAY),
    }
    confirmed(sheet_import, cast.ines)
    assert ("Gus Lind", "in Juniper", TODAY, None) in days(cast)
    assert ("Hana Mori", "enrolled", START, None) in days(cast)


def test_earlier_enrolment_says_otherwise(cast: Cast) -> None:
    Membership.objects.filter(pk=cast.ana.pk).update(ended_on=date(2026, 9, 4), end_reason="dropped")
    Enrolment.objects.filter(pk=cast.ana.enrolment_id).update(ended_on=date(2026, 9, 4), end_reason="dropped")
    confirmed(roster(cast, HEADER, ("Ana Ruivo", "ana@example.com", "Juniper", "")), cast.ines)
    again = Enrolment.objects.get(person=cast.person("ana"), ended_on=None)
    assert (again.started_on, again.memberships.get().started_on) == (date(2026, 9, 4), date(2026, 9, 4))


def test_days_are_set_for_all_and_by_person_and_shown(cast: Cast, as_: SignIn) -> None:
    sheet_import = team(cast)
    client = as_("ines")
    page = sheet_import.get_absolute_url()
    assert "4 people from 31 August 2026, the start of the cohort" in " ".join(client.get(page).text.split())
    url = reverse("sheets:import-days", args=[sheet_import.pk])
    form = client.get(url).context["form"]
    assert {line.email for line, _ in form.rows()} == {
        "gus@example.com", "hana@example.com", "ivo@example.com", "nadia@example.com",
    }  # fmt: skip
    typed = {f"on-{line.email}": line.starts_on for line, _ in form.rows()}
    answer = client.post(
        url, typed | {"of_all": "2026-09-07", "on-hana@example.com": "2026-09-10"}, follow=True
    )
    shown = " ".join(answer.text.split())
    assert "3 people from 7 September 2026" in shown
    assert "1 person from 10 September 2026" in shown
    client.post(reverse("sheets:import-confirm", args=[sheet_import.pk]))
    assert {(who, what, str(day)) for who, what, day, _ in days(cast)} == {
        ("Gus Lind", "enrolled", "2026-09-07"),
        ("Gus Lind", "in Willow", "2026-09-07"),
        ("Hana Mori", "enrolled", "2026-09-10"),
        ("Hana Mori", "in Willow", "2026-09-10"),
        ("Ivo Lima", "enrolled", "2026-09-07"),
        ("Nadia", "mentors Willow", "2026-09-07"),
    }


def test_emptied_day_of_a_person_follows_the_day_of_all_again(cast: Cast, as_: SignIn) -> None:
    sheet_import = team(cast, days={"gus@example.com": "2026-09-10"})
    assert sheet_import.lines.get(email="gus@example.com").starts_on == date(2026, 9, 10)
    url = reverse("sheets:import-days", args=[sheet_import.pk])
    as_("ines").post(url, {"of_all": ""})
    sheet_import.refresh_from_db()
    assert sheet_import.options["days"] == {}
    assert sheet_import.lines.get(email="gus@example.com").starts_on == START


def test_distant_day_is_refused(cast: Cast, as_: SignIn) -> None:
    sheet_import = team(cast)
    url = reverse("sheets:import-days", args=[sheet_import.pk])
    answer = as_("ines").post(url, {"of_all": "", "on-gus@example.com": "1926-09-10"})
    assert answer.status_code == 422
    assert "Choose a day between" in answer.text
    assert SheetImport.objects.get(pk=sheet_import.pk).options.get("days") is None


def test_pages_propose_the_same_day(cast: Cast, as_: SignIn) -> None:
    client = as_("ines")

    def proposed(name: str, *args: object) -> object:
        return client.get(reverse(name, args=args)).context["form"]["started_on"].initial

    assert proposed("tracker:enrol", cast.cohort.pk) == START
    CheckInFactory.create(
        group=cast.clover, logged_by=cast.marta, logged_at=datetime(2026, 9, 8, tzinfo=NOW.tzinfo)
    )
    assert proposed("tracker:enrol", cast.cohort.pk) == TODAY


PEOPLE = ("Person", "E-mail", "Group", "Role", "From", "Until", "Joined the cohort on")


def our_own(cast: Cast, *rows: tuple[str, ...]) -> SheetImport:
    content = workbook({"People": [PEOPLE, *rows]})
    return previewed("sheet", ("People.xlsx", content), by=cast.ines, cohort=cast.cohort)


GUS = ("Gus Lind", "gus@example.com", "Willow", "student", "2026-09-10", "", "2026-09-07")
HANA = ("Hana Mori", "hana@example.com", "Willow", "student", "", "", "2026-09-09")
NADIA = ("Nadia", "nadia@example.com", "Willow", "mentor", "2026-09-03", "", "")


def test_other_days_of_our_own_workbook_are_differences(cast: Cast) -> None:
    confirmed(team(cast), cast.ines)
    before = days(cast)
    assert differences(our_own(cast, GUS, HANA, NADIA)) == [
        (
            "Gus Lind <gus@example.com>",
            "in the cohort from 7 September 2026",
            "in the cohort from 31 August 2026",
        ),
        ("Gus Lind <gus@example.com>", "in Willow from 10 September 2026", "in Willow from 31 August 2026"),
        (
            "Hana Mori <hana@example.com>",
            "in the cohort from 9 September 2026",
            "in the cohort from 31 August 2026",
        ),
        (
            "Nadia <nadia@example.com>",
            "mentors Willow from 3 September 2026",
            "mentors Willow from 31 August 2026",
        ),
    ]
    book = confirmed(taken(our_own(cast, GUS, HANA, NADIA)), cast.ines)
    assert {row for row in days(cast) if row[0] != "Ivo Lima"} == {
        ("Gus Lind", "enrolled", date(2026, 9, 7), None),
        ("Gus Lind", "in Willow", date(2026, 9, 10), None),
        ("Hana Mori", "enrolled", date(2026, 9, 9), None),
        ("Hana Mori", "in Willow", date(2026, 9, 9), None),
        ("Nadia", "mentors Willow", date(2026, 9, 3), None),
    }
    assert {line[0] for line in shown(our_own(cast, GUS, HANA, NADIA))} == {"unchanged"}
    undone(book, cast.ines)
    assert days(cast) == before


def test_day_that_contradicts_another_stay_is_refused_and_nothing_is_imported(cast: Cast) -> None:
    confirmed(team(cast), cast.ines)
    gus = Enrolment.objects.get(person__email="gus@example.com")
    gus.memberships.update(started_on=date(2026, 9, 5))
    before = days(cast)
    late = (*GUS[:2], "", *GUS[3:4], "", "", "2026-09-07")
    with pytest.raises(Refused, match="cannot start before the enrolment, on 7 September 2026"):
        confirmed(taken(our_own(cast, late, NADIA)), cast.ines)
    assert days(cast) == before
