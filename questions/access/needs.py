"""Who may see and do, with what needs material.

A question's need is noted by who leads its group; that of a topic or a material by the course admins, who alone settle
needs. Mentors of the course see the needs of questions that they may see. Students see none.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.http import Http404

from courses.models import Course, Material
from groups.access import course_to_administer, material_to_administer
from groups.relations import relations_of
from people.access import refuse
from people.models import User
from questions.access.questions import QuestionAccess, question_to_read
from questions.models import MaterialNeed, NeedNote, Question, Topic

type NeedSubject = Question | Topic | Material


@dataclass(frozen=True, slots=True)
class NeedAccess:
    """A need that the person may see, and what they may do with it."""

    need: MaterialNeed
    user: User
    is_course_admin: bool

    @property
    def may_take_back(self) -> bool:
        """Whoever noted it while nothing was done about it, and the course admins."""
        is_new = self.need.state == MaterialNeed.State.TO_DO
        return is_new and (self.is_course_admin or self.need.noted_by_id == self.user.pk)

    def may_take_back_note(self, note: NeedNote) -> bool:
        return self.is_course_admin or note.noted_by_id == self.user.pk


def need_subject(
    user: User,
    slug: str,
    now: datetime,
    *,
    question: int | None = None,
    topic: int | None = None,
    material: int | None = None,
) -> tuple[Course, NeedSubject]:
    """Return the one thing of the course that is given, for who may note that it needs material.

    A question for who leads its group; a topic or a material for the course admins. 404 without any, 403 to other
    insiders.
    """
    thing: NeedSubject
    if question is not None:
        access = question_to_read(user, question, now)
        if not access.leads:
            refuse(user, f"note a need of question {question}", is_insider=True)
        thing, course = access.question, access.question.cohort.course
    elif topic is not None:
        thing, course = _topic_to_administer(user, topic, now)
    elif material is not None:
        thing = material_to_administer(user, material, now)
        course = thing.milestone.course
    else:
        course = course_to_administer(user, slug, now)
        raise Http404
    if course.slug != slug:
        raise Http404
    return course, thing


def _topic_to_administer(user: User, topic_id: int, now: datetime) -> tuple[Topic, Course]:
    topic = (
        Topic.objects.select_related("course", "representative", "merged_into__representative")
        .filter(pk=topic_id)
        .first()
    )
    if topic is None:
        raise Http404
    relations = relations_of(user, now)
    if not relations.administers(topic.course_id):
        refuse(user, f"note a need of topic {topic_id}", is_insider=relations.is_insider(topic.course_id))
    return topic.merged_into or topic, topic.course


def needs() -> QuerySet[MaterialNeed]:
    """Needs with everything that names them."""
    return MaterialNeed.objects.select_related(
        "course",
        "question__duplicate_of",
        "topic__representative",
        "topic__merged_into__representative",
        "material__milestone",
        "owner",
        "noted_by",
        "change",
        "changed_by",
    )


def need_to_read(user: User, need_id: int, now: datetime, rows: QuerySet[Any] | None = None) -> NeedAccess:
    """Return the need for the course admins, and for mentors of the course who may see the question it is of.

    403 to other insiders, 404 to strangers.

    Args:
        rows: needs with more annotated.
    """
    need = (needs() if rows is None else rows).filter(pk=need_id).first()
    if need is None:
        raise Http404
    relations = relations_of(user, now)
    if not relations.administers(need.course_id):
        if need.question_id is None:
            refuse(user, f"see need {need_id}", is_insider=relations.is_insider(need.course_id))
        access = question_to_read(user, need.question_id, now)
        if not sees_needs(access):
            refuse(user, f"see need {need_id}", is_insider=True)
    return NeedAccess(need, user, relations.administers(need.course_id))


def need_to_settle(user: User, need_id: int, now: datetime, rows: QuerySet[Any] | None = None) -> NeedAccess:
    """Return the need for the course admins; 403 to other insiders, 404 to strangers."""
    access = need_to_read(user, need_id, now, rows)
    if not access.is_course_admin:
        refuse(user, f"settle need {need_id}", is_insider=True)
    return access


def need_to_take_back(user: User, need_id: int, now: datetime) -> NeedAccess:
    """Return the need for who noted it, and the course admins; 403 to other insiders."""
    access = need_to_read(user, need_id, now)
    if not (access.is_course_admin or access.need.noted_by_id == user.pk):
        refuse(user, f"take back need {need_id}", is_insider=True)
    return access


def note_to_take_back(user: User, note_id: int, now: datetime) -> tuple[NeedAccess, NeedNote]:
    """Return a note that joined a need, for who wrote it, and the course admins; 403 to other insiders."""
    note = NeedNote.objects.filter(pk=note_id).first()
    if note is None:
        raise Http404
    access = need_to_read(user, note.need_id, now)
    if not access.may_take_back_note(note):
        refuse(user, f"take back note {note_id} of a need", is_insider=True)
    return access, note


def sees_needs(access: QuestionAccess) -> bool:
    """Whether the person is told that a question they may see needs material: mentors and admins of its course are."""
    return access.leads or bool(access.reader.mentors_beside(access.question))
