"""A list of people is judged as a whole: what one row frees another may take, and no line says what is not so."""

import pytest
from django.urls import reverse

from groups.models import Enrolment, Membership
from lib.refusals import Refused
from people.actions.invitations import invite
from people.models import Invitation, User
from sheets.actions.preview import preview
from tests.conftest import NOW, TODAY, Cast, SignIn
from tests.factories.groups import EnrolmentFactory, MembershipFactory
from tests.sheets.actions.test_roster import CAST_ROWS, HEADER, everything, groups_of
from tests.sheets.importing import confirmed, differences, previewed, roster, shown, taken, undone

pytestmark = pytest.mark.django_db
NEW_ANA = (HEADER, ("Ana Ruivo", "ana.ruivo@example.com", "", ""))


def fill_groups(cast: Cast) -> None:
    """One student more than the group size in each group: nobody else finds room."""
    for group in (cast.clover, cast.juniper):
        enrolment = EnrolmentFactory.create(cohort=cast.cohort, person__email=f"{group.name}@example.com")
        MembershipFactory.create(enrolment=enrolment, group=group)


def test_two_people_swap_between_full_groups(cast: Cast) -> None:
    fill_groups(cast)
    before = everything()
    sheet_import = roster(
        cast,
        HEADER,
        ("Ana Ruivo", "ana@example.com", "Juniper", ""),
        ("Emre Kaya", "emre@example.com", "Clover", ""),
    )
    assert differences(sheet_import) == [
        ("Ana Ruivo <ana@example.com>", "in Juniper", "in Clover"),
        ("Emre Kaya <emre@example.com>", "in Clover", "in Juniper"),
    ]
    confirmed(taken(sheet_import), cast.ines)
    assert groups_of(cast, "ana@example.com", "emre@example.com") == ["Juniper", "Clover"]
    undone(sheet_import, cast.ines)
    assert everything() == before


def test_newcomer_takes_the_place_that_a_later_row_frees(cast: Cast) -> None:
    fill_groups(cast)
    rows = [("Gus Lind", "gus@example.com", "Clover", ""), ("Ana Ruivo", "ana@example.com", "Willow", "")]
    sheet_import = taken(roster(cast, HEADER, *rows))
    assert [what for _, what, _ in shown(sheet_import, "no_group")] == ["Gus Lind <gus@example.com>"]
    # The tick changes another row, too: it is shown first.
    with pytest.raises(Refused, match="what you ticked changes other rows, too"):
        confirmed(sheet_import, cast.ines)
    preview(sheet_import=sheet_import, at=NOW)
    assert shown(sheet_import, "no_group") == []
    confirmed(sheet_import, cast.ines)
    assert groups_of(cast, "ana@example.com", "gus@example.com") == ["Willow", "Clover"]


def test_whoever_finds_no_room_is_enrolled_without_a_group_and_listed(cast: Cast) -> None:
    sheet_import = roster(
        cast, HEADER, ("Gus", "gus@example.com", "Clover", ""), ("Ivo", "ivo@example.com", "clover", "")
    )
    assert shown(sheet_import, "new", "no_group", "unreadable") == [
        ("new", "Gus <gus@example.com>", "joins the cohort; into Clover"),
        (
            "no_group",
            "Ivo <ivo@example.com>",
            "joins the cohort; without a group; Clover is full: 4 students, one more than the group size of 3. Move"
            " someone out first, or create another group.",
        ),
    ]
    confirmed(sheet_import, cast.ines)
    assert cast.clover.memberships.filter(ended_on=None).count() == 4
    assert Enrolment.objects.get(person__email="ivo@example.com").memberships.count() == 0


def test_whoever_cannot_move_keeps_the_place_that_another_was_to_get(cast: Cast) -> None:
    fill_groups(cast)
    sheet_import = roster(
        cast,
        HEADER,
        ("Gus", "gus@example.com", "Clover", ""),
        ("Ana Ruivo", "ana@example.com", "Juniper", ""),
    )
    preview(sheet_import=taken(sheet_import), at=NOW)
    assert [
        (verdict, why.split("; ")[-2]) for verdict, _, why in shown(sheet_import, "no_group", "moved")
    ] == [
        ("no_group", "without a group"),
        ("no_group", "stays in Clover"),
    ]
    confirmed(sheet_import, cast.ines)
    assert groups_of(cast, "ana@example.com", "gus@example.com") == ["Clover"]


def test_row_that_is_not_imported_is_not_missing_in_the_file(cast: Cast) -> None:
    rows = [row for row in CAST_ROWS if row[0] not in ("Bruno Sá", "Chidi Okafor")]
    User.objects.filter(email="chidi@example.com").update(is_active=False)
    sheet_import = roster(
        cast,
        HEADER,
        *rows,
        ("Bruno Sá", "bruno@example.com", "g" * 101, ""),
        ("Chidi Okafor", "chidi@example.com", "Fern", ""),
    )
    assert [line[1] for line in shown(sheet_import, "unreadable")] == [
        "Bruno Sá <bruno@example.com>",
        "Chidi Okafor <chidi@example.com>",
    ]
    assert shown(sheet_import, "missing") == []


