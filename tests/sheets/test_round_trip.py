"""Out of Trefoil as workbooks and in again into an empty cohort: of what the import covers, nothing differs.

It covers groups with what their plans hold, members and mentors, states of progress, and questions with their day,
asker, milestone and answer. Times of day, due dates and what else stands in the tabs more are not read back.
"""

import io
import string
import zipfile
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from courses.models import Cohort
from groups.models import Membership
from lib.cells import plain
from lib.text import folded
from sheets.dashboards.group_workbooks import group_workbooks
from tests.conftest import NOW, TODAY, Cast
from tests.factories.courses import CohortFactory
from tests.factories.tracker import AnswerFactory, ProgressFactory, QuestionFactory
from tests.sheets.importing import confirmed, previewed, shown
from tests.sheets.writing.test_group_sheet import bodies, lines
from tracker.models import Question

STATES = ["working", "need_help", "done", "skipped"]


def held(cohort: Cohort) -> dict[str, Any]:
    """What the import covers, of a whole cohort."""
    return {group.name: held_of(group) for group in cohort.groups.in_order()}


def held_of(group: Any) -> dict[str, Any]:
    stays = Membership.objects.open(TODAY).filter(group=group).select_related("enrolment__person")
    return {
        "plan": set(group.plan_items.values_list("milestone__title", flat=True)),
        "mentors": set(group.mentorships.filter(ended_on=None).values_list("person__email", flat=True)),
        "members": {
            stay.enrolment.person.email: {
                (one.milestone.title, one.state)
                for one in stay.enrolment.progress.select_related("milestone")
                if one.state != "not_started"
            }
            for stay in stays
        },
        "questions": {
            one.title: (
                one.asked_at.date(),
                ask.enrolment.person.email if ask.enrolment else None,
                one.milestone and one.milestone.title,
                one.detail,
                one.status,
                [
                    (" ".join(answer.body.split()), answer.answered_by.email)
                    for answer in one.answers.select_related("answered_by")
                ],
            )
            for one in group.questions.select_related("milestone")
            for ask in [one.asks.order_by("asked_at", "pk").first()]
        },
    }


def workbooks(cohort: Cohort) -> list[tuple[str, bytes]]:
    files = group_workbooks(cohort=cohort, groups=list(cohort.groups.in_order()), today=TODAY)
    return [(file.name, file.content) for file in files]


def imported(cast: Cast, files: list[tuple[str, bytes]]) -> Cohort:
    """The files brought into an empty cohort of the same course."""
    cohort = CohortFactory.create(course=cast.course, title="Spring 2027", time_zone=cast.cohort.time_zone)
    sheet_import = previewed("sheet", *files, by=cast.ines, cohort=cohort)
    assert shown(sheet_import, "unreadable") == []
    confirmed(sheet_import, cast.ines)
    return cohort


def test_what_goes_out_comes_in_again(cast: Cast) -> None:
    ana, emre = cast.enrolment("ana"), cast.enrolment("emre")
    for milestone, state in zip(cast.milestones, STATES, strict=True):
        ProgressFactory.create(enrolment=ana, milestone=milestone, state=state)
    ProgressFactory.create(enrolment=emre, milestone=cast.milestones[0], state="not_started")
    cast.juniper.plan_items.get(milestone=cast.milestones[3]).delete()
    question = QuestionFactory.create(
        membership=cast.ana, title="=Why?", milestone=cast.milestones[1], status="answered",
        first_answered_at=NOW, visibility="group",
    )  # fmt: skip
    AnswerFactory.create(question=question, body="- Because.\r\n- So.", answered_by=cast.marta)
    QuestionFactory.create(membership=cast.emre, title="Where do I ask?", visibility="group")
    before = held(cast.cohort)
    assert {name: len(one["members"]) for name, one in before.items()} == {"Clover": 3, "Juniper": 3}
    assert held(imported(cast, workbooks(cast.cohort))) == before


def test_zip_of_a_cohort_comes_in_again(cast: Cast, as_: Any) -> None:
    response = as_("ines").get(f"/cohorts/{cast.cohort.pk}/export/workbooks/")
    archive = zipfile.ZipFile(io.BytesIO(b"".join(response.streaming_content)))
    files = [(name, archive.read(name)) for name in archive.namelist()]
    assert [name for name, _ in files] == ["Clover.xlsx", "Juniper.xlsx"]
    assert held(imported(cast, files)) == held(cast.cohort)


