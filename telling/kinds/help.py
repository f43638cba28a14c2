from datetime import datetime

from django.urls import reverse

from people.models import Event, User
from telling.kinds.in_groups import answering_people, group_of
from telling.kinds.kind import MailKind
from telling.mails import Mail, write_mail
from tracker.access.students import student_to_read
from tracker.dashboards.facts import facts_of
from tracker.dashboards.help_lines import age_of
from tracker.models import Progress
from tracker.standing import work_of


def _write(reader: User, event: Event, now: datetime) -> Mail | None:
    access = student_to_read(reader, event.ids["enrolment"], now)
    needs = Progress.objects.requests_for_help().filter(enrolment=access.enrolment)
    needs = needs.select_related("milestone", "question").order_by("-changed_at", "pk")
    if not needs or not access.may_lead or access.stay is None:
        return None
    group, person = access.stay.group, access.enrolment.person
    stay = access.stay
    stay.enrolment, group.cohort = access.enrolment, access.enrolment.cohort
    due_on = work_of(facts_of([stay], now)[stay.enrolment_id]).days
    page = reverse("tracker:help-answer", args=[access.enrolment.pk])
    context = {
        "name": person.get_short_name(),
        "needs": [(need, age_of(need, group.cohort, now), due_on.get(need.milestone_id)) for need in needs],
        "milestones": [need.milestone.title for need in needs],
        "mentors": group.mentors_on(access.today).people(),
    }
    words = needs[0].question if len(needs) == 1 else None
    path = f"{words.get_absolute_url()}#id_body" if words else page
    return write_mail("help", reader, now, context, path=path, group=group, reply_to=person)


HELP = MailKind(
    name="help",
    label="Somebody in my group needs help",
    roles=("mentor", "course admin"),
    events=("help_needed",),
    thread=lambda event: f"help {event.ids['enrolment']}",
    recipients=lambda event, now: answering_people(group_of(event.ids["enrolment"], now), now),
    write=_write,
    is_help=True,
)
