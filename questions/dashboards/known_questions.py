from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, QuerySet, Subquery
from django.http import QueryDict

from courses.models import CourseAdmin, Milestone
from groups.models import Membership, Mentorship
from lib.markdown_pictures import keys_in
from lib.marks import PersonMark
from lib.pages import ROWS, page_of
from questions.access.known_questions import MilestoneAccess
from questions.access.questions import Reader, with_asker
from questions.models import Answer, Question
from questions.models.picture import load_pictures
from questions.search import matching

# Unpublished questions listed for the course admins; the list of questions has all.
_MOST_UNPUBLISHED = 30


def known_questions_page(access: MilestoneAccess, address: QueryDict, *, text: str = "") -> dict[str, Any]:
    """Return the known questions of a milestone.

    `rows` are those of the page that the address asks for, and `known` these with their answers; `materials`, each with
    the number of its questions on all pages. For course admins only: `to_publish` are answered and unpublished
    questions; `not_yet`, those of which something prevents it.

    Args:
        text: show only questions that contain its words.
    """
    milestone = access.milestone
    found = matching(Question.objects.filter(milestone=milestone), text)
    of_materials = found.known().order_by().values_list("material").annotate(Count("pk"))
    counts: dict[int | None, int] = dict(of_materials)
    known = with_asker(found.known()).select_related("material").with_ask_count().defer("search_text")
    in_order = known.order_by(F("ask_count").desc(), "asked_at", "pk")
    rows = page_of(address, in_order, count=sum(counts.values()))
    answers = answers_of(rows)
    unpublished = _unpublished_of(milestone) if access.is_course_admin else []
    shown = unpublished[:_MOST_UNPUBLISHED]
    return {
        "rows": rows,
        "known": [
            _known(question, answers[question.pk], is_course_admin=access.is_course_admin)
            for question in rows
        ],
        "materials": [(row, counts.get(row.pk, 0)) for row in milestone.materials.in_use().in_order()],
        "to_publish": [question for question in shown if not question.why_not_published],
        "not_yet": [(question, _to_do(question)) for question in shown if question.why_not_published],
        "has_more": len(unpublished) > _MOST_UNPUBLISHED,
    }


def is_unnamed(answer: Any, reader: Reader) -> bool:
    """Whether the reader may not know who answered: a student, but for the asker, if not hidden, and the reader."""
    return (
        not (answer.is_mentor or answer.is_course_admin)
        and not reader.knows_students(answer.question)
        and answer.answered_by_id not in (answer.question.asked_by_id, reader.user.pk)
    )


def mark_of_answer(answer: Any, reader: Reader) -> PersonMark | None:
    """Return the mark of who answered, in the hue of a student's group; None where the reader may not know them."""
    is_hidden = answer.answered_by_id == answer.question.asked_by_id and not reader.sees_asker(
        answer.question
    )
    if is_hidden or is_unnamed(answer, reader):
        return None
    mark: PersonMark = answer.answered_by.mark
    is_leader = answer.is_mentor or answer.is_course_admin
    return mark if is_leader else mark._replace(hue=answer.hue)


def answers_in_order(questions: Mapping[int, Any]) -> Iterator[Any]:
    """Yield the answers to questions, by their ids, oldest first: whether their author mentors or administers."""
    course = OuterRef("question__cohort__course")
    stays = Membership.objects.filter(
        enrolment__person=OuterRef("answered_by"), enrolment__cohort=OuterRef("question__cohort")
    )
    annotated: QuerySet[Any] = (
        Answer.objects.filter(question__in=questions)
        .select_related("answered_by")
        .annotate(
            is_mentor=Exists(
                Mentorship.objects.filter(person=OuterRef("answered_by"), group__cohort__course=course)
            ),
            is_course_admin=Exists(CourseAdmin.objects.filter(person=OuterRef("answered_by"), course=course)),
            # Of the group in which a student answered, or is by now.
            hue=Subquery(stays.order_by("-started_on", "-pk").values("group__hue")[:1]),
        )
        .in_order()
    )
    for answer in annotated:
        answer.question = questions[answer.question_id]
        yield answer


def answers_of(questions: Iterable[Any]) -> dict[int, list[Any]]:
    """Return answers by question id, oldest first, as `answers_in_order` does.

    Answers that students wrote after a course admin published the question have `is_new`: they are not published.
    """
    of = {question.pk: question for question in questions}
    rows: dict[int, list[Any]] = defaultdict(list)
    for answer in answers_in_order(of):
        published_at = answer.question.published_at
        is_of_student = not (answer.is_mentor or answer.is_course_admin)
        # An import may not know when it was answered; a course admin has seen it then.
        written = [at for at in (answer.answered_at, answer.changed_at) if at is not None and published_at]
        answer.is_new = is_of_student and any(at > published_at for at in written)
        rows[answer.question_id].append(answer)
    load_pictures(
        [row for row in of.values() if any(map(keys_in, (row.detail, *(each.body for each in rows[row.pk]))))]
    )
    return rows


def _known(question: Question, answers: list[Any], *, is_course_admin: bool) -> dict[str, Any]:
    """Return a known question, whose page does not say who asked it.

    `answers` are the first 20, each with who gave it: mentors, former mentors and course admins are named, students
    never. `new_answers` are those of students since it was published, for the course admins.
    """
    published = [answer for answer in answers if not answer.is_new]
    return {
        "question": question,
        "answers": [(answer, _answerer(question, answer)) for answer in published[:ROWS]],
        "answer_count": len(published),
        "new_answers": len(answers) - len(published) if is_course_admin else 0,
    }


def _answerer(question: Any, answer: Any) -> str:
    if question.is_from_student and answer.answered_by_id == question.asked_by_id:
        return "the asker"
    if answer.is_mentor or answer.is_course_admin:
        return f"{answer.answered_by.name}, {'mentor' if answer.is_mentor else 'course admin'}"
    return "a student"


def _unpublished_of(milestone: Milestone) -> list[Question]:
    questions = Question.objects.originals().filter(
        milestone=milestone,
        published_at=None,
        status=Question.Status.ANSWERED,
        cohort__archived_at=None,
    )
    counted = with_asker(questions).with_ask_count().defer("search_text", "detail")
    return list(counted.order_by(F("ask_count").desc(), "asked_at", "pk")[: _MOST_UNPUBLISHED + 1])


def _to_do(question: Question) -> str:
    """Say what prevents publishing it."""
    if question.is_from_student:
        return f"Only {question.asked_by.name}, who asked it, can open it to everybody in the course."
    return f"Logged by {question.asked_by.name} for {question.group}: you can open it to everybody in the course."
