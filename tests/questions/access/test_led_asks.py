"""Who leads a student reads what was open of theirs on a day she led them, then and later.

Bruno learnt in Clover, which Marta mentors, and moves on the 14th to Juniper, which Tomás mentors.
"""

from datetime import UTC, date, datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.http import QueryDict
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from groups.actions.enrolment import join_group
from groups.models import Enrolment
from groups.relations import forget_relations
from people.models import User
from questions.access.questions import question_to_read, reader
from questions.access.sight import questions_visible_to, questions_with_known_group
from questions.actions import answer, ask, ask_again, change_status, mark_duplicate
from questions.dashboards.question_detail import question_detail
from questions.dashboards.question_list import question_list
from questions.models import Question
from tests.conftest import NOW, Cast, SignIn
from tests.factories.groups import MentorshipFactory
from tests.factories.people import UserFactory
from tracker.actions.helping import ask_for_help


def at(day: int, hour: int = 9) -> datetime:
    return datetime(2026, 9, day, hour, tzinfo=UTC)


def move(cast: Cast, name: str, group: str, day: int) -> None:
    join_group(
        enrolment=cast.enrolment(name), group=getattr(cast, group), on=date(2026, 9, day), by=None, at=at(day)
    )


def asked(cast: Cast, name: str, title: str, day: int = 9, **fields: object) -> Question:
    group = cast.juniper if name in ("dalia", "emre", "fatima") else cast.clover
    given = {"visibility": Question.Visibility.GROUP, **fields}
    return ask(group=group, by=cast.person(name), at=at(day), title=title, **given)


@pytest.fixture
def questions(cast: Cast) -> dict[str, Question]:
    """What was asked in Clover before Bruno left it, all of it for the group alone."""
    ana, bruno, marta = cast.person("ana"), cast.person("bruno"), cast.marta
    found = {
        "open": asked(cast, "bruno", "Open?"),
        "answered before": asked(cast, "bruno", "Answered before?"),
        "answered on the day": asked(cast, "bruno", "Answered on the day?"),
        "reopened": asked(cast, "bruno", "Reopened?"),
        "answered, reopened, answered": asked(cast, "bruno", "Answered, reopened, answered?"),
        "hidden": asked(cast, "bruno", "Hidden?", is_asker_hidden=True),
        "of ana": asked(cast, "ana", "Of Ana?"),
        "of ana, asked again": asked(cast, "ana", "Of Ana, asked again?"),
        "of ana, merged into": asked(cast, "ana", "Of Ana, merged into?"),
        "merged": asked(cast, "bruno", "Merged?"),
        "of chidi, hidden": asked(cast, "chidi", "Of Chidi, hidden?", is_asker_hidden=True),
    }
    ask_again(question=found["of ana, asked again"], group=cast.clover, by=bruno, at=at(10))
    ask_again(question=found["of chidi, hidden"], group=cast.clover, by=bruno, at=at(10))
    mark_duplicate(question=found["merged"], original=found["of ana, merged into"], by=marta, at=at(10))
    for name in ("answered before", "reopened", "answered, reopened, answered"):
        answer(question=found[name], by=marta, at=at(11), body="So.")
    for name in ("reopened", "answered, reopened, answered"):
        change_status(question=found[name], status="follow_up", by=bruno, at=at(12))
    answer(question=found["answered, reopened, answered"], by=marta, at=at(13), body="So it is.")
    # The day on which Tomás begins to lead Bruno.
    answer(question=found["answered on the day"], by=ana, at=at(14), body="Like this.")
    move(cast, "bruno", "juniper", 14)
    found["asked later"] = asked(cast, "ana", "Asked later?", 15)
    return found


READ = {
    "open",
    "answered on the day",
    "reopened",
    "hidden",
    "of ana, asked again",
    "of ana, merged into",
    "merged",
    "of chidi, hidden",
}


def seen(user: User, questions: dict[str, Question], now: datetime) -> set[str]:
    forget_relations(user)
    visible = set(questions_visible_to(user, now))
    for question in questions.values():
        if question in visible:
            question_to_read(user, question.pk, now)
        else:
            with pytest.raises(PermissionDenied):
                question_to_read(user, question.pk, now)
    return {name for name, question in questions.items() if question in visible}


