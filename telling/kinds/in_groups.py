"""The people of a group today, as readers of its mails."""

from datetime import datetime

from courses.models import CourseAdmin
from groups.access import GroupAccess, group_to_read
from groups.models import Enrolment, Group
from people.models import User
from tracker.dashboards.facts import facts_of
from tracker.standing import StudentFacts


def group_of_today(reader: User, group_id: int, now: datetime) -> GroupAccess:
    """Return the group to who leads it today, or is in it, as in a closed cohort on its last day.

    Who was in it before has no use for its news: no mail.
    """
    access = group_to_read(reader, group_id, now)
    day = access.group.cohort.working_day(now)
    if not access.may_lead and not any(row.holds(day) for row in access.studied):
        raise Group.DoesNotExist
    return access


def mentors_of(group: Group, now: datetime) -> list[User]:
    """Return today's mentors and stand-ins who are not away; if there is nobody, the course admins."""
    return group.mentors_on(group.cohort.today(now)).people() or admins_of(group)


def answering_people(group: Group, now: datetime) -> list[User]:
    """Return who of today's mentors and stand-ins hears that somebody waits; if nobody does, the course admins.

    An invitation that was not accepted must keep no request for help from all who could act.
    """
    mentors = group.mentors_on(group.cohort.today(now)).values("person")
    return list(User.objects.filter(pk__in=mentors).mailable()) or admins_of(group)


def facts_in(group: Group, reader: User, now: datetime) -> StudentFacts | None:
    """Return what is on record of a reader who studies in the group today."""
    stays = group.members_on(group.cohort.today(now)).filter(enrolment__person=reader)
    facts = facts_of(stays.select_related("enrolment__person", "group__cohort__course"), now)
    return next(iter(facts.values()), None)


def admins_of(group: Group) -> list[User]:
    admins = CourseAdmin.objects.filter(course=group.cohort.course_id).select_related("person")
    return [admin.person for admin in admins.order_by("pk")]


def names_of_mentors(group: Group, now: datetime) -> str:
    """Return who mentors the group today, also who is away; empty if nobody does."""
    mentors = group.mentorships.open(group.cohort.today(now)).people()
    return ", ".join(mentor.name for mentor in mentors)


def group_of(enrolment_id: int, now: datetime) -> Group:
    """Return the group that the student is in today."""
    enrolment = Enrolment.objects.select_related("cohort").get(pk=enrolment_id)
    stays = enrolment.memberships.open(enrolment.cohort.today(now))
    return stays.select_related("group__cohort").get().group


def members_of(group: Group, now: datetime) -> list[User]:
    return group.members_on(group.cohort.today(now)).people()


def mentor_to_reply_to(group: Group, now: datetime) -> User | None:
    """Return the first of today's mentors who can sign in, whom a student's reply reaches."""
    return next((mentor for mentor in mentors_of(group, now) if mentor.is_active), None)


def everybody_in(group: Group, now: datetime) -> list[User]:
    """Return its students, and today's mentors and stand-ins who are not away."""
    return [*members_of(group, now), *group.mentors_on(group.cohort.today(now)).people()]
