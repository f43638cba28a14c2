from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from groups.actions.forming import note_wish
from groups.models import Enrolment, Group, Membership, Mentorship
from lib.refusals import Refused
from people.actions.invitations import invite
from people.models import Invitation, User
from sheets.matching.plan import LEAVE_OUT
from sheets.models import SheetImport
from tests.conftest import NOW, TODAY, Cast
from tests.factories.tracker import ProgressFactory
from tests.moving import leave_group
from tests.sheets.importing import confirmed, differences, previewed, roster, shown, taken, undone

pytestmark = pytest.mark.django_db
HEADER = ("Nome", "E-mail", "Grupo", "Mentor")
CAST_ROWS = (
    ("Ana Ruivo", "ana@example.com", "Clover", "Marta Pires"),
    ("Bruno Sá", "bruno@example.com", "Clover", "Marta Pires"),
    ("Chidi Okafor", "chidi@example.com", "Clover", "Marta Pires"),
    ("Dalia Haddad", "dalia@example.com", "Juniper", "Tomás Reis"),
    ("Emre Kaya", "emre@example.com", "Juniper", "Tomás Reis"),
    ("Fátima Nunes", "fatima@example.com", "Juniper", "Tomás Reis"),
)


def everything() -> dict[str, Any]:
    """All rows an import of people may write, to compare before and after."""
    models: list[Any] = [User, Enrolment, Group, Membership, Mentorship, Invitation]
    return {model.__name__: list(model.objects.order_by("pk").values()) for model in models}


def test_list_of_who_is_there_changes_nothing(cast: Cast) -> None:
    before = everything()
    sheet_import = roster(cast, HEADER, *CAST_ROWS)
    assert {verdict for verdict, _, _ in shown(sheet_import)} == {"unchanged"}
    confirmed(sheet_import, cast.ines)
    assert everything() == before
    assert sheet_import.written_batches.count() == 0


def test_next_weeks_list_shows_just_what_is_new_gone_and_moved(cast: Cast) -> None:
    rows = [row for row in CAST_ROWS if row[0] not in ("Bruno Sá", "Emre Kaya")]
    sheet_import = roster(
        cast,
        HEADER,
        *rows,
        ("Emre Kaya", "emre@example.com", "Clover", ""),
        ("Gus Lind", "gus@example.com", "Juniper", ""),
        ("Hana Mori", "HANA@example.com", "Willow", "Nadia Rahal <nadia@example.com>"),
    )
    assert shown(sheet_import, "new", "moved", "changed", "missing", "unreadable") == [
        ("new", "Gus Lind <gus@example.com>", "joins the cohort; into Juniper"),
        ("new", "Hana Mori <hana@example.com>", "joins the cohort; into Willow"),
        ("new", "Group Willow", "its plan starts as a copy of the calendar"),
        ("missing", "Bruno Sá <bruno@example.com>", "in the cohort (Clover) but not in the file; kept"),
        ("new", "Nadia Rahal <nadia@example.com>", "mentors Willow"),
    ]
    assert differences(sheet_import) == [("Emre Kaya <emre@example.com>", "in Clover", "in Juniper")]
    confirmed(taken(sheet_import), cast.ines)
    open_stays = Membership.objects.filter(ended_on=None).values_list(
        "enrolment__person__name", "group__name", "started_on"
    )
    assert set(open_stays) >= {("Emre Kaya", "Clover", TODAY), ("Gus Lind", "Juniper", cast.cohort.starts_on)}
    ended = Membership.objects.get(pk=cast.emre.pk)
    assert (ended.ended_on, ended.end_reason) == (TODAY, "moved")
    assert ended.history.latest().history_user == cast.ines
    willow = Group.objects.get(name="Willow")
    assert [item.due_on for item in willow.plan_items.in_order()] == [
        item.due_on for item in cast.clover.plan_items.in_order()
    ]
    assert list(willow.mentorships.values_list("person__email", "role")) == [("nadia@example.com", "mentor")]
    assert not User.objects.get(email="gus@example.com").has_usable_password()
    assert not Invitation.objects.exists()


