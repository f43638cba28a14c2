"""The people of a group today, as readers of its mails."""

from datetime import date, datetime

from courses.models import CourseAdmin
from groups.models import Enrolment, Group, Membership, Mentorship
from people.models import User
from tracker.dashboards.facts import facts_of
from tracker.standing import StudentFacts


def mentors_of(group: Group, now: datetime) -> list[User]:
    """Return today's mentors and stand-ins who are not away; if there is nobody, the course admins."""
    return mentors_on(group, group.cohort.today(now)) or admins_of(group)


def answering_people(group: Group, now: datetime) -> list[User]:
    """Return who of today's mentors and stand-ins hears that somebody waits; if nobody does, the course admins.

    An invitation that was not accepted must keep no request for help from all who could act.
    """
    mentors = mentors_on(group, group.cohort.today(now))
    return list(User.objects.filter(pk__in=[each.pk for each in mentors]).mailable()) or admins_of(group)


def facts_in(group: Group, reader: User, now: datetime) -> StudentFacts | None:
    """Return what is on record of a reader who studies in the group today."""
    stays = Membership.objects.open(group.cohort.today(now)).filter(group=group, enrolment__person=reader)
    facts = facts_of(stays.select_related("enrolment__person", "group__cohort__course"), now)
    return next(iter(facts.values()), None)


def mentors_on(group: Group, day: date) -> list[User]:
    """Return who mentors the group on this day, as its stand-in too, and is not away."""
    mentorships = Mentorship.objects.present(day).filter(group=group).select_related("person")
    return [mentorship.person for mentorship in mentorships.order_by("pk")]


def admins_of(group: Group) -> list[User]:
    admins = CourseAdmin.objects.filter(course=group.cohort.course_id).select_related("person")
    return [admin.person for admin in admins.order_by("pk")]


def names_of_mentors(group: Group, now: datetime) -> str:
    """Return who mentors the group today, also who is away; empty if nobody does."""
    mentorships = (
        Mentorship.objects.open(group.cohort.today(now)).filter(group=group).select_related("person")
    )
    return ", ".join(mentorship.person.name for mentorship in mentorships.order_by("pk"))


def group_of(enrolment_id: int, now: datetime) -> Group:
    """Return the group that the student is in today."""
    enrolment = Enrolment.objects.select_related("cohort").get(pk=enrolment_id)
    stays = Membership.objects.open(enrolment.cohort.today(now)).select_related("group__cohort")
    return stays.get(enrolment=enrolment).group


def members_of(group: Group, now: datetime) -> list[User]:
    stays = Membership.objects.open(group.cohort.today(now)).filter(group=group)
    return [stay.enrolment.person for stay in stays.select_related("enrolment__person").order_by("pk")]


def mentor_to_reply_to(group: Group, now: datetime) -> User | None:
    """Return the first of today's mentors who can sign in, whom a student's reply reaches."""
    return next((mentor for mentor in mentors_of(group, now) if mentor.is_active), None)


def everybody_in(group: Group, now: datetime) -> list[User]:
    return [*members_of(group, now), *mentors_of(group, now)]
