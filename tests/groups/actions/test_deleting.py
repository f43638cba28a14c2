from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command

from courses.actions.course import create_course
from courses.models import Cohort, Course
from groups.actions.deleting import DeletionError, delete, deletion_of
from groups.actions.group import open_group
from groups.models import Enrolment
from people.models import User
from questions.actions.asking import ask
from sheets.models import SheetImport
from tests.conftest import NOW, Cast
from tests.factories.courses import (
    CourseLinkFactory,
    CourseSectionFactory,
    MaterialFactory,
    MilestoneFactory,
    PauseFactory,
)
from tests.factories.groups import MentorAwayFactory
from tests.sheets.actions.test_undo import PEOPLE, sheet_with_questions
from tests.sheets.importing import confirmed, roster, undone
from tracker.actions.progress import mark
from tracker.models import WeekLook
from tracker.snapshots import take_snapshot
from trends.actions.summaries import sum_up

pytestmark = pytest.mark.django_db


def rows_but_history() -> dict[str, list[dict[str, Any]]]:
    return {
        model.__name__: list(model._default_manager.order_by("pk").values())
        for model in apps.get_models()
        if not hasattr(model, "history_type")
    }


def filled_course(by: User) -> Course:
    """A course with one of everything that is set up and nothing that was recorded."""
    course = create_course(course=Course(title="Trial run"), by=by, at=NOW)
    MaterialFactory.create(milestone=MilestoneFactory.create(course=course, title="LLM basics", week=1))
    CourseSectionFactory.create(course=course)
    CourseLinkFactory.create(course=course)
    cohort = Cohort.objects.create(course=course, title="First try", starts_on="2026-08-31")
    PauseFactory.create(cohort=cohort, starts_on="2026-10-05", ends_on="2026-10-09")
    return Course.objects.get(pk=course.pk)


def test_cohort_and_course_go_with_all_that_was_only_set_up(cast: Cast) -> None:
    accounts = set(User.objects.values_list("email", flat=True))
    before = rows_but_history()
    course = filled_course(cast.ines)
    cohort = Cohort.objects.get(course=course)
    trial = Cast(**{**cast.__dict__, "course": course, "cohort": cohort})
    people = confirmed(roster(trial, *PEOPLE), cast.ines)
    MentorAwayFactory.create(
        mentorship=cohort.groups.get().mentorships.get(), starts_on="2026-09-01", ends_on="2026-09-02"
    )
    undone(sheet_with_questions(trial, "Why?", "How?"), cast.ines)
    call_command("refresh_topics")
    WeekLook.objects.create(enrolment=cohort.enrolments.get(), person=cast.ines, role="course admin")
    take_snapshot(cohort, NOW)
    sum_up(course, NOW)
    assert {str(one) for one in deletion_of(cohort).goes()} == {
        "1 group", "1 enrolment", "1 membership", "1 mentorship", "1 plan item", "1 break", "1 mentor away",
        "2 imports",
    }  # fmt: skip
    # Nothing is counted twice, though an import belongs to the course and to its cohort.
    assert "2 imports" in map(str, deletion_of(course).goes())
    assert people.state == SheetImport.State.CONFIRMED
    delete(thing=course, by=cast.ines, at=NOW)
    # The accounts that the list of people made stay.
    User.objects.exclude(email__in=accounts).delete()
    assert rows_but_history() == before
    assert Enrolment.history.filter(cohort=cohort.pk, history_type="-").get().history_user == cast.ines


@pytest.mark.parametrize("what", ["1 progress", "1 question, 1 ask"])
def test_what_somebody_recorded_keeps_cohort_and_course(cast: Cast, what: str) -> None:
    if what == "1 progress":
        mark(enrolment=cast.enrolment("ana"), milestone=cast.milestones[0], state="done",
             by=cast.person("ana"), at=NOW)  # fmt: skip
    else:
        ask(group=cast.clover, by=cast.person("ana"), at=NOW, title="Why?", visibility="group")
    before = rows_but_history()
    for thing in (cast.cohort, cast.course):
        assert set(deletion_of(thing).kept_by) == set(what.split(", "))
        with pytest.raises(DeletionError, match="has history"):
            delete(thing=thing, by=cast.ines, at=NOW)
    assert rows_but_history() == before


def test_cohort_can_be_deleted_once_its_imports_are_undone(cast: Cast) -> None:
    course = filled_course(cast.ines)
    cohort = Cohort.objects.get(course=course)
    open_group(cohort=cohort, name="Willow", by=cast.ines, at=NOW)
    trial = Cast(**{**cast.__dict__, "course": course, "cohort": cohort})
    tracked = sheet_with_questions(trial, "Why?")
    assert deletion_of(cohort).kept_by
    undone(tracked, cast.ines)
    delete(thing=cohort, by=cast.ines, at=NOW)
    assert not Cohort.objects.filter(pk=cohort.pk).exists()