@pytest.mark.parametrize(
    ("group", "notes"),
    [
        ("Juniper", ["Juniper: Bruno Sá and Dalia Haddad should be apart, by a wish."]),
        ("Willow", []),
    ],
)
def test_list_says_whom_a_wish_keeps_apart(cast: Cast, group: str, notes: list[str]) -> None:
    bruno, dalia = cast.enrolment("bruno"), cast.enrolment("dalia")
    note_wish(one=bruno, other=dalia, kind="apart", by=cast.ines, at=NOW)
    leave_group(enrolment=bruno, on=TODAY, by=cast.ines, at=NOW)
    leave_group(enrolment=cast.enrolment("emre"), on=TODAY, by=cast.ines, at=NOW)
    sheet_import = roster(cast, HEADER, ("Bruno Sá", "bruno@example.com", group, ""))
    assert sheet_import.understood["notes"] == notes


def test_same_file_twice_changes_nothing(cast: Cast) -> None:
    rows = [HEADER, ("Gus Lind", "gus@example.com", "Willow", "Nadia Rahal <nadia@example.com>")]
    confirmed(roster(cast, *rows), cast.ines)
    before = everything()
    again = roster(cast, *rows)
    assert {verdict for verdict, _, _ in shown(again)} == {"unchanged", "missing"}
    confirmed(again, cast.ines)
    assert everything() == before


def test_undo_leaves_all_as_it_was(cast: Cast) -> None:
    before = everything()
    sheet_import = roster(
        cast,
        HEADER,
        ("Emre Kaya", "emre@example.com", "Clover", ""),
        ("Dália Haddad", "dalia@example.com", "Juniper", ""),
        ("Hana Mori", "hana@example.com", "Willow", "Nadia Rahal <nadia@example.com>"),
        is_inviting=True,
    )
    User.objects.filter(name="Dalia Haddad").update(password="!")
    before["User"] = list(User.objects.order_by("pk").values())
    sheet_import = roster(
        cast,
        HEADER,
        ("Emre Kaya", "emre@example.com", "Clover", ""),
        ("Dália Haddad", "dalia@example.com", "Juniper", ""),
        ("Hana Mori", "hana@example.com", "Willow", "Nadia Rahal <nadia@example.com>"),
        is_inviting=True,
    )
    confirmed(sheet_import, cast.ines)
    assert set(Invitation.objects.values_list("person__name", flat=True)) == {"Hana Mori", "Nadia Rahal"}
    assert User.objects.filter(name="Dália Haddad").exists()
    reverted = undone(sheet_import, cast.ines)
    assert everything() == before
    assert (reverted.state, reverted.undone_by) == (SheetImport.State.UNDONE, cast.ines)
    deleted = Enrolment.history.filter(history_type="-")
    assert [(row.history_user, row.history_change_reason) for row in deleted] == [
        (cast.ines, "import undone")
    ]


def move_on(cast: Cast, gus: Enrolment) -> None:
    Membership.objects.filter(enrolment=gus).update(ended_on=TODAY, end_reason="moved")


def mark(cast: Cast, gus: Enrolment) -> None:
    ProgressFactory.create(enrolment=gus, milestone=cast.milestones[0])


def delete_group(cast: Cast, gus: Enrolment) -> None:
    Membership.objects.filter(enrolment=gus).delete()


@pytest.mark.parametrize(
    ("deed", "words"),
    [
        (move_on, "Gus Lind in Willow"),
        (mark, "progress now use"),
        (delete_group, "deleted"),
    ],
)
def test_what_somebody_changed_since_is_not_undone(
    cast: Cast, deed: Callable[[Cast, Enrolment], None], words: str
) -> None:
    sheet_import = confirmed(roster(cast, HEADER, ("Gus Lind", "gus@example.com", "Willow", "")), cast.ines)
    deed(cast, Enrolment.objects.get(person__email="gus@example.com"))
    before = everything()
    with pytest.raises(Refused, match=words):
        undone(sheet_import, cast.ines)
    assert everything() == before


