from datetime import datetime

from django.urls import reverse

from courses.models import Cohort
from people.models import Event, User
from telling.kinds.in_groups import answering_people, group_of
from telling.kinds.kind import MailKind
from telling.mails import Mail, write_mail
from tracker.access.students import student_to_read
from tracker.dashboards.help_lines import age_of
from tracker.dashboards.meetings import next_meeting
from tracker.models import Progress


def _write(reader: User, event: Event, now: datetime) -> Mail | None:
    access = student_to_read(reader, event.ids["enrolment"], now)
    needs = Progress.objects.requests_for_help().filter(enrolment=access.enrolment)
    needs = needs.select_related("milestone", "question").order_by("-changed_at", "pk")
    # They know what they noted themselves.
    noted = Progress.history.filter(
        id__in=[need.pk for need in needs], history_user=reader, state=Progress.State.NEED_HELP
    )
    noted_by_reader = set(noted.values_list("id", "history_date"))
    is_news = any((need.pk, need.state_since) not in noted_by_reader for need in needs)
    if not is_news or not access.may_lead or access.stay is None:
        return None
    group, person = access.stay.group, access.enrolment.person
    group.cohort = access.enrolment.cohort
    meeting = next_meeting(group, group.check_ins.all(), now)
    # One question is the heading of its mail.
    words = needs[0].question if len(needs) == 1 else None
    context = {
        "name": person.get_short_name(),
        "needs": [(need, _age(need, group.cohort, now), _hours(need)) for need in needs],
        "milestones": [need.milestone.title for need in needs],
        "mentors": group.mentors_on(access.today).people(),
        "heading": words,
        "meets_on": meeting.on if meeting else None,
        # Where its button is.
        "sorted_out": f"{group.get_absolute_url()}?student={access.enrolment.pk}",
        "asking": group.marks([person]).values(),
    }
    page = reverse("tracker:help-answer", args=[access.enrolment.pk])
    return write_mail(
        "help",
        reader,
        now,
        context,
        path=f"{words.get_absolute_url()}#id_body" if words else page,
        group=group,
        heading=f"“{words}”" if words else "",
        reply_to=person,
    )


def _age(need: Progress, cohort: Cohort, now: datetime) -> str:
    """Of a request of today nothing: the mail comes at once."""
    is_new = cohort.today(need.state_since or need.changed_at) == cohort.today(now)
    return "" if is_new else age_of(need, cohort, now)


def _hours(need: Progress) -> str:
    """ "1.5 of 3 hours", "1.5 hours"; empty if none is noted."""
    planned = need.milestone.planned_hours
    of = f" of {planned.normalize():f}" if planned else ""
    return f"{need.hours.normalize():f}{of} hours" if need.hours else ""


HELP = MailKind(
    name="help",
    topic="help",
    label="Somebody in my group needs help",
    roles=("mentor", "course admin"),
    events=("help_needed",),
    thread=lambda event: f"help {event.ids['enrolment']}",
    recipients=lambda event, now: answering_people(group_of(event.ids["enrolment"], now), now),
    write=_write,
    is_help=True,
)
