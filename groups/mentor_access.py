"""What a mentor says of themself: in which groups they are a mentor today, and when they are away from them."""

from datetime import datetime

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404

from groups.models import MentorAway, Mentorship
from groups.relations import RelationKind, relations_of
from people.access import refuse
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
    """Return days on which the person said to be away; 403 for those of others, and once the mentorship has ended."""
    away = get_object_or_404(
        MentorAway.objects.select_related("mentorship__group__cohort__course"), pk=away_id
    )
    relations = relations_of(user, now)
    if away.mentorship.person_id != user.pk or relations.mentors(away.mentorship.group_id) is None:
        is_insider = relations.is_insider(away.mentorship.group.cohort.course_id)
        refuse(user, f"take back days away {away_id}", is_insider=is_insider)
    return away
