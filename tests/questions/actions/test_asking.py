from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from groups.actions.enrolment import join_group
from groups.models import Enrolment, Group
from lib.refusals import Refused
from questions.actions import (
    LoggedQuestion,
    answer,
    ask,
    ask_again,
    change_question,
    log_questions,
    mark_duplicate,
    remove_ask,
    remove_question,
)
from questions.models import Ask, Question
from tests.conftest import NOW, TODAY, Cast
from tests.factories.courses import CohortFactory, MaterialFactory, MilestoneFactory
from tests.factories.groups import GroupFactory
from tests.factories.questions import QuestionFactory


def asked(cast: Cast, **given: Any) -> Question:
    asking: dict[str, Any] = {"group": cast.clover, "by": cast.person("ana"), "at": NOW, "title": "Why?"}
    return ask(**asking | given)


def test_ask_counts_the_first_ask_of_the_student(cast: Cast) -> None:
    question = asked(cast, title="  Why so?\n", detail=" Because. ", category="concept")
    assert (question.title, question.detail, question.status) == ("Why so?", "Because.", "open")
    assert (question.cohort, question.group, question.asked_by) == (
        cast.cohort,
        cast.clover,
        cast.person("ana"),
    )
    assert question.search_text == "why so \n because"
    counted = question.asks.get()
    assert (counted.group, counted.enrolment, counted.logged_by, counted.asked_at) == (
        cast.clover,
        cast.enrolment("ana"),
        cast.person("ana"),
        NOW,
    )
    made = question.history.get()
    assert (made.history_user, made.history_date, made.history_type) == (cast.person("ana"), NOW, "+")


def test_ask_notes_the_students_own_activity_only(cast: Cast) -> None:
    asked(cast, by=cast.marta, enrolment=cast.enrolment("bruno"))
    asked(cast)
    for name in ("ana", "bruno"):
        cast.enrolment(name).refresh_from_db()
    assert (cast.enrolment("ana").last_active_at, cast.enrolment("bruno").last_active_at) == (NOW, None)


def test_ask_for_a_student_is_asked_by_them(cast: Cast) -> None:
    question = asked(cast, by=cast.marta, enrolment=cast.enrolment("bruno"))
    assert question.asked_by == cast.person("bruno")
    assert (question.asks.get().enrolment, question.asks.get().logged_by) == (
        cast.enrolment("bruno"),
        cast.marta,
    )
    assert question.history.get().history_user == cast.marta


def test_ask_for_nobody_in_particular_names_no_student(cast: Cast) -> None:
    question = asked(cast, by=cast.marta)
    assert (question.asked_by, question.asks.get().enrolment) == (cast.marta, None)


def test_ask_takes_the_milestone_of_its_material(cast: Cast) -> None:
    material = MaterialFactory.create(milestone=cast.milestones[1])
    assert asked(cast, material=material).milestone == cast.milestones[1]


@pytest.mark.parametrize("title", ["", "  \n"])
def test_ask_refuses_no_words(cast: Cast, title: str) -> None:
    with pytest.raises(Refused):
        asked(cast, title=title)


def test_ask_refuses_what_is_of_another_course(cast: Cast) -> None:
    foreign = MilestoneFactory.create()
    for wrong in (
        {"milestone": foreign},
        {"material": MaterialFactory.create(milestone=foreign)},
        {"milestone": cast.milestones[0], "material": MaterialFactory.create(milestone=cast.milestones[1])},
        {"enrolment": cast.enrolment("dalia"), "by": cast.marta},
    ):
        with pytest.raises(Refused):
            asked(cast, **wrong)
    assert not Question.objects.exists()


def test_a_closed_cohort_takes_no_more_asks_and_answers(cast: Cast) -> None:
    spring = GroupFactory.create(cohort=CohortFactory.create(course=cast.course))
    emre = {"by": cast.person("emre"), "at": NOW}
    question = asked(cast, visibility="course")
    cast.cohort.closed_on = TODAY
    cast.cohort.save()
    group = Group.objects.get(pk=cast.juniper.pk)
    question = Question.objects.get(pk=question.pk)
    for refused in (
        lambda: ask(group=group, title="Why?", **emre),
        lambda: ask_again(question=question, group=group, **emre),
        lambda: answer(question=question, body="Because.", **emre),
    ):
        with pytest.raises(Refused, match="is closed"):
            refused()
    # The next cohort still asks it too.
    ask_again(question=question, group=spring, by=cast.marta, at=NOW)
    assert question.asks.count() == 2


