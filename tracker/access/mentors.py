"""What a mentor says of themself: in which groups they are a mentor today, and when they are away from them."""

from datetime import datetime

from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404

from groups.models import MentorAway, Mentorship
from groups.relations import RelationKind, relations_of
from people.models import User


def own_mentorships(user: User, now: datetime) -> QuerySet[Mentorship]:
    """Return the person's mentorships of today."""
    groups = [row.group_id for row in relations_of(user, now).open(RelationKind.MENTORS)]
    return (
        Mentorship.objects.filter(person=user, group__in=groups, ended_on=None)
        .select_related("group__cohort__course")
        .order_by("group__name")
    )


def own_days_away(user: User, away_id: int, now: datetime) -> MentorAway:
    """Return days on which the person said to be away; 404 for those of others, and once the mentorship has ended."""
    if not relations_of(user, now).open(RelationKind.MENTORS):
        raise Http404
    mine = MentorAway.objects.filter(mentorship__in=own_mentorships(user, now))
    return get_object_or_404(mine.select_related("mentorship__group"), pk=away_id)
