"""A person's rights to questions.

`questions.access.sight` decides who sees a question. To act, a person needs a relation that holds today. The name of
an asker who hides it is shown to the asker, to today's mentors of the group and of the asker, and to course admins.
Students are named only to people of their own cohort. Who reads a question for another group, since they lead or led
somebody who asked it, is told neither the group nor its students. Questions that a person may not see are 404 to
strangers of their course and 403 to insiders.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NoReturn

from django.db.models import OuterRef, Q, Subquery
from django.db.models.lookups import IsNull
from django.http import Http404
from django.shortcuts import get_object_or_404

from courses.promises import Wait
from groups.access import refuse_if_archived, say_if_archived
from groups.models import Group, Membership, marks_of
from groups.relations import Relation, RelationKind, Relations, relations_of
from lib.locking import lock_row
from lib.marks import PersonMark
from people.access import refuse
from people.models import User
from questions.access.sight import sight_of
from questions.models import Answer, Ask, Picture, Question
from questions.models.question import QuestionQuerySet

_SOMEBODY = {
    Question.Visibility.GROUP: "somebody in the group",
    Question.Visibility.COHORT: "somebody in the cohort",
    Question.Visibility.COURSE: "somebody in the course",
}


@dataclass(frozen=True, slots=True)
class Reader:
    """A person who reads questions. Its methods need no query."""

    user: User
    relations: Relations

    def visible_questions(self, course_id: int | None = None) -> QuestionQuerySet:
        """The questions that the person may see, of all courses or of one, including duplicates."""
        visible = Question.objects.filter(sight_of(self.user, self.relations).condition)
        return visible if course_id is None else visible.filter(cohort__course=course_id)

    def is_asker(self, question: Question) -> bool:
        return question.asked_by_id == self.user.pk

    def leads(self, question: Question) -> bool:
        """Whether the person mentors the group of the question today, or administers its course."""
        return self.relations.leads(question.group_id, question.cohort.course_id)

    def sees_who_asked(self, ask: Ask) -> bool:
        """Whether the student of one ask is named to the person: they lead the group that the student asked in."""
        return self.relations.leads(ask.group_id, ask.question.cohort.course_id)

    def administers(self, question: Question) -> bool:
        return self.relations.administers(question.cohort.course_id)

    def sees_asker(self, question: Question) -> bool:
        """Whether the person may know who asked: students are named to their cohort, unless they hide their name."""
        if self.is_asker(question) or self.leads(question) or getattr(question, "is_asker_led", False):
            return True
        is_of_student = getattr(question, "is_from_student", True)
        is_told = self.knows_students(question) if is_of_student else not self.is_outside(question)
        return not question.is_asker_hidden and is_told

    def knows_students(self, question: Question) -> bool:
        """Whether students who asked or answered it are named to the person."""
        is_of_cohort = any(row.cohort == question.cohort for row in self.relations)
        return self.administers(question) or (is_of_cohort and not self.is_outside(question))

    def is_outside(self, question: Question) -> bool:
        """Whether it is for a group alone that the person has nothing to do with: they lead, or led, who asked it."""
        return (
            question.visibility == Question.Visibility.GROUP
            and not self.administers(question)
            and not self.is_asker(question)
            and self.relations.group(question.group_id) is None
        )

    def takes_part(self, question: Question) -> bool:
        """Whether the person has a role in the course today, in a cohort that is not closed."""
        return any(bool(self._beside(kind, question)) for kind in RelationKind)

    def studies_beside(self, question: Question, group_id: int | None = None) -> Relation | None:
        """The membership in which the person can ask it again: in its cohort, else elsewhere in the course.

        With a group, that in the group.
        """
        studies = [
            row for row in self._beside(RelationKind.STUDIES, question) if group_id in (None, row.group_id)
        ]
        return min(studies, key=lambda row: row.cohort != question.cohort, default=None)

    def mentors_beside(self, question: Question) -> tuple[Relation, ...]:
        return self._beside(RelationKind.MENTORS, question)

    def _beside(self, kind: RelationKind, question: Question) -> tuple[Relation, ...]:
        return tuple(
            row
            for row in self.relations.open(kind)
            if row.course_id == question.cohort.course_id and not row.is_in_closed_cohort(self.relations.now)
        )


def reader(user: User, now: datetime) -> Reader:
    return Reader(user, relations_of(user, now))


@dataclass(frozen=True, slots=True)
class QuestionAccess:
    """A question as one reader may see and change it. Pages name its asker and group only by these labels.

    `mark`: of the asker, where the reader may know both; see `with_marks`.
    """

    question: Question
    reader: Reader
    mark: PersonMark | None = None

    @property
    def asker_label(self) -> str:
        question, reader = self.question, self.reader
        if not reader.sees_asker(question):
            if reader.is_outside(question):
                return "somebody in another group"
            return _SOMEBODY[Question.Visibility(question.visibility)]
        if not question.is_from_student:
            group = question.group.name if self._may_name_group else "a group"
            return f"somebody in {group}, logged by {question.asked_by.name}"
        return "you" if reader.is_asker(question) else question.asked_by.name

    @property
    def group_label(self) -> str:
        return self.question.group.name if self.is_from_student and self._may_name_group else ""

    @property
    def _may_name_group(self) -> bool:
        """A group has about three students: its name would reveal a hidden asker."""
        is_own = self.reader.relations.studies_in(self.question.group_id) is not None
        return self.reader.sees_asker(self.question) and (is_own or self.leads)

    @property
    def knows_asker_in_group(self) -> bool:
        """Whether the reader may know who asked, and in which group: a mark says both."""
        is_told = not self.question.is_asker_hidden and self.reader.knows_students(self.question)
        return self.is_from_student and (is_told or self._may_name_group)

    @property
    def wait(self) -> Wait | None:
        """The time waited; None where nobody waits for its answer, or its day is not known."""
        question = self.question
        # One that was answered and waits for follow-up has had its answer.
        if question.status != Question.Status.OPEN or question.is_undated or not self.is_in_open_cohort:
            return None
        cohort = question.cohort
        return cohort.wait(
            question.asked_at, self.reader.relations.now, days=question.promised_days(cohort.course)
        )

    @property
    def leads(self) -> bool:
        return self.reader.leads(self.question)

    @property
    def is_asker(self) -> bool:
        """Whether the person asked it and still takes part."""
        return self.reader.is_asker(self.question) and self.reader.takes_part(self.question)

    @property
    def is_in_open_cohort(self) -> bool:
        cohort = self.question.cohort
        return not cohort.is_closed(cohort.today(self.reader.relations.now))

    @property
    def may_answer(self) -> bool:
        """Anyone who takes part, students too, until the cohort closes; a duplicate is answered at its original."""
        return (
            self.is_in_open_cohort
            and self.question.duplicate_of_id is None
            and self.reader.takes_part(self.question)
        )

    @property
    def is_to_answer(self) -> bool:
        """Whether answering is what this reader is here for; for others the field is folded."""
        is_student = self.reader.studies_beside(self.question) is not None
        return self.may_answer and not self.question.is_answered and not is_student

    @property
    def ask_again_groups(self) -> tuple[Relation, ...]:
        return self.reader.mentors_beside(self.question)

    def leads_beside(self, group: Group) -> bool:
        course_id = self.question.cohort.course_id
        is_beside = group.cohort.course_id == course_id and not group.cohort.is_archived
        return is_beside and self.reader.relations.leads(group.pk, course_id)

    @property
    def is_archived(self) -> bool:
        """What is published of an archived cohort is asked again and unpublished; nothing else changes."""
        return self.question.cohort.archived is not None

    @property
    def sees_history(self) -> bool:
        return self.is_asker or self.leads

    @property
    def may_edit(self) -> bool:
        return self.sees_history and not self.is_archived

    @property
    def may_lead(self) -> bool:
        """Whether they may merge it, and note what it needs."""
        return self.leads and not self.is_archived

    @property
    def may_choose_readers(self) -> bool:
        """The asker may; for a logged question, those who lead the group."""
        return self.is_asker or (self.leads and not self.is_from_student)

    @property
    def is_from_student(self) -> bool:
        return bool(getattr(self.question, "is_from_student", False))

    @property
    def may_settle(self) -> bool:
        return self.is_in_open_cohort and self.question.duplicate_of_id is None and self.may_edit

    @property
    def may_publish(self) -> bool:
        question = self.question
        is_ready = question.published_at is not None or not question.why_not_published
        return self.reader.administers(question) and is_ready

    @property
    def why_not_published(self) -> str:
        """Say what a course admin has to do before publishing the answer; "" for others."""
        question = self.question
        is_told = question.is_answered and question.published_at is None
        return question.why_not_published if is_told and self.reader.administers(question) else ""

    def may_edit_answer(self, answer: Answer) -> bool:
        is_own = answer.answered_by_id == self.reader.user.pk
        return is_own and self.reader.takes_part(self.question) and not self.is_archived

    def may_remove_answer(self, answer: Answer) -> bool:
        return self.may_edit_answer(answer) or self.may_lead


def with_marks(rows: Sequence[QuestionAccess]) -> list[QuestionAccess]:
    known = {row.question.pk: row.question for row in rows if row.knows_asker_in_group}
    marks = marks_of((question.group, question.asked_by) for question in known.values())
    return [
        QuestionAccess(row.question, row.reader, marks[row.question.group_id, row.question.asked_by_id])
        if row.question.pk in known
        else row
        for row in rows
    ]


def with_asker(questions: QuestionQuerySet, reader: Reader | None = None) -> QuestionQuerySet:
    """Annotate `is_from_student`, and for a reader who mentors `is_asker_led`: whether they mentor the asker today."""
    own = Ask.objects.filter(question=OuterRef("pk"), enrolment__person=OuterRef("asked_by"))
    asked = questions.select_related("asked_by", "group", "cohort__course")
    # Not Exists: PostgreSQL would read all asks once to answer it for each row, even for a page of 25.
    is_from_student = IsNull(Subquery(own.values("pk")[:1]), False)
    asked = asked.annotate(is_from_student=is_from_student)  # type: ignore[no-redef]
    led = [row.group for row in reader.relations.open(RelationKind.MENTORS) if row.group] if reader else []
    if not reader or not led:
        return asked
    is_led = Q()
    for cohort in {group.cohort for group in led}:
        stays = Membership.objects.open(cohort.today(reader.relations.now))
        is_led |= Q(enrolment__memberships__in=stays.filter(group__in=led, group__cohort=cohort))
    return asked.annotate(is_asker_led=IsNull(Subquery(own.filter(is_led).values("pk")[:1]), False))


def question_to_read(
    user: User, question_id: int, now: datetime, *, is_locked: bool = False, is_for_course: bool = False
) -> QuestionAccess:
    """Return the question if the user may see it.

    Args:
        is_locked: lock it until the end of the transaction, to save a form of it.
        is_for_course: what is done to it can be done in an archived cohort, too.
    """
    if is_locked:
        lock_row(Question, question_id)
    relations = relations_of(user, now)
    sight = sight_of(user, relations)
    # A link to one that no list shows, since it is archived, leads its course admins there, to read it.
    is_administered = Q(cohort__course__in=relations.administered)
    seen = Question.objects.filter(sight.condition | is_administered)
    reader = Reader(user, relations)
    questions = with_asker(seen, reader).select_related("milestone", "material", "duplicate_of", "changed_by")
    question = questions.with_ask_count().filter(pk=question_id).first()
    if question is None:
        _refuse_unseen(user, question_id, now)
    if not sight.covers(question):
        may_act = is_for_course and not question.cohort.course.is_archived
        say_if_archived(user, question.cohort, now, may_act=may_act)
    return with_marks([QuestionAccess(question, reader)])[0]


def picture_to_see(user: User, key: str, now: datetime) -> Picture:
    """Return the picture if the user may see its question; while no text shows it, to who added it only."""
    picture = get_object_or_404(Picture, key=key)
    if picture.question_id is not None and picture.unused_since is None:
        question_to_read(user, picture.question_id, now)
    elif picture.added_by_id != user.pk:
        raise Http404
    return picture


def _refuse_unseen(user: User, question_id: int, now: datetime) -> NoReturn:
    course_id = get_object_or_404(Question.objects.select_related("cohort"), pk=question_id).cohort.course_id
    refuse(user, f"see question {question_id}", is_insider=relations_of(user, now).is_insider(course_id))


def require(access: QuestionAccess, is_allowed: bool, action: str) -> QuestionAccess:
    """Return the access if the action is allowed, else 403: a person who sees the question is an insider."""
    if not is_allowed:
        if access.leads:
            refuse_if_archived(access.reader.user, access.question.cohort)
        refuse(access.reader.user, f"{action} question {access.question.pk}", is_insider=True)
    return access


def question_to_answer(user: User, question_id: int, now: datetime) -> QuestionAccess:
    """Return the question if the user takes part in the course today; others who see it get 403."""
    access = question_to_read(user, question_id, now)
    is_allowed = access.reader.takes_part(access.question) and not access.is_archived
    return require(access, is_allowed, "answer")


def question_to_ask_again(
    user: User, question_id: int, group_id: int | None, now: datetime
) -> tuple[QuestionAccess, Group]:
    """Return the question and the group that asks it again.

    This is the given group, in which they study or which they lead, else for a student their own. Others get 403.
    """
    access = question_to_read(user, question_id, now)
    own = access.reader.studies_beside(access.question, group_id)
    wanted = (own.group_id if own else group_id) or 0
    group = Group.objects.select_related("cohort").filter(pk=wanted).first()
    if group is None or not (own or access.leads_beside(group)):
        refuse(user, f"ask again question {question_id}", is_insider=True)
    return access, group


def question_to_edit(
    user: User, question_id: int, now: datetime, *, is_locked: bool = False
) -> QuestionAccess:
    """Return the question to its asker and to those who lead its group; others who see it get 403."""
    access = question_to_read(user, question_id, now, is_locked=is_locked)
    return require(access, access.may_edit, "edit")


def question_to_merge(user: User, question_id: int, now: datetime) -> QuestionAccess:
    """Return the question to those who lead its group; others who see it get 403."""
    access = question_to_read(user, question_id, now)
    return require(access, access.may_lead, "merge")


def ask_to_remove(user: User, ask_id: int, now: datetime) -> tuple[QuestionAccess, Ask]:
    """Return the ask if the user made it or logged it; anyone else who can see the question gets 403."""
    asks = Ask.objects.select_related("question", "enrolment", "group__cohort__course")
    ask = get_object_or_404(asks, pk=ask_id)
    access = question_to_read(user, ask.question_id, now, is_for_course=True)
    own = ask.enrolment is not None and ask.enrolment.person_id == user.pk
    is_allowed = (own or ask.logged_by_id == user.pk) and access.reader.takes_part(access.question)
    refuse_if_archived(user, ask.group.cohort)
    return require(access, is_allowed, f"remove ask {ask_id} of"), ask