def test_sign_of_life_does_not_prevent_undo(cast: Cast) -> None:
    sheet_import = confirmed(roster(cast, HEADER, ("Gus Lind", "gus@example.com", "", "")), cast.ines)
    Enrolment.objects.filter(person__email="gus@example.com").update(last_active_at=cast.cohort.changed_at)
    undone(sheet_import, cast.ines)
    assert not User.objects.filter(email="gus@example.com").exists()


def test_what_cannot_be_read_is_said_and_the_rest_goes_in(cast: Cast) -> None:
    User.objects.create(email="left@example.com", name="Left", is_active=False)
    sheet_import = roster(
        cast,
        HEADER,
        ("Gus Lind", "gus@", "", ""),
        ("", "", "Clover", ""),
        ("Fátima Sá", "fátima@example.com", "", ""),
        ("n" * 10_000, "n@example.com", "", ""),
        ("Hana Mori", "hana@example.com", "", ""),
        ("Hana M.", "hana@example.com", "", ""),
        ("Olga", "office@example.com", "", ""),
        ("Pedro", "office@example.com", "", ""),
        ("Nobody Known", "", "", ""),
        ("Left", "left@example.com", "", ""),
        ("Marta Pires", "marta@example.com", "Clover", ""),
        ("Ana Ruivo", "", "", ""),
        answers={"student:nobody known": LEAVE_OUT, "empty groups:roster.csv": "none"},
    )
    assert [line[1:] for line in shown(sheet_import, "unreadable")] == [
        ("Gus Lind <gus@>", "“gus@” is not an e-mail address."),
        ("Clover", "There is neither a name nor an e-mail address."),
        (
            "Fátima Sá <fátima@example.com>",
            "“fátima@example.com” has characters that e-mail does not allow, such as accents. Correct the address.",
        ),
        ("n" * 151 + " <n@example.com>", "The name has 10,000 characters; 150 at most are allowed."),
        *(
            (
                f"{name} <office@example.com>",
                "Several names have this address. Give each person an address of their own.",
            )
            for name in ("Olga", "Pedro")
        ),
        ("Nobody Known", "Skipped, as you chose."),
        ("Left <left@example.com>", "Left can no longer sign in; ask a site admin."),
        (
            "Marta Pires <marta@example.com>",
            "Marta Pires is a mentor of Clover and cannot be a student in it.",
        ),
    ]
    assert shown(sheet_import, "duplicate") == [
        ("duplicate", "Hana M. <hana@example.com>", "The same person is in row 6.")
    ]
    assert shown(sheet_import, "unchanged") == [("unchanged", "Ana Ruivo <ana@example.com>", "")]
    confirmed(sheet_import, cast.ines)
    assert Enrolment.objects.filter(cohort=cast.cohort).count() == 7


def test_who_left_joins_again(cast: Cast) -> None:
    cast.ana.ended_on, cast.ana.end_reason = TODAY, "dropped"
    cast.ana.save()
    Enrolment.objects.filter(pk=cast.ana.enrolment_id).update(ended_on=TODAY, end_reason="dropped")
    sheet_import = roster(cast, HEADER, ("Ana Ruivo", "ana@example.com", "Clover", ""))
    assert shown(sheet_import, "new") == [
        (
            "new",
            "Ana Ruivo <ana@example.com>",
            "was in the cohort until 16 September 2026 and joins again; into Clover",
        )
    ]
    confirmed(sheet_import, cast.ines)
    again = Enrolment.objects.get(person=cast.person("ana"), ended_on=None)
    assert (again.started_on, again.memberships.get().started_on) == (TODAY, TODAY)


def test_name_of_who_took_the_account_in_hand_stays(cast: Cast) -> None:
    ana = cast.person("ana")
    ana.set_password("a long enough password")
    ana.save()
    sheet_import = roster(cast, HEADER, ("Anna R.", "ana@example.com", "", ""))
    assert shown(sheet_import, "unchanged")[0][2] == "keeps what they set themselves: Ana Ruivo"


