"""Undoing an import after the background process has worked on what it wrote."""

from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection

from groups.models import Enrolment, Group, Membership, MentorAway
from lib.refusals import Refused
from people.actions.invitations import accept, copied_link, invite
from people.models import Invitation, User
from questions.actions.asking import ask
from questions.models import Placement, Question, Topic
from sheets.actions.undo import undo
from sheets.models import SheetImport, WrittenBatch
from tests.conftest import NOW, TODAY, Cast, make_cast
from tests.factories.groups import MentorAwayFactory
from tests.racing import held_up
from tests.sheets.actions.test_sheet import CLOVER, book, sheet
from tests.sheets.importing import confirmed, previewed, roster, taken, undone
from tests.sheets.workbooks import workbook
from tracker.actions.progress import mark
from tracker.models import Progress, StudentSnapshot
from tracker.snapshots import take_snapshot
from trends.actions.summaries import sum_up
from trends.actions.topics import add_to_topic
from trends.models import CourseSummary

pytestmark = pytest.mark.django_db

PEOPLE = (
    ("Name", "E-mail", "Group", "Mentor"),
    ("Gus Lind", "gus@example.com", "Willow", "Nadia <nadia@example.com>"),
)
WHY = "Why does the notebook kernel die while loading the embedding model?"
ALIKE = "Why does the kernel of my notebook die when loading the embedding model?"


def rows_of_everybody() -> dict[str, list[dict[str, Any]]]:
    """Every row of every table that is no history, no import, and not kept by the background process."""
    # Mail that was sent stays counted, and that somebody imported and undid it stays on record.
    kept = (
        "Snapshot", "Summary", "Session", "Placement", "ContentType", "Permission", "TokenBucket", "Deed",
    )  # fmt: skip
    return {
        model.__name__: list(model._default_manager.order_by("pk").values())
        for model in apps.get_models()
        if not hasattr(model, "history_type")
        and model._meta.app_label != "sheets"
        and not model.__name__.endswith(kept)
    }


def work_in_the_background(cast: Cast) -> None:
    """The worker's part, which it has for large cohorts and courses only."""
    call_command("worker", "--once")
    take_snapshot(cast.cohort, NOW)
    sum_up(cast.course, NOW)


def sheet_with_questions(cast: Cast, *questions: str) -> SheetImport:
    book = workbook(
        {
            "Willow": [("Learning path:", None, "LLM", "Group:", "Willow"), (None, None, "LLM basics"),
                       ("Name", "Mentor", 1), ("Gus Lind <gus@example.com>", None, True)],
            "Questions": [("Date", "Student", "Question"),
                          *(("2026-09-09", "Gus Lind", question) for question in questions)],
        }
    )  # fmt: skip
    return confirmed(previewed("sheet", ("Willow.xlsx", book), by=cast.ines, cohort=cast.cohort), cast.ines)


def test_undo_after_topics_snapshots_and_summaries_were_made(cast: Cast) -> None:
    work_in_the_background(cast)
    before = rows_of_everybody()
    people = confirmed(roster(cast, *PEOPLE, is_inviting=True), cast.ines)
    work_in_the_background(cast)
    tracked = sheet_with_questions(cast, WHY, ALIKE)
    work_in_the_background(cast)
    assert Topic.objects.get().placements.count() == 2
    assert StudentSnapshot.objects.filter(enrolment__person__name="Gus Lind").exists()
    assert CourseSummary.objects.get().cells
    undone(tracked, cast.ines)
    undone(people, cast.ines)
    assert rows_of_everybody() == before
    assert Placement.history.filter(history_type="-", history_change_reason="import undone").count() == 2
    work_in_the_background(cast)
    assert rows_of_everybody() == before
    assert not CourseSummary.objects.get().cells


def test_days_away_that_hold_for_an_imported_group_go_with_it(cast: Cast) -> None:
    away = MentorAwayFactory.create(mentorship=cast.juniper.mentorships.get(), starts_on=TODAY, ends_on=TODAY)
    mentor = f"Tomás <{cast.tomas.email}>"
    people = confirmed(roster(cast, PEOPLE[0], (*PEOPLE[1][:3], mentor), is_inviting=False), cast.ines)
    assert not Group.objects.get(name="Willow").mentors_on(TODAY).exists()
    undone(people, cast.ines)
    assert list(MentorAway.objects.all()) == [away]
    assert not Group.objects.filter(name="Willow").exists()


def test_topic_keeps_the_questions_that_were_not_imported(cast: Cast) -> None:
    own = ask(group=cast.clover, by=cast.person("ana"), at=NOW, title=WHY, visibility="course")
    tracked = sheet_with_questions(
        cast, ALIKE, "Why does my notebook kernel die loading the embedding model?"
    )
    work_in_the_background(cast)
    topic = Topic.objects.get()
    assert topic.placements.count() == 3
    Topic.objects.update(representative=Question.objects.exclude(pk=own.pk).first())
    undone(tracked, cast.ines)
    topic.refresh_from_db()
    assert [placement.question for placement in topic.placements.all()] == [own]
    assert topic.representative == own


def test_placement_by_hand_stands_in_the_way_and_nothing_is_undone(cast: Cast) -> None:
    own = ask(group=cast.clover, by=cast.person("ana"), at=NOW, title=WHY, visibility="course")
    tracked = sheet_with_questions(cast, ALIKE, "How long is the course?")
    work_in_the_background(cast)
    other = Question.objects.get(title="How long is the course?")
    add_to_topic(question=other, topic=own.placement.topic, by=cast.ines, at=NOW)
    placements = list(Placement.objects.order_by("pk").values())
    with pytest.raises(Refused, match="How long is the course"):
        undone(tracked, cast.ines)
    assert list(Placement.objects.order_by("pk").values()) == placements