def test_an_ended_enrolment_takes_no_more_asks(cast: Cast) -> None:
    Enrolment.objects.filter(pk=cast.ana.enrolment_id).update(ended_on=TODAY, end_reason="dropped")
    with pytest.raises(Refused):
        asked(cast, enrolment=cast.enrolment("ana"), by=cast.marta)


def test_ask_carries_the_group_of_that_day(cast: Cast) -> None:
    question = asked(cast)
    join_group(enrolment=cast.enrolment("ana"), group=cast.juniper, on=TODAY, by=cast.ines, at=NOW)
    later = ask(group=cast.juniper, by=cast.person("ana"), at=NOW + timedelta(days=1), title="And now?")
    assert {row.group for row in Ask.objects.filter(enrolment=cast.enrolment("ana"))} == {
        cast.clover,
        cast.juniper,
    }
    question.refresh_from_db()
    assert (question.group, question.asks.get().group, later.asks.get().group) == (
        cast.clover,
        cast.clover,
        cast.juniper,
    )
    # Clover is no place for Ana to ask in any more: she would not count as its student.
    with pytest.raises(Refused):
        asked(cast, enrolment=cast.enrolment("ana"), by=cast.marta)


def test_ask_again_counts_once_a_student(cast: Cast) -> None:
    question = asked(cast)
    first = ask_again(question=question, group=cast.juniper, by=cast.person("emre"), at=NOW)
    again = ask_again(
        question=question, group=cast.juniper, by=cast.person("emre"), at=NOW + timedelta(hours=1)
    )
    assert first == again
    assert first.enrolment == cast.enrolment("emre")
    own = ask_again(question=question, group=cast.clover, by=cast.person("ana"), at=NOW)
    assert own == question.asks.get(enrolment=cast.enrolment("ana"))
    assert vars(Question.objects.with_ask_count().get())["ask_count"] == 2


def test_ask_again_for_nobody_in_particular_counts_each_time(cast: Cast) -> None:
    question = asked(cast)
    for _ in range(2):
        ask_again(question=question, group=cast.juniper, by=cast.tomas, at=NOW)
    assert list(question.asks.filter(enrolment=None).values_list("group", flat=True)) == [
        cast.juniper.pk,
        cast.juniper.pk,
    ]


def test_ask_again_of_a_duplicate_counts_at_its_original(cast: Cast) -> None:
    original, duplicate = asked(cast), asked(cast, by=cast.person("bruno"))
    mark_duplicate(question=duplicate, original=original, by=cast.marta, at=NOW)
    again = ask_again(question=duplicate, group=cast.clover, by=cast.person("chidi"), at=NOW)
    assert again.question == original
    # Bruno asked it by the duplicate.
    assert ask_again(
        question=original, group=cast.clover, by=cast.person("bruno"), at=NOW
    ) == duplicate.asks.get(enrolment=cast.enrolment("bruno"))
    counts = {row.pk: vars(row)["ask_count"] for row in Question.objects.with_ask_count()}
    assert counts == {original.pk: 3, duplicate.pk: 1}


def test_ask_again_refuses_another_course(cast: Cast) -> None:
    with pytest.raises(Refused):
        ask_again(question=asked(cast), group=GroupFactory.create(), by=cast.marta, at=NOW)


def test_remove_ask_leaves_the_first(cast: Cast) -> None:
    question = asked(cast)
    again = ask_again(question=question, group=cast.clover, by=cast.person("bruno"), at=NOW)
    remove_ask(ask=again, by=cast.person("bruno"), at=NOW)
    first = question.asks.get()
    with pytest.raises(Refused):
        remove_ask(ask=first, by=cast.person("ana"), at=NOW)
    assert question.asks.get() == first


def test_remove_question_deletes_it_and_keeps_its_history(cast: Cast) -> None:
    question = asked(cast)
    remove_question(question=question, by=cast.person("ana"), at=NOW)
    assert not Question.objects.exists()
    assert not Ask.objects.exists()
    gone = Question.history.filter(id=question.pk).order_by("-history_id")[0]
    assert (gone.history_type, gone.history_user, gone.title) == ("-", cast.person("ana"), "Why?")