def test_new_mentor_reads_what_was_open_since_they_lead_the_student(
    cast: Cast, questions: dict[str, Question]
) -> None:
    assert seen(cast.tomas, questions, NOW) == READ
    # The old mentor goes on with the group, its new one has nothing to do with it.
    assert seen(cast.marta, questions, NOW) == questions.keys()
    assert {name: seen(cast.person(name), questions, NOW) for name in ("dalia", "emre")} == {
        "dalia": set(),
        "emre": set(),
    }


def test_they_read_it_after_it_was_answered_and_after_they_led_the_student(
    cast: Cast, questions: dict[str, Question]
) -> None:
    answer(question=questions["open"], by=cast.tomas, at=at(17), body="Here.")
    change_status(question=questions["reopened"], status="answered", by=cast.person("bruno"), at=at(17))
    assert seen(cast.tomas, questions, at(18)) == READ
    move(cast, "bruno", "clover", 21)
    later = asked(cast, "bruno", "After that?", 22)
    assert seen(cast.tomas, {**questions, "after": later}, at(25)) == READ


def test_not_yet_before_the_day_of_the_move_and_no_longer_without_it(cast: Cast) -> None:
    questions = {"open": asked(cast, "bruno", "Open?")}
    assert seen(cast.tomas, questions, NOW) == set()
    move(cast, "bruno", "juniper", 18)
    assert seen(cast.tomas, questions, NOW) == set()
    # In Lisbon the day begins an hour before it does in London.
    assert seen(cast.tomas, questions, datetime(2026, 9, 17, 22, 59, tzinfo=UTC)) == set()
    assert seen(cast.tomas, questions, datetime(2026, 9, 17, 23, 0, tzinfo=UTC)) == {"open"}


@pytest.mark.parametrize(
    ("starts", "ends", "reads"),
    [(1, 10, False), (1, 11, True), (12, 13, True), (12, None, True), (13, None, False)],
)
def test_days_of_the_mentorship_count(cast: Cast, starts: int, ends: int | None, reads: bool) -> None:
    questions = {"open": asked(cast, "bruno", "Open?")}
    move(cast, "bruno", "juniper", 10)
    answer(question=questions["open"], by=cast.marta, at=at(12), body="So.")
    mentor = UserFactory.create(name="Stand-in")
    days = {"started_on": date(2026, 9, starts), "ended_on": date(2026, 9, ends) if ends else None}
    MentorshipFactory.create(group=cast.juniper, person=mentor, **days)
    assert seen(mentor, questions, NOW) == ({"open"} if reads else set())


@pytest.mark.parametrize(("left_on", "reads"), [(14, False), (15, True)])
def test_days_of_the_enrolment_count(cast: Cast, left_on: int, reads: bool) -> None:
    questions = {"open": asked(cast, "bruno", "Open?")}
    move(cast, "bruno", "juniper", 14)
    Enrolment.objects.filter(pk=cast.bruno.enrolment_id).update(
        ended_on=date(2026, 9, left_on), end_reason="dropped"
    )
    assert seen(cast.tomas, questions, NOW) == ({"open"} if reads else set())


def test_what_its_asker_narrowed_to_their_group_is_for_no_mentor_of_others_who_asked_it(cast: Cast) -> None:
    question = asked(cast, "ana", "Mine?", visibility=Question.Visibility.COHORT)
    ask_again(question=question, group=cast.juniper, by=cast.person("emre"), at=at(10))
    assert seen(cast.tomas, {"mine": question}, NOW) == {"mine"}
    Question.objects.filter(pk=question.pk).update(visibility=Question.Visibility.GROUP)
    assert (
        seen(cast.tomas, {"mine": question}, NOW),
        seen(cast.person("emre"), {"mine": question}, NOW),
    ) == (
        set(),
        set(),
    )


