"""Permissions of needs for better material: see, note, close.

Those who lead a question's group note its needs; course admins note needs of topics and materials, and only they
settle needs. Mentors see the needs of questions that they may see. Students see none.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import OuterRef, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404

from courses.models import Course, Material
from groups.access import course_to_administer, say_if_archived, to_administer
from groups.relations import relations_of
from lib.counting import count_of
from people.access import refuse
from people.models import User
from questions.access.questions import QuestionAccess, question_to_read
from questions.models import MaterialNeed, NeedNote, Question, Topic
from questions.models.material_change import MaterialNeedQuerySet, needs_with_ask_count

type NeedSubject = Question | Topic | Material


@dataclass(frozen=True, slots=True)
class NeedAccess:
    need: MaterialNeed
    user: User
    is_course_admin: bool

    @property
    def may_remove(self) -> bool:
        """The author and course admins may, until it is settled."""
        return self.need.is_open and (self.is_course_admin or self.need.noted_by_id == self.user.pk)

    def may_remove_note(self, note: NeedNote) -> bool:
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
    """Return the given question, topic or material if the user may note that it needs better material.

    A question needs a leader of its group; a topic or a material needs a course admin. Other insiders get 403. If
    none is given, 404.
    """
    subject: NeedSubject
    if question is not None:
        access = question_to_read(user, question, now)
        if not access.may_lead:
            refuse(user, f"note a need of question {question}", is_insider=True)
        subject, course = access.question, access.question.cohort.course
    elif topic is not None:
        topics = Topic.objects.select_related("representative", "merged_into__representative")
        row = to_administer(user, topics, topic, now)
        subject, course = row.merged_into or row, row.course
    elif material is not None:
        subject = to_administer(user, Material, material, now)
        course = subject.milestone.course
    else:
        course = course_to_administer(user, slug, now)
        raise Http404
    if course.slug != slug:
        raise Http404
    return course, subject


def needs(rows: MaterialNeedQuerySet | None = None) -> MaterialNeedQuerySet:
    return (MaterialNeed.objects.all() if rows is None else rows).select_related(
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


def counted_needs() -> MaterialNeedQuerySet:
    """The needs with `note_count`, without the first note, beside `ask_count`."""
    notes = {"note_count": count_of(NeedNote.objects.filter(need=OuterRef("pk")))}
    return needs(needs_with_ask_count().annotate(**notes))


def need_to_read(user: User, need_id: int, now: datetime, rows: QuerySet[Any] | None = None) -> NeedAccess:
    """Return the need to course admins, and to mentors of the course who may see its question.

    403 to other insiders, 404 to strangers.

    Args:
        rows: the needs to fetch it from, to add annotations; `needs()` by default.
    """
    need = get_object_or_404(needs() if rows is None else rows, pk=need_id)
    relations = relations_of(user, now)
    if relations.administers(need.course_id):
        say_if_archived(user, need.course, now)
    else:
        if need.question_id is None:
            refuse(user, f"see need {need_id}", is_insider=relations.is_insider(need.course_id))
        access = question_to_read(user, need.question_id, now)
        if not sees_needs(access):
            refuse(user, f"see need {need_id}", is_insider=True)
    return NeedAccess(need, user, relations.administers(need.course_id))


def need_to_settle(user: User, need_id: int, now: datetime, rows: QuerySet[Any] | None = None) -> NeedAccess:
    """Return the need to course admins; 403 to other insiders, 404 to strangers."""
    access = need_to_read(user, need_id, now, rows)
    if not access.is_course_admin:
        refuse(user, f"settle need {need_id}", is_insider=True)
    return access


def need_to_remove(user: User, need_id: int, now: datetime) -> NeedAccess:
    """Return the need to its author and to course admins; 403 to other insiders."""
    access = need_to_read(user, need_id, now)
    if not (access.is_course_admin or access.need.noted_by_id == user.pk):
        refuse(user, f"remove need {need_id}", is_insider=True)
    return access


def note_to_remove(user: User, note_id: int, now: datetime) -> tuple[NeedAccess, NeedNote]:
    """Return a note to its author and to course admins; 403 to other insiders."""
    note = get_object_or_404(NeedNote, pk=note_id)
    access = need_to_read(user, note.need_id, now)
    if not access.may_remove_note(note):
        refuse(user, f"remove note {note_id} of a need", is_insider=True)
    return access, note


def sees_needs(access: QuestionAccess) -> bool:
    """Whether the person sees that a question needs material: mentors and admins of its course do."""
    return access.leads or bool(access.reader.mentors_beside(access.question))