def test_remove_question_refuses_what_others_share(cast: Cast) -> None:
    answered, again, original, duplicate = (asked(cast, title=f"Why {n}?") for n in range(4))
    answer(question=answered, by=cast.marta, at=NOW, body="So.")
    ask_again(question=again, group=cast.clover, by=cast.person("bruno"), at=NOW)
    mark_duplicate(question=duplicate, original=original, by=cast.marta, at=NOW)
    for question in (answered, again, original, duplicate):
        with pytest.raises(Refused):
            remove_question(question=question, by=cast.person("ana"), at=NOW)
    assert Question.objects.count() == 4


def test_change_question_counts_a_version_and_is_searched(cast: Cast) -> None:
    question = asked(cast)
    answer(question=question, by=cast.marta, at=NOW, body="So it is.")
    question.refresh_from_db()
    question.title = "What for?"
    change_question(question=question, by=cast.person("ana"), at=NOW)
    question.refresh_from_db()
    assert (question.version, question.changed_by, question.search_text) == (
        2,
        cast.person("ana"),
        "what for \n so it is",
    )
    newest = question.history.order_by("-history_id")[0]
    assert (newest.title, newest.history_user) == ("What for?", cast.person("ana"))


def test_change_question_keeps_a_duplicate_within_sight_of_its_original(cast: Cast) -> None:
    original = asked(cast)
    duplicate = asked(cast, by=cast.person("bruno"), visibility="group")
    mark_duplicate(question=duplicate, original=original, by=cast.marta, at=NOW)
    original.refresh_from_db()
    duplicate.refresh_from_db()
    original.visibility = "group"
    change_question(question=original, by=cast.person("ana"), at=NOW)
    duplicate.visibility = "cohort"
    with pytest.raises(Refused):
        change_question(question=duplicate, by=cast.person("bruno"), at=NOW)
    duplicate.refresh_from_db()
    assert duplicate.visibility == "group"


def test_change_question_refuses_to_hide_what_duplicates_point_at(cast: Cast) -> None:
    original = asked(cast)
    duplicate = ask(group=cast.juniper, by=cast.person("dalia"), at=NOW, title="Why then?")
    mark_duplicate(question=duplicate, original=original, by=cast.tomas, at=NOW)
    original.visibility = "group"
    with pytest.raises(Refused):
        change_question(question=original, by=cast.person("ana"), at=NOW)
    original.refresh_from_db()
    assert original.visibility == "cohort"


def test_change_question_stays_in_sight_of_those_who_asked_it_too(cast: Cast) -> None:
    question = asked(cast, visibility="cohort")
    question.visibility = "group"
    change_question(question=question, by=cast.person("ana"), at=NOW)
    question.visibility = "cohort"
    change_question(question=question, by=cast.person("ana"), at=NOW)
    ask_again(
        question=question,
        group=cast.juniper,
        enrolment=cast.enrolment("dalia"),
        by=cast.person("dalia"),
        at=NOW,
    )
    question.visibility = "group"
    with pytest.raises(Refused, match="Others asked it too"):
        change_question(question=question, by=cast.person("ana"), at=NOW)
    # A question that was for the group stays as editable as it was.
    Question.objects.filter(pk=question.pk).update(visibility="group")
    change_question(question=question, by=cast.person("ana"), at=NOW)


def test_log_questions_asks_new_ones_and_counts_known_ones(cast: Cast) -> None:
    known = ask(group=cast.juniper, by=cast.person("dalia"), at=NOW, title="Known?")
    lines = [
        LoggedQuestion(title=" One? ", milestone=cast.milestones[0], enrolment=cast.enrolment("ana")),
        LoggedQuestion(title="  "),
        LoggedQuestion(again=known.pk, enrolment=cast.enrolment("bruno")),
        LoggedQuestion(title="Two?"),
        LoggedQuestion(again=known.pk),
    ]
    one, again, two, same = log_questions(group=cast.clover, lines=lines, by=cast.marta, at=NOW)
    assert (again, same) == (known, known)
    assert (one.title, one.asked_by, one.milestone, one.search_text) == (
        "One?",
        cast.person("ana"),
        cast.milestones[0],
        "one",
    )
    assert (two.title, two.asked_by) == ("Two?", cast.marta)
    assert set(Ask.objects.filter(group=cast.clover).values_list("question", "enrolment", "logged_by")) == {
        (one.pk, cast.enrolment("ana").pk, cast.marta.pk),
        (two.pk, None, cast.marta.pk),
        (known.pk, cast.enrolment("bruno").pk, cast.marta.pk),
        (known.pk, None, cast.marta.pk),
    }
    assert {row.history_user for row in Question.history.filter(id__in=[one.pk, two.pk])} == {cast.marta}