def test_account_without_a_name_takes_that_of_a_later_list(cast: Cast) -> None:
    confirmed(roster(cast, ("E-mail",), ("gus@example.com",)), cast.ines)
    sheet_import = roster(cast, ("Name", "E-mail"), ("Gus Lind", "gus@example.com"))
    assert differences(sheet_import) == []
    confirmed(sheet_import, cast.ines)
    assert User.objects.get(email="gus@example.com").name == "Gus Lind"


def test_account_of_who_is_only_in_another_course_stays_and_is_not_told_of(cast: Cast) -> None:
    stranger = User.objects.create(email="lena@example.com", name="Lena Tokyo", time_zone="Asia/Tokyo")
    gone = User.objects.create(email="gone@example.com", name="Gone Guy", is_active=False)
    header = ("Name", "E-mail", "Time zone")
    rows = [("Renamed", "lena@example.com", "Europe/Paris"), ("", "gone@example.com", "")]
    sheet_import = roster(cast, header, *rows)
    assert shown(sheet_import, "new", "changed", "unreadable") == [
        (
            "new",
            "Renamed <lena@example.com>",
            "joins the cohort; already has an account, which is not changed",
        ),
        (
            "unreadable",
            "gone@example.com",
            "gone@example.com can no longer sign in; ask a site admin.",
        ),
    ]
    confirmed(sheet_import, cast.ines)
    stranger.refresh_from_db()
    assert (stranger.name, stranger.time_zone) == ("Lena Tokyo", "Asia/Tokyo")
    assert not Enrolment.objects.filter(person=gone).exists()


def test_link_that_another_course_copied_does_not_open_this_one(cast: Cast) -> None:
    invite(email="leila@example.com", name="Leila Haddad", by=cast.zoe, at=NOW)
    invite(email="kai@example.com", name="Kai Mori", by=cast.ines, at=NOW)
    confirmed(
        roster(
            cast,
            HEADER,
            ("Leila Haddad", "leila@example.com", "", ""),
            ("Kai Mori", "kai@example.com", "", ""),
        ),
        cast.ines,
    )
    kept = Invitation.objects.open(NOW).filter(is_mail_only=False)
    assert [invitation.invited_by for invitation in kept] == [cast.ines]


def test_known_name_with_a_new_address_is_asked(cast: Cast) -> None:
    rows = (HEADER, ("Ana Ruivo", "ana.ruivo@example.com", "", ""))
    sheet_import = roster(cast, *rows)
    (question,) = sheet_import.understood["questions"]
    assert "Is it the same person?" in question["text"]
    with pytest.raises(Refused, match="Answer the open questions first"):
        confirmed(sheet_import, cast.ines)
    same = roster(cast, *rows, answers={question["key"]: "same"})
    assert differences(same) == [
        ("Ana Ruivo <ana@example.com>", "email: ana.ruivo@example.com", "email: ana@example.com")
    ]
    other = roster(cast, *rows, answers={question["key"]: "other"})
    confirmed(other, cast.ines)
    assert Enrolment.objects.filter(person__name="Ana Ruivo").count() == 2


@pytest.mark.parametrize(("answer", "mentors"), [("nadia@example.com", ["Nadia Rahal"]), ("leave-out", [])])
def test_mentor_nobody_knows_is_asked(cast: Cast, answer: str, mentors: list[str]) -> None:
    rows = (HEADER, ("Gus Lind", "gus@example.com", "Willow", "Nadia Rahal"))
    sheet_import = roster(cast, *rows)
    (question,) = sheet_import.understood["questions"]
    assert (question["key"], question["takes_email"]) == ("mentor:nadia rahal", True)
    confirmed(roster(cast, *rows, answers={"mentor:nadia rahal": answer}), cast.ines)
    willow = Group.objects.get(name="Willow")
    assert [mentorship.person.name for mentorship in willow.mentorships.all()] == mentors