def test_other_askers_and_the_old_group_are_masked(
    cast: Cast, questions: dict[str, Question], as_: SignIn
) -> None:
    told = {
        name: (access.asker_label, access.group_label)
        for name in READ
        for access in [question_to_read(cast.tomas, questions[name].pk, NOW)]
    }
    bruno, other = ("Bruno Sá", ""), ("somebody in another group", "")
    assert told == {
        "open": bruno,
        "answered on the day": bruno,
        "reopened": bruno,
        # To who must answer him he has no name to hide.
        "hidden": bruno,
        "merged": bruno,
        "of ana, asked again": other,
        "of ana, merged into": other,
        "of chidi, hidden": other,
    }
    tomas = as_("tomas")
    for name in READ:
        page = tomas.get(questions[name].get_absolute_url()).text
        assert [
            word for word in ("Clover", "Ana Ruivo", "Chidi Okafor", "Who asked it") if word in page
        ] == []
    listed = tomas.get(reverse("questions:question-list")).text
    assert "Of Ana, asked again?" in listed
    assert [word for word in ("Clover", "Ana Ruivo", "Chidi Okafor") if word in listed] == []


def test_answers_of_the_old_groups_students_are_not_signed(
    cast: Cast, questions: dict[str, Question]
) -> None:
    question = questions["answered on the day"]
    answer(question=question, by=cast.person("bruno"), at=at(15), body="Thanks.")
    answer(question=question, by=cast.marta, at=at(15), body="Good.")

    def signed(user: User) -> list[str]:
        access = question_to_read(user, question.pk, NOW)
        return [row.by for row in question_detail(access, QueryDict())["answers"]]

    assert signed(cast.tomas) == ["A student", "Bruno Sá", "Marta Pires"]
    assert signed(cast.marta) == ["Ana Ruivo", "Bruno Sá", "Marta Pires"]


def test_no_list_or_figure_of_a_group_tells_which_one_it_was(
    cast: Cast, questions: dict[str, Question]
) -> None:
    assert not questions_with_known_group(cast.tomas, NOW).exists()
    assert set(questions_with_known_group(cast.marta, NOW)) >= {questions["open"], questions["of ana"]}


def test_who_led_the_student_no_longer_is_not_told_a_hidden_name(
    cast: Cast, questions: dict[str, Question]
) -> None:
    move(cast, "bruno", "clover", 21)
    forget_relations(cast.tomas)
    access = question_to_read(cast.tomas, questions["hidden"].pk, at(25))
    assert (access.asker_label, access.leads) == ("somebody in another group", False)


def test_they_answer_it_and_change_nothing_else(cast: Cast, questions: dict[str, Question]) -> None:
    access = question_to_read(cast.tomas, questions["open"].pk, NOW)
    assert (access.may_answer, access.may_edit, access.may_settle, access.may_lead) == (
        True,
        False,
        False,
        False,
    )


@pytest.mark.parametrize("count", [1, 3])
def test_lists_take_as_many_queries_for_many_of_them(
    cast: Cast, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(count):
        asked(cast, "bruno", f"Which {number}?")
    move(cast, "bruno", "juniper", 14)
    person = reader(cast.tomas, NOW)
    with django_assert_num_queries(7):
        listed = question_list(reader=person, address=QueryDict("sort=newest"))
    with django_assert_num_queries(0):
        assert [line.access.asker_label for line in listed["lines"]] == ["Bruno Sá"] * count


def test_request_for_help_is_answered_after_a_move_where_it_was_asked(cast: Cast, as_: SignIn) -> None:
    rag = cast.milestones[3]
    bruno = cast.enrolment("bruno")
    ask_for_help(
        enrolment=bruno,
        group=cast.clover,
        milestone=rag,
        words="Where is the index?",
        by=bruno.person,
        at=at(9),
    )
    move(cast, "bruno", "juniper", 14)
    question = Question.objects.get()
    tomas = as_("tomas")
    # Its words are on the card and on the student's page, and lead there.
    for url in (reverse("tracker:my-groups"), reverse("tracker:student-detail", args=[bruno.pk])):
        page = tomas.get(url).text
        assert "Where is the index?" in page, url
    answer_url = reverse("tracker:help-answer", args=[bruno.pk], query={"milestone": rag.pk})
    assert f'href="{answer_url}"' in tomas.get(reverse("tracker:my-groups")).text
    assert tomas.get(answer_url).headers["Location"] == f"{question.get_absolute_url()}#id_body"
    tomas.post(reverse("questions:question-answer", args=[question.pk]), {"body": "In the notebook."})
    # Its asker and the mentor whom it was asked read the answer.
    for name in ("bruno", "marta", "tomas"):
        assert "In the notebook." in as_(name).get(question.get_absolute_url()).text
    assert f'href="{answer_url}"' not in tomas.get(reverse("tracker:my-groups")).text