def test_mentor_of_a_row_that_is_not_imported_is_not_missing(cast: Cast) -> None:
    rows = [("Ana Ruivo", "ana@example.com", "Clover", "Nadia <nadia@example.com>")]
    rows.append(("Marta Pires", "marta@example.com", "Clover", "Marta Pires"))
    sheet_import = roster(cast, HEADER, *rows)
    assert [line[1] for line in shown(sheet_import, "unreadable")] == ["Marta Pires <marta@example.com>"]
    assert not [line for line in shown(sheet_import, "missing") if "mentors" in line[2]]


def test_name_without_an_address_that_another_row_has_is_a_duplicate(cast: Cast) -> None:
    sheet_import = roster(cast, HEADER, ("Gus Lind", "", "", ""), ("Gus Lind", "gus@example.com", "", ""))
    assert shown(sheet_import, "new", "duplicate", "unreadable") == [
        (
            "duplicate",
            "Gus Lind",
            "The same name is in row 3. If it is someone else, add the e-mail address.",
        ),
        ("new", "Gus Lind <gus@example.com>", "joins the cohort"),
    ]


def test_new_address_of_a_known_person_is_accepted(cast: Cast) -> None:
    User.objects.filter(email="ana@example.com").update(password="!", last_login=None)
    invite(email="ana@example.com", name="Ana Ruivo", by=cast.ines, at=NOW)
    before = list(User.objects.order_by("pk").values())
    (question,) = roster(cast, *NEW_ANA).understood["questions"]
    sheet_import = roster(cast, *NEW_ANA, answers={question["key"]: "same"})
    assert differences(sheet_import) == [
        ("Ana Ruivo <ana@example.com>", "email: ana.ruivo@example.com", "email: ana@example.com")
    ]
    confirmed(taken(sheet_import), cast.ines)
    assert User.objects.get(name="Ana Ruivo").email == "ana.ruivo@example.com"
    # The link that went to the old address opens nothing.
    assert not Invitation.objects.open(NOW).exists()
    undone(sheet_import, cast.ines)
    assert list(User.objects.order_by("pk").values()) == before


def sign_in(cast: Cast) -> None:
    User.objects.filter(email="ana@example.com").update(last_login=NOW)


def belong_elsewhere(cast: Cast) -> None:
    EnrolmentFactory.create(person=cast.person("ana"))


def be_invited_by_another(cast: Cast) -> None:
    invite(email="ana@example.com", name="", by=cast.marta, at=NOW)


@pytest.mark.parametrize("deed", [sign_in, belong_elsewhere, be_invited_by_another])
def test_address_of_an_account_that_is_not_ours_to_change_stays(cast: Cast, deed: object) -> None:
    User.objects.filter(email="ana@example.com").update(password="!", last_login=None)
    assert callable(deed)
    deed(cast)
    (question,) = roster(cast, *NEW_ANA).understood["questions"]
    same = roster(cast, *NEW_ANA, answers={question["key"]: "same"})
    assert shown(same, "both", "changed", "new") == []
    assert shown(same, "unchanged") == [("unchanged", "Ana Ruivo <ana@example.com>", "stays ana@example.com")]
    assert Membership.objects.filter(pk=cast.ana.pk, ended_on=None, started_on__lte=TODAY).exists()


def test_people_csv_of_trefoil_changes_nothing_when_it_comes_back(cast: Cast, as_: SignIn) -> None:
    for stay in (cast.ana, cast.bruno):
        stay.ended_on, stay.end_reason = TODAY, "dropped"
        stay.save()
    Enrolment.objects.filter(pk=cast.ana.enrolment_id).update(ended_on=TODAY, end_reason="dropped")
    response = as_("ines").get(reverse("sheets:export-csv", args=[cast.cohort.pk, "people"]))
    content = b"".join(response)
    before = everything()
    sheet_import = previewed("roster", ("people.csv", content), by=cast.ines, cohort=cast.cohort)
    assert {line[0] for line in shown(sheet_import)} == {"unchanged"}
    assert ("unchanged", "Marta Pires <marta@example.com>", "mentors Clover") in shown(sheet_import)
    confirmed(sheet_import, cast.ines)
    assert everything() == before
    # Edits in it count.
    edited = content.replace(b"dalia@example.com,Juniper", b"dalia@example.com,Clover")
    again = previewed("roster", ("people.csv", edited), by=cast.ines, cohort=cast.cohort)
    assert differences(again) == [("Dalia Haddad <dalia@example.com>", "in Clover", "in Juniper")]


def test_mentor_of_a_new_group_without_students_is_in_the_list(cast: Cast) -> None:
    rows = [("Nadia", "nadia@example.com", "Fern", "Mentora"), ("Ivo", "ivo@example.com", "", "mentor")]
    sheet_import = roster(cast, ("Nome", "E-mail", "Grupo", "Papel"), *rows)
    assert shown(sheet_import, "new", "unreadable") == [
        ("unreadable", "Ivo <ivo@example.com>", "A mentor needs a group."),
        ("new", "Group Fern", "its plan starts as a copy of the calendar"),
        ("new", "Nadia <nadia@example.com>", "mentors Fern"),
    ]


def test_column_that_is_called_until_may_hold_anything(cast: Cast) -> None:
    rows = [("Gus", "gus@example.com", "18h"), ("Ivo", "ivo@example.com", "2026-09-01")]
    sheet_import = roster(cast, ("Name", "E-mail", "Until"), *rows)
    assert shown(sheet_import, "new", "unreadable") == [
        ("new", "Gus <gus@example.com>", "joins the cohort; “18h” is not a date and is left out"),
        ("new", "Ivo <ivo@example.com>", "joins the cohort"),
    ]