@pytest.mark.parametrize("is_inviting", [False, True])
def test_account_that_somebody_has_signed_in_to_stays_and_all_else_goes(
    cast: Cast, is_inviting: bool
) -> None:
    sheet_import = confirmed(roster(cast, *PEOPLE, is_inviting=is_inviting), cast.ines)
    gus = User.objects.get(email="gus@example.com")
    invitation = invite(email=gus.email, name="", by=cast.ines, at=NOW) or gus.invitations.get()
    if is_inviting:
        invitation = gus.invitations.earliest("pk")
        gus.invitations.exclude(pk=invitation.pk).delete()
        Invitation.objects.update(revoked_at=None)
    accept(token=copied_link(invitation).split("/")[-2], name="Gus", password="three-leaves", at=NOW)
    undone(sheet_import, cast.ines)
    assert not Enrolment.objects.filter(person=gus).exists()
    assert not Group.objects.filter(name="Willow").exists()
    assert not User.objects.filter(email="nadia@example.com").exists()
    assert User.objects.get(pk=gus.pk).check_password("three-leaves")
    assert list(Invitation.objects.values_list("person", flat=True)) == [gus.pk]


def test_older_account_whose_invitation_was_accepted_stays_as_it_is(cast: Cast) -> None:
    gus = User.objects.create_user("gus@example.com", name="Gus Lind")
    sheet_import = confirmed(roster(cast, *PEOPLE, is_inviting=True), cast.ines)
    invitation = gus.invitations.get()
    accept(token=copied_link(invitation).split("/")[-2], name="Gus L.", password="three-leaves", at=NOW)
    undone(sheet_import, cast.ines)
    assert not Enrolment.objects.filter(person=gus).exists()
    assert not User.objects.filter(email="nadia@example.com").exists()
    assert list(Invitation.objects.values_list("person", "accepted_at")) == [(gus.pk, NOW)]
    gus.refresh_from_db()
    assert (gus.name, gus.check_password("three-leaves")) == ("Gus L.", True)


@pytest.mark.parametrize("is_used", [False, True])
def test_address_that_a_list_corrected_stays_with_who_signed_in_or_whom_others_count_on(
    cast: Cast, is_used: bool
) -> None:
    """The owner of the earlier mailbox would get the account."""
    confirmed(roster(cast, PEOPLE[0][:2], ("Gus Lind", "mallory@example.com")), cast.ines)
    gus = User.objects.get(email="mallory@example.com")
    answers = {"same:gus@example.com": "same"}
    again = roster(cast, PEOPLE[0][:2], ("Gus Lind", "gus@example.com"), answers=answers)
    sheet_import = confirmed(taken(again), cast.ines)
    gus.refresh_from_db()
    assert gus.email == "gus@example.com"
    if is_used:
        User.objects.filter(pk=gus.pk).update(last_login=NOW)
    else:
        invite(email="gus@example.com", name="", by=cast.marta, at=NOW)
    undone(sheet_import, cast.ines)
    gus.refresh_from_db()
    assert gus.email == "gus@example.com"


def test_account_that_somebody_used_does_not_free_what_they_recorded(cast: Cast) -> None:
    sheet_import = confirmed(roster(cast, *PEOPLE), cast.ines)
    stay = Membership.objects.get(enrolment__person__email="gus@example.com")
    gus = stay.enrolment.person
    gus.set_password("three-leaves")
    gus.save()
    mark(enrolment=stay.enrolment, milestone=cast.milestones[0], state="done", by=gus, at=NOW)
    with pytest.raises(Refused, match="Gus"):
        undone(sheet_import, cast.ines)


def test_invitation_goes_along_until_it_is_accepted(cast: Cast) -> None:
    sheet_import = confirmed(roster(cast, *PEOPLE), cast.ines)
    invite(email="gus@example.com", name="", by=cast.ines, at=NOW)
    invite(email="gus@example.com", name="", by=cast.ines, at=NOW)
    undone(sheet_import, cast.ines)
    assert not User.objects.filter(email="gus@example.com").exists()
    assert not Invitation.objects.exists()


def test_field_that_a_later_version_dropped_is_not_compared(cast: Cast) -> None:
    sheet_import = confirmed(roster(cast, *PEOPLE), cast.ines)
    batch = WrittenBatch.objects.get(sheet_import=sheet_import, model="groups.group")
    batch.rows[0]["after"]["motto"] = "Of old"
    batch.save()
    undone(sheet_import, cast.ines)
    assert not User.objects.filter(email="gus@example.com").exists()


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite lets one writer in at a time")
@pytest.mark.django_db(transaction=True)
def test_undo_waits_for_who_marks_what_it_wrote() -> None:
    cast = make_cast()
    ana = cast.enrolment("ana")
    sheet_import = confirmed(sheet(cast, book(CLOVER)), cast.ines)
    milestone = cast.milestones[0]

    def mark_it() -> None:
        mark(enrolment=ana, milestone=milestone, state="need_help", by=ana.person, at=NOW)

    (refused,) = held_up(mark_it, lambda: undo(sheet_import=sheet_import, by=cast.ines, at=NOW))
    assert isinstance(refused, Refused)
    assert Progress.objects.get(enrolment=ana, milestone=milestone).state == "need_help"
