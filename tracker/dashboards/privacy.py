"""What is kept about a person in a few words, who looked at their week, and where they are signed in."""

from typing import Any

from allauth.usersessions.models import UserSession
from django.db.models import Count, Max

from lib.browsers import browser_name
from people.models import User
from tracker.models import WeekLook


def looks_at_week_of(person: User) -> list[dict[str, Any]]:
    """Who looked, in which role, how often and when last; the latest first."""
    looks = WeekLook.objects.filter(enrolment__person=person).order_by().values("person", "role")
    lines = list(looks.annotate(times=Count("pk"), last=Max("looked_at")).order_by("-last", "person"))
    people = User.objects.in_bulk([line["person"] for line in lines])
    return [line | {"person": people[line["person"]]} for line in lines]


def sessions_of(person: User) -> list[tuple[UserSession, str]]:
    """The sessions with the names of their browsers, the one that asks first."""
    sessions = UserSession.objects.purge_and_list(person)
    sessions.sort(key=lambda session: (not session.is_current(), -session.created_at.timestamp()))
    return [(session, browser_name(session.user_agent)) for session in sessions]