@pytest.mark.parametrize(
    "header",
    [
        ("Full name", "Email address", "Team", "Mentors", "Time zone"),
        ("Nome", "Correio eletrónico", "Turma", "Tutor", "Fuso horário"),
        ("Nombre", "Correo electrónico", "Equipo", "Tutora", "Zona horaria"),
        ("Nom", "Courriel", "Groupe", "Tuteur", "Fuseau horaire"),
    ],
)
def test_headers_of_four_languages_are_understood(cast: Cast, header: tuple[str, ...]) -> None:
    sheet_import = roster(
        cast, ("Our list",), (), header, ("Gus", "g@example.com", "Willow", "", "europe/lisbon")
    )
    assert [column["field"] for column in sheet_import.understood["tables"][0]["columns"]] == [
        "name", "email", "group", "mentor", "time_zone",
    ]  # fmt: skip
    confirmed(sheet_import, cast.ines)
    assert User.objects.get(name="Gus").time_zone == "Europe/Lisbon"


def test_change_since_the_preview_writes_nothing(cast: Cast) -> None:
    sheet_import = roster(cast, HEADER, ("Gus Lind", "gus@example.com", "Willow", ""))
    confirmed(roster(cast, HEADER, ("Gus Lind", "gus@example.com", "Clover", "")), cast.ines)
    before = everything()
    with pytest.raises(Refused, match="Something changed since this preview"):
        confirmed(sheet_import, cast.ines)
    assert everything() == before


def test_unreadable_file_leaves_a_reason_and_no_lines(cast: Cast) -> None:
    sheet_import = previewed(
        "roster", ("../../etc/roster.xlsx", b"PK\x03\x04 cut"), by=cast.ines, cohort=cast.cohort
    )
    assert "“roster.xlsx” is damaged" in sheet_import.understood["refusal"]
    with pytest.raises(Refused):
        confirmed(sheet_import, cast.ines)


def test_queries_grow_with_batches_not_with_people(cast: Cast) -> None:
    def count(rows: list[tuple[str, ...]]) -> tuple[int, int]:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            sheet_import = roster(cast, HEADER, *rows)
        looked = len(queries)
        with CaptureQueriesContext(connection) as queries:
            confirmed(sheet_import, cast.ines)
        return looked, len(queries)

    few = count(
        [(f"A {n}", f"a{n}@example.com", f"A {n // 3}", f"M <ma{n // 3}@example.com>") for n in range(3)]
    )
    many = count(
        [(f"B {n}", f"b{n}@example.com", f"B {n // 3}", f"M <mb{n // 3}@example.com>") for n in range(90)]
    )
    assert few == many


def test_hours_a_week_are_kept_with_the_enrolment(cast: Cast) -> None:
    header = ("name", "email", "Hours per week", "level")
    people = [("Ana Ruivo", "ana@example.com", "4.5 h", "2"), ("Gus Lind", "gus@example.com", "many", "")]
    first = roster(cast, header, *people, ("Ivo Sá", "ivo@example.com", "90", ""))
    assert shown(first, "new", "changed") == [
        ("changed", "Ana Ruivo <ana@example.com>", "level: 2; hours a week: 4.5"),
        (
            "new",
            "Gus Lind <gus@example.com>",
            "joins the cohort; hours a week: “many” is not a number and is left out",
        ),
        (
            "new",
            "Ivo Sá <ivo@example.com>",
            "joins the cohort; hours a week: 90 is not between 1 and 80 and is left out",
        ),
    ]
    confirmed(first, cast.ines)
    hours = Enrolment.objects.exclude(hours_a_week=None).values_list("person__name", "hours_a_week")
    assert list(hours) == [("Ana Ruivo", 4.5)]
    assert shown(roster(cast, header, people[0]), "new", "changed") == []


