from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404

from courses.models import Course
from groups.access import course_to_administer, group_to_lead
from groups.models import Group
from people.models import User
from questions.access.questions import question_to_read
from questions.models import Question
from telling.models import Channel


def channels_of_group(user: User, group_id: int, now: datetime) -> tuple[Group, QuerySet[Channel]]:
    """For today's mentors of the group and course admins."""
    group = group_to_lead(user, group_id, now).group
    return group, Channel.objects.filter(group=group).order_by("pk")


def channels_of_course(user: User, slug: str, now: datetime) -> tuple[Course, QuerySet[Channel]]:
    """For course admins."""
    course = course_to_administer(user, slug, now)
    return course, Channel.objects.filter(course=course).order_by("pk")


def has_leader(channel: Channel, now: datetime) -> bool:
    """Whether who added or changed the channel last may still do so: it works as long as that."""
    if channel.made_by is None or not channel.made_by.is_active:
        return False
    try:
        channel_to_lead(channel.made_by, channel.pk, now)
    except (Http404, PermissionDenied):
        return False
    return True


def channel_to_lead(user: User, channel_id: int, now: datetime) -> Channel:
    """For those who may add one there."""
    channel = Channel.objects.select_related("group__cohort", "course").filter(pk=channel_id).first()
    if channel is None:
        raise Http404
    if channel.group_id is not None:
        group_to_lead(user, channel.group_id, now)
    elif channel.course is not None:
        course_to_administer(user, channel.course.slug, now)
    return channel


def question_to_post(channel: Channel, question_id: int, now: datetime) -> Question:
    """For channels of which all may read it: everybody in the course, or each student of the group; else 404 or 403.

    A group is told of no hidden asker's question that others see too: that it is of this group would say who asks.
    """
    questions = Question.objects.select_related("milestone", "cohort")
    if channel.group is None:
        everybody = Question.Visibility.COURSE
        return get_object_or_404(questions, pk=question_id, duplicate_of=None, visibility=everybody)
    question = get_object_or_404(questions, pk=question_id)
    members = channel.group.members_on(channel.group.cohort.today(now)).people()
    if not members or hides_asker(question):
        raise Http404
    for member in members:
        question_to_read(member, question.pk, now)
    return question


def hides_asker(question: Question) -> bool:
    """From others than their group, which sees who is in it."""
    return question.is_asker_hidden and question.visibility != Question.Visibility.GROUP
