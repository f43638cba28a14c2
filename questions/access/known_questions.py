from dataclasses import dataclass
from datetime import datetime

from django.shortcuts import get_object_or_404

from courses.models import Milestone
from groups.relations import relations_of
from people.access import refuse
from people.models import User
from questions.access.questions import QuestionAccess, question_to_read, require
from questions.access.sight import sight_of


@dataclass(frozen=True, slots=True)
class MilestoneAccess:
    milestone: Milestone
    user: User
    is_course_admin: bool


def milestone_to_read(user: User, milestone_id: int, now: datetime) -> MilestoneAccess:
    """Return the milestone if the user takes or took part in its course; 403 before they begin, 404 to strangers."""
    milestone = get_object_or_404(Milestone.objects.select_related("course"), pk=milestone_id)
    relations = relations_of(user, now)
    if milestone.course_id not in sight_of(user, relations).courses:
        refuse(user, f"read milestone {milestone_id}", is_insider=relations.is_insider(milestone.course_id))
    return MilestoneAccess(milestone, user, relations.administers(milestone.course_id))


def question_to_publish(user: User, question_id: int, now: datetime) -> QuestionAccess:
    """Return the question if the user administers its course; others who see it get 403."""
    access = question_to_read(user, question_id, now, is_for_course=True)
    return require(access, access.reader.administers(access.question), "publish")
