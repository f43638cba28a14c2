"""A newer sheet says otherwise than Trefoil: both sides are listed, and nothing is undone without a tick."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from groups.models import Enrolment, Membership
from lib.refusals import Refused
from people.models import User
from questions.models import Answer
from sheets.models import SheetImport
from tests.conftest import NOW, TODAY, Cast, SignIn
from tests.factories.questions import AnswerFactory, QuestionFactory
from tests.factories.tracker import ProgressFactory
from tests.sheets.actions.test_records import ANA, BRUNO, STUDENT, given
from tests.sheets.actions.test_roster import HEADER, groups_of
from tests.sheets.actions.test_sheet import CLOVER, book, everything, sheet
from tests.sheets.headers import PEOPLE, PROGRESS
from tests.sheets.importing import confirmed, differences, previewed, roster, shown, taken, undone
from tests.sheets.workbooks import workbook
from tracker.models import Progress

pytestmark = pytest.mark.django_db


def stays_and_comes_back(cast: Cast, make: Callable[[], SheetImport]) -> SheetImport:
    """Import it without a tick, which changes nothing; then with all ticked and undone, which leaves all as it was."""
    before = everything()
    left = make()
    with pytest.raises(Refused, match="Nothing is ticked"):
        confirmed(left, cast.ines)
    assert everything() == before
    sheet_import = confirmed(taken(make()), cast.ines)
    assert everything() != before
    undone(sheet_import, cast.ines)
    assert everything() == before
    return confirmed(taken(make()), cast.ines)


def test_progress_that_a_sheet_says_otherwise_stays_unless_it_is_ticked(cast: Cast) -> None:
    ana = cast.enrolment("ana")
    for state, milestone in zip(("done", "done", "need_help", "working"), cast.milestones, strict=True):
        day = date(2026, 9, 4) if state == "done" else None
        ProgressFactory.create(
            enrolment=ana, milestone=milestone, state=state, started_on=day, finished_on=day
        )

    def make() -> SheetImport:
        rows = [("Ana Ruivo", None, False, "12/9", "in progress", False)]
        return sheet(cast, book(rows))

    # A box that is not ticked says no more than that RAG is not done.
    assert differences(make()) == [
        ("Ana Ruivo, LLM basics", "not started", "done on 4 September 2026"),
        ("Ana Ruivo, Prompt engineering", "done on 12 September 2026", "done on 4 September 2026"),
        ("Ana Ruivo, Indexation", "working on it", "need help"),
    ]
    stays_and_comes_back(cast, make)
    states = Progress.objects.order_by("milestone__position").values_list("state", "finished_on")
    assert list(states) == [
        ("not_started", None), ("done", date(2026, 9, 12)), ("working", None), ("working", None),
    ]  # fmt: skip
    assert differences(make()) == []


def test_words_say_more_than_a_box_that_is_not_ticked(cast: Cast) -> None:
    ProgressFactory.create(enrolment=cast.enrolment("ana"), milestone=cast.milestones[0], state="working")
    words = sheet(cast, book([("Ana Ruivo", None, "to do", None, None, None)]))
    assert differences(words) == [("Ana Ruivo, LLM basics", "not started", "working on it")]


def test_one_of_several_differences_is_taken_beside_what_is_new(cast: Cast) -> None:
    for name in ("ana", "bruno"):
        ProgressFactory.create(
            enrolment=cast.enrolment(name), milestone=cast.milestones[0], state="done", finished_on=TODAY
        )
    rows = [(name, None, False, True, None, None) for name in ("Ana Ruivo", "Bruno Sá")]
    sheet_import = confirmed(taken(sheet(cast, book(rows)), "Bruno Sá, LLM basics"), cast.ines)
    done = Progress.objects.filter(state="done").values_list("enrolment__person__name", "milestone__title")
    assert set(done) == {
        ("Ana Ruivo", "LLM basics"), ("Ana Ruivo", "Prompt engineering"), ("Bruno Sá", "Prompt engineering"),
    }  # fmt: skip
    left = ("unchanged", "Ana Ruivo, LLM basics", "Left as it is, as you chose.")
    assert shown(sheet_import, "unchanged", "unreadable") == [left]
    sheet_import.refresh_from_db()
    assert sheet_import.understood["counts"] == {"both": 1, "changed": 2, "unchanged": 1}


def test_what_changed_in_trefoil_since_the_preview_is_not_overwritten(cast: Cast) -> None:
    known = ProgressFactory.create(
        enrolment=cast.enrolment("ana"), milestone=cast.milestones[0], state="done", finished_on=TODAY
    )
    sheet_import = taken(sheet(cast, book([("Ana Ruivo", None, "to do", None, None, None)])))
    Progress.objects.update(state="need_help", finished_on=None)
    with pytest.raises(Refused, match="Something changed since this preview"):
        confirmed(sheet_import, cast.ines)
    assert Progress.objects.get(pk=known.pk).state == "need_help"
    # The tick was about another difference.
    again = sheet(cast, book([("Ana Ruivo", None, "to do", None, None, None)]), **sheet_import.options)
    assert again.lines.get(verdict="both").is_taken is False


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time")
def test_nobody_marks_or_moves_between_comparing_and_writing(cast: Cast) -> None:
    """Marking locks the enrolment, and moving the groups."""
    ProgressFactory.create(enrolment=cast.enrolment("ana"), milestone=cast.milestones[0], state="working")
    sheet_import = taken(sheet(cast, book([("Ana Ruivo", None, "to do", None, None, None)])))
    with CaptureQueriesContext(connection) as asked:
        confirmed(sheet_import, cast.ines)
    for table in ("groups_group", "groups_enrolment"):
        locked = [
            n
            for n, query in enumerate(asked)
            if f'FROM "{table}"' in query["sql"] and "FOR NO" in query["sql"]
        ]
        compared = [n for n, query in enumerate(asked) if 'FROM "tracker_progress"' in query["sql"]]
        assert locked[0] < compared[0]


def test_other_hours_and_another_day_of_a_workbook_are_differences(cast: Cast) -> None:
    ProgressFactory.create(
        enrolment=cast.ana.enrolment,
        milestone=cast.milestones[0],
        state="done",
        hours=2,
        started_on=date(2026, 9, 3),
        finished_on=date(2026, 9, 4),
    )
    row = ANA | {"milestone": "LLM basics", "state": "done", "finished_on": date(2026, 9, 1), "hours": 2.5}
    stays_and_comes_back(cast, lambda: given(cast, PROGRESS, row))
    made = Progress.objects.get()
    assert (made.hours, made.started_on, made.finished_on) == (Decimal("2.5"), None, date(2026, 9, 1))


def test_another_day_than_somebody_set_is_a_difference(cast: Cast) -> None:
    Enrolment.objects.filter(pk=cast.ana.enrolment_id).update(started_on=TODAY)
    Membership.objects.filter(pk=cast.ana.pk).update(started_on=TODAY)
    begun = TODAY - timedelta(days=2)
    people = ANA | STUDENT | {"joined_on": begun, "from": begun}
    assert differences(given(cast, PEOPLE, people)) == [
        (
            "Ana Ruivo <ana@example.com>",
            "in the cohort from 14 September 2026",
            "in the cohort from 16 September 2026",
        )
    ]
    stays_and_comes_back(cast, lambda: given(cast, PEOPLE, people))
    cast.ana.refresh_from_db()
    assert (cast.ana.started_on, cast.ana.enrolment.started_on) == (begun, begun)


def test_people_whom_a_sheet_has_in_another_group_stay_unless_it_is_ticked(cast: Cast) -> None:
    dalia = ("Dalia Haddad <dalia@example.com>", "in Clover", "in Juniper")
    tracker = [*CLOVER, ("Dalia Haddad", None, None, None, None, None)]
    people = {"person": "Dalia Haddad", "email": "dalia@example.com"} | STUDENT
    for make in (
        lambda: sheet(cast, book([tracker[-1], *(row[:1] for row in CLOVER)])),
        lambda: given(cast, PEOPLE, people),
        lambda: roster(cast, HEADER, ("Dalia Haddad", "dalia@example.com", "Clover", "")),
    ):
        assert differences(make()) == [dalia]
        undone(stays_and_comes_back(cast, make), cast.ines)
    confirmed(taken(roster(cast, HEADER, ("Dalia Haddad", "dalia@example.com", "Fern", ""))), cast.ines)


def test_list_and_sheet_that_say_the_same_are_one_difference(cast: Cast) -> None:
    tabs = {
        "People": [("Name", "E-mail", "Group"), ("Dalia Haddad", "dalia@example.com", "Clover")],
        "Tracker": [("Group:", "Clover"), ("Name", "RAG"), ("Ana Ruivo", True), ("Dalia Haddad", True)],
    }
    sheet_import = previewed("sheet", ("a.xlsx", workbook(tabs)), by=cast.ines, cohort=cast.cohort)
    assert len(differences(sheet_import)) == 1
    confirmed(taken(sheet_import), cast.ines)
    assert groups_of(cast, "dalia@example.com") == ["Clover"]


def test_another_mentor_is_a_difference_and_one_more_is_not(cast: Cast) -> None:
    nadia = "Nadia Rahal <nadia@example.com>"
    rows = [("Ana Ruivo", nadia, None, None, None, None)]
    both = sheet(cast, book([("Ana Ruivo", f"{nadia}; Marta Pires", None, None, None, None)]))
    assert (differences(both), shown(both, "new")) == ([], [("new", nadia, "mentors Clover")])
    for make in (
        lambda: sheet(cast, book(rows)),
        lambda: roster(cast, HEADER, ("Ana Ruivo", "ana@example.com", "Clover", nadia)),
    ):
        assert differences(make()) == [
            ("The mentor of Clover", "Nadia Rahal <nadia@example.com>", "Marta Pires <marta@example.com>")
        ]
        made = stays_and_comes_back(cast, make)
        mentors = cast.clover.mentorships.filter(ended_on=None).values_list("person__name", flat=True)
        assert list(mentors) == ["Nadia Rahal"]
        undone(made, cast.ines)


def test_level_and_hours_a_week_that_are_known_stay_unless_they_are_ticked(cast: Cast) -> None:
    Enrolment.objects.filter(pk=cast.ana.enrolment_id).update(level="python 1", hours_a_week=4)
    header = ("Name", "E-mail", "Python level", "Hours a week")
    rows = [("Ana Ruivo", "ana@example.com", "3", "2.5")]
    assert differences(roster(cast, header, *rows)) == [
        ("Ana Ruivo <ana@example.com>", "level: python 3", "level: python 1"),
        ("Ana Ruivo <ana@example.com>", "hours a week: 2.5", "hours a week: 4"),
    ]
    stays_and_comes_back(cast, lambda: roster(cast, header, *rows))
    ana = Enrolment.objects.get(pk=cast.ana.enrolment_id)
    assert (ana.level, ana.hours_a_week) == ("python 3", 2.5)


def test_name_and_time_zone_of_who_never_signed_in_stay_unless_they_are_ticked(cast: Cast) -> None:
    User.objects.filter(email="ana@example.com").update(password="!", last_login=None, time_zone="Asia/Tokyo")
    header = ("Name", "E-mail", "Time zone")
    row = ("Anna Ribeiro", "ana@example.com", "Europe/Paris")
    stays_and_comes_back(cast, lambda: roster(cast, header, row))
    ana = User.objects.get(email="ana@example.com")
    assert (ana.name, ana.time_zone) == ("Anna Ribeiro", "Europe/Paris")
    # A sign counts, but in names.
    Enrolment.objects.filter(pk=cast.ana.enrolment_id).update(level="C++")
    levels = roster(cast, ("Name", "E-mail", "Level"), ("Ana Ribeiro", "ana@example.com", "C#"))
    assert differences(levels)[-1][1:] == ("level: C#", "level: C++")
    # Less of a name, or another order of its words, is no other one.
    for name in ("Anna", "Ribeiro Anna"):
        assert differences(roster(cast, header[:2], (name, "ana@example.com"))) == []


def test_another_answer_of_a_question_is_added_only_if_it_is_ticked(cast: Cast) -> None:
    question = QuestionFactory.create(
        membership=cast.ana, title="Why?", status="answered", first_answered_at=NOW
    )
    AnswerFactory.create(question=question, body="So.", answered_by=cast.marta)
    row = ("2026-09-10", "Ana Ruivo", "RAG", "Why?", "Otherwise.", None, True)

    def make() -> SheetImport:
        return sheet(cast, book(CLOVER[:1], [row]))

    confirmed(make(), cast.ines)
    assert (differences(make()), Answer.objects.count()) == ([("Why?", "Otherwise.", "So.")], 1)
    stays_and_comes_back(cast, make)
    assert set(Answer.objects.values_list("body", flat=True)) == {"So.", "Otherwise."}
    assert differences(make()) == []


def test_page_lists_differences_to_tick_one_by_one_or_all(cast: Cast, as_: SignIn) -> None:
    for person in (cast.ana, cast.bruno):
        ProgressFactory.create(
            enrolment=person.enrolment, milestone=cast.milestones[0], state="done", finished_on=TODAY
        )
    rows = [(who["person"], None, False, None, None, None) for who in (ANA, BRUNO)]
    client = as_("ines")
    first = sheet(cast, book(rows))
    page = client.get(first.get_absolute_url()).text
    assert "2 differences" in page
    assert "Import what is ticked" in page
    assert page.count('name="take"') == 3
    url = reverse("sheets:import-confirm", args=[first.pk])
    assert "Nothing is ticked" in client.post(url, follow=True).text
    line = first.lines.filter(verdict="both").first()
    assert line is not None
    client.post(url, {"take": [line.pk]})
    assert Progress.objects.filter(state="done").count() == 1
    second = sheet(cast, book(rows))
    client.post(reverse("sheets:import-confirm", args=[second.pk]), {"take": ["all"]})
    assert not Progress.objects.filter(state="done").exists()