def test_log_questions_counts_a_student_once_and_at_the_original(cast: Cast) -> None:
    original, duplicate = asked(cast), asked(cast, by=cast.person("bruno"))
    mark_duplicate(question=duplicate, original=original, by=cast.marta, at=NOW)
    lines = [
        LoggedQuestion(again=duplicate.pk, enrolment=cast.enrolment(name))
        for name in ("ana", "bruno", "chidi", "chidi")
    ]
    questions = log_questions(group=cast.clover, lines=lines, by=cast.marta, at=NOW)
    assert questions == [original] * 4
    assert set(Ask.objects.values_list("question", "enrolment")) == {
        (original.pk, cast.enrolment("ana").pk),
        (duplicate.pk, cast.enrolment("bruno").pk),
        (original.pk, cast.enrolment("chidi").pk),
    }


def test_log_questions_refuses_all_when_one_is_wrong(cast: Cast) -> None:
    unseen = ask(group=cast.juniper, by=cast.person("dalia"), at=NOW, title="Ours only?", visibility="group")
    for wrong in (
        LoggedQuestion(again=unseen.pk),
        LoggedQuestion(again=987_654),
        LoggedQuestion(title="For Dalia?", enrolment=cast.enrolment("dalia")),
        LoggedQuestion(title="Elsewhere?", milestone=MilestoneFactory.create()),
    ):
        with pytest.raises(Refused):
            log_questions(
                group=cast.clover, lines=[LoggedQuestion(title="Fine?"), wrong], by=cast.marta, at=NOW
            )
    assert list(Question.objects.all()) == [unseen]


@pytest.mark.parametrize("count", [1, 4])
def test_log_questions_takes_as_many_queries_for_four_as_for_one(
    cast: Cast, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    known = [QuestionFactory.create(membership=cast.dalia) for _ in range(count)]
    lines = [LoggedQuestion(title=f"New {n}?", enrolment=cast.enrolment("ana")) for n in range(count)]
    lines += [LoggedQuestion(again=question.pk, enrolment=cast.enrolment("bruno")) for question in known]
    by, at = cast.marta, timezone.now()
    # Savepoints 2, relations, members, asks led, questions seen, earlier asks, three inserts; the limit 4 the first.
    with django_assert_num_queries(16):
        log_questions(group=cast.clover, lines=lines, by=by, at=at)
    assert Ask.objects.filter(group=cast.clover).count() == 2 * count


def test_log_questions_without_lines_asks_the_database_nothing(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(2):
        assert log_questions(group=cast.clover, lines=[LoggedQuestion()], by=cast.marta, at=NOW) == []


@pytest.mark.parametrize("count", [1, 3])
def test_with_ask_count_takes_one_query(
    cast: Cast, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(count):
        original, duplicate = asked(cast), asked(cast, by=cast.person("bruno"))
        mark_duplicate(question=duplicate, original=original, by=cast.marta, at=NOW)
        ask_again(question=original, group=cast.juniper, by=cast.person("emre"), at=NOW)
    with django_assert_num_queries(1):
        counts = [vars(row)["ask_count"] for row in Question.objects.originals().with_ask_count()]
    assert counts == [3] * count


def test_today_of_the_cohort_decides_who_is_in_the_group(cast: Cast) -> None:
    # 23:30 UTC on the 16th is the 17th in Lisbon, the day on which Ana has left.
    cast.ana.ended_on, cast.ana.end_reason = date(2026, 9, 17), "dropped"
    cast.ana.save()
    late = NOW.replace(hour=23, minute=30)
    assert asked(cast, at=late - timedelta(hours=1)).asks.get().enrolment == cast.enrolment("ana")
    assert asked(cast, at=late).asks.get().enrolment is None