def test_levels_are_kept_with_the_enrolment_and_may_change(cast: Cast) -> None:
    # "5" is the most that somebody may say.
    header = ("name", "email", "Python level 5", "ml_level")
    before = everything()
    first = roster(
        cast, header, ("Ana Ruivo", "ana@example.com", "3", "2"), ("Gus Lind", "gus@example.com", "", "1")
    )
    assert shown(first, "new", "changed") == [
        ("changed", "Ana Ruivo <ana@example.com>", "level: python 3, ml 2"),
        ("new", "Gus Lind <gus@example.com>", "joins the cohort; level: ml 1"),
    ]
    confirmed(first, cast.ines)
    rows = [("Ana Ruivo", "ana@example.com", "3", "3"), ("Gus Lind", "gus@example.com", "", "1")]
    second = roster(cast, header, *rows)
    assert differences(second) == [
        ("Ana Ruivo <ana@example.com>", "level: python 3, ml 3", "level: python 3, ml 2")
    ]
    confirmed(taken(second), cast.ines)
    levels = Enrolment.objects.filter(cohort=cast.cohort).exclude(level="")
    assert set(levels.values_list("person__name", "level")) == {
        ("Ana Ruivo", "python 3, ml 3"), ("Gus Lind", "ml 1"),
    }  # fmt: skip
    assert shown(roster(cast, header, *rows), "new", "changed", "moved") == []
    undone(second, cast.ines)
    undone(first, cast.ines)
    assert everything() == before


def test_level_is_taken_from_our_own_list_of_people(cast: Cast) -> None:
    """The column of the CSV file that people come out with."""
    confirmed(
        roster(cast, ("Name", "E-mail", "Level"), ("Gus", "gus@example.com", '"python 3, ml 2"')), cast.ines
    )
    assert Enrolment.objects.get(person__name="Gus").level == "python 3, ml 2"


def groups_of(cast: Cast, *emails: str) -> list[str]:
    stays = Membership.objects.filter(enrolment__person__email__in=emails, ended_on=None)
    return list(stays.order_by("enrolment__person__email").values_list("group__name", flat=True))


@pytest.mark.parametrize(
    "names", [("Team 🐍", "Team 🦀"), ("C++", "C#"), ("Clover+", "clover #"), ("Group 1", "Group-1")]
)
def test_groups_that_differ_in_a_sign_are_two(cast: Cast, names: tuple[str, str]) -> None:
    rows = [("Gus Lind", "gus@example.com", names[0]), ("Hana", "hana@example.com", names[1])]
    confirmed(roster(cast, ("Name", "E-mail", "Group"), *rows), cast.ines)
    assert groups_of(cast, "gus@example.com", "hana@example.com") == list(names)


@pytest.mark.parametrize("called", ["clover", " Clover ", "Clover.", "“Clôver”"])
def test_group_is_found_though_its_name_is_written_nearly_so(cast: Cast, called: str) -> None:
    Membership.objects.filter(pk=cast.chidi.pk).delete()
    sheet_import = roster(cast, ("Name", "E-mail", "Group"), ("Gus Lind", "gus@example.com", called))
    assert sheet_import.understood["notes"] == []
    confirmed(sheet_import, cast.ines)
    assert groups_of(cast, "gus@example.com") == ["Clover"]


def test_names_that_a_file_writes_in_two_ways_are_two_groups_and_said(cast: Cast) -> None:
    rows = [("Gus Lind", "gus@example.com", "Clover-2"), ("Hana", "hana@example.com", "Clover 2")]
    sheet_import = roster(cast, ("Name", "E-mail", "Group"), *rows)
    assert sheet_import.understood["notes"] == ["“Clover-2” and “Clover 2” are imported as different groups."]


def test_two_mentors_of_a_cell_both_mentor_the_group(cast: Cast) -> None:
    both = "Nadia Rahal <nadia@example.com>; Tomás Reis"
    sheet_import = roster(
        cast, ("Name", "E-mail", "Group", "Mentor"), ("Gus Lind", "gus@example.com", "Fern", both)
    )
    assert shown(sheet_import, "unreadable") == []
    confirmed(sheet_import, cast.ines)
    mentors = Mentorship.objects.filter(group__name="Fern").values_list("person__name", flat=True)
    assert set(mentors) == {"Nadia Rahal", "Tomás Reis"}


def test_two_people_in_a_row_are_listed_with_the_reason(cast: Cast) -> None:
    sheet_import = roster(cast, ("Name", "E-mail"), ("Gus Lind", "gus@example.com; gus2@example.com"))
    assert [line[2] for line in shown(sheet_import, "unreadable")] == [
        "This cell has two people or two addresses. Keep one."
    ]