def test_workbook_given_to_its_own_cohort_changes_nothing(cast: Cast) -> None:
    ProgressFactory.create(enrolment=cast.enrolment("ana"), milestone=cast.milestones[0], state="done")
    QuestionFactory.create(membership=cast.ana, title="Why?")
    sheet_import = previewed("sheet", *workbooks(cast.cohort), by=cast.ines, cohort=cast.cohort)
    assert {verdict for verdict, _, _ in shown(sheet_import)} == {"unchanged"}


def test_hidden_asker_comes_in_as_nobody(cast: Cast) -> None:
    """The import knows no hidden names: better nobody than a name that all may read."""
    QuestionFactory.create(membership=cast.ana, title="Is it just me?", is_asker_hidden=True)
    cohort = imported(cast, workbooks(cast.cohort))
    question = Question.objects.get(cohort=cohort)
    assert (question.asked_by, question.asks.get().enrolment) == (cast.ines, None)


def test_duplicate_comes_in_with_the_answer_of_its_original(cast: Cast) -> None:
    original = QuestionFactory.create(
        membership=cast.dalia, title="Why softmax?", status="answered", first_answered_at=NOW
    )
    AnswerFactory.create(question=original, body="It adds up to one.", answered_by=cast.tomas)
    QuestionFactory.create(
        membership=cast.ana, title="What is softmax for?", status="duplicate", duplicate_of=original
    )
    cohort = imported(cast, workbooks(cast.cohort))
    question = Question.objects.get(cohort=cohort, title="What is softmax for?")
    assert (question.status, question.answers.get().body) == ("answered", "It adds up to one.")


moments = st.datetimes(datetime(2026, 8, 1, 11, 30), datetime(2026, 9, 15)).map(  # noqa: DTZ001 - made UTC below
    lambda moment: moment.replace(hour=12, tzinfo=UTC)
)
# What one group has done and asked: states by member and milestone, the plan, its questions.
stories = st.fixed_dictionaries(
    {
        "name": st.text(string.ascii_lowercase, min_size=2, max_size=12).map(str.capitalize),
        "plan": st.sets(st.integers(0, 3), min_size=1),
        "states": st.dictionaries(
            st.tuples(st.integers(0, 2), st.integers(0, 3)), st.sampled_from(["not_started", *STATES])
        ),
        "has_co_mentor": st.booleans(),
        "questions": st.lists(
            st.fixed_dictionaries(
                {
                    "title": lines(120),
                    "member": st.integers(0, 2),
                    "milestone": st.none() | st.integers(0, 3),
                    "asked_at": moments,
                    "answer": bodies.map(plain),
                    "is_solved": st.booleans(),
                }
            ),
            max_size=3,
            unique_by=lambda one: folded(one["title"]) or one["title"],
        ),
    }
)


@given(story=stories)
@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], database=None
)
def test_any_group_that_goes_out_comes_in_again(cast: Cast, story: dict[str, Any]) -> None:
    with transaction.atomic():
        play(cast, story)
        before = held_of(cast.clover)
        cohort = imported(
            cast, [file for file in workbooks(cast.cohort) if file[0] == f"{story['name']}.xlsx"]
        )
        assert held(cohort) == {story["name"]: before}
        transaction.set_rollback(True)


def play(cast: Cast, story: dict[str, Any]) -> None:
    """Let it all have happened in Clover."""
    cast.clover.name = story["name"]
    cast.clover.save()
    # What is not in the plan has no column in the sheet, and so no state.
    cast.clover.plan_items.exclude(milestone__in=[cast.milestones[n] for n in story["plan"]]).delete()
    if story["has_co_mentor"]:
        cast.clover.mentorships.create(person=cast.zoe, role="co-mentor", started_on=date(2026, 9, 1))
    stays = [cast.ana, cast.bruno, cast.chidi]
    for (member, milestone), state in story["states"].items():
        if milestone in story["plan"]:
            ProgressFactory.create(
                enrolment=stays[member].enrolment, milestone=cast.milestones[milestone], state=state
            )
    for one in story["questions"]:
        ask(cast, stays[one["member"]], one)


def ask(cast: Cast, stay: Membership, one: dict[str, Any]) -> None:
    is_answered = bool(one["answer"].strip())
    status = ("answered" if one["is_solved"] else "follow_up") if is_answered else "open"
    question = QuestionFactory.create(
        membership=stay,
        title=one["title"],
        asked_at=one["asked_at"],
        milestone=None if one["milestone"] is None else cast.milestones[one["milestone"]],
        status=status,
        first_answered_at=one["asked_at"] + timedelta(days=1) if is_answered else None,
    )
    if is_answered:
        AnswerFactory.create(question=question, body=one["answer"], answered_by=cast.marta)
