"""The beginning of a group for its newcomers: its people, its first day, what comes first. Names, never addresses."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Prefetch

from courses.calendar import in_turn
from groups.models import Group, Membership, Mentorship, PlanItem
from lib.days import day_label
from lib.text import joined
from lib.weeks import after_pause
from people.models import User


@dataclass(frozen=True, slots=True, kw_only=True)
class Beginning:
    """`others` study in it beside the reader, who begins on `starts_on`; `first` is what is due first from then on.

    `role` is that of a reader who mentors it, empty for who studies in it.
    """

    group: Group
    others: tuple[User, ...]
    mentors: tuple[User, ...]
    starts_on: date
    today: date
    first: PlanItem | None
    role: str = ""

    def who(self, name: Callable[[User], str] = User.get_short_name, *, names_others: bool = True) -> str:
        """ "You are in Clover with Bruno and Chidi. Marta is your mentor."."""
        others = joined(name(person) for person in self.others) if names_others else ""
        mentors = joined(name(person) for person in self.mentors)
        if self.role:
            does = (
                "mentor"
                if self.role == Mentorship.Role.MENTOR
                else f"are the {Mentorship.Role(self.role).label} of"
            )
            return f"You {does} {self.group}{f': {others}' if others else ''}."
        said = f"You are in {self.group}{f' with {others}' if others else ''}."
        if not mentors:
            return f"{said} Your group has no mentor yet."
        return f"{said} {mentors} {'is your mentor' if len(self.mentors) == 1 else 'are your mentors'}."

    @property
    def what(self) -> str:
        """ "You start with LLM basics, about 3.5 hours, due Mon 21 September."; empty without a plan."""
        if self.first is None:
            return ""
        hours, due = self.first.milestone.planned_hours, self.first.due_on
        about = f", about {hours.normalize():f} hours" if hours else ""
        by = f", due {day_label(due, self.today)}" if due else ""
        return f"You start with {self.first.milestone}{about}{by}."

    @property
    def when(self) -> str:
        """ "You begin on Mon 14 September. You meet: Wednesdays 18:00."; empty once begun and without a meeting."""
        is_ahead = self.today < self.starts_on
        begins = f"You begin on {day_label(self.starts_on, self.today)}." if is_ahead else ""
        meets = f"You meet: {self.group.meeting}." if self.group.meeting else ""
        return " ".join(filter(None, (begins, meets)))


def beginnings_of(reader: User, group_ids: Iterable[int], now: datetime) -> dict[int, Beginning]:
    """By group, with those who are in it or come."""
    stays = Membership.objects.by_name().prefetch_related("enrolment__progress")
    mentorships = Mentorship.objects.select_related("person")
    rows = Group.objects.filter(pk__in=list(group_ids)).select_related("cohort__course")
    rows = rows.prefetch_related(Prefetch("memberships", stays))
    rows = rows.prefetch_related(Prefetch("mentorships", mentorships))
    required = PlanItem.objects.in_order().filter(milestone__is_optional=False).select_related("milestone")
    rows = rows.prefetch_related("cohort__pauses", Prefetch("plan_items", required))
    found = {}
    for group in rows:
        today = group.cohort.today(now)
        here = {
            stay.enrolment.person: stay
            for stay in group.memberships.all()
            if not stay.has_ended(today) and stay.enrolment.ended_on is None
        }
        mentors = sorted(
            (row for row in group.mentorships.all() if not row.has_ended(today)),
            key=lambda row: row.place,
        )
        own = here.get(reader)
        leads = next((row for row in mentors if row.person == reader), None)
        # Nothing is expected of them that was due before they came to the cohort.
        since = own.enrolment.started_on if own else group.cohort.starts_on
        pauses = group.cohort.pause_periods
        marks = own.enrolment.progress.all() if own else ()
        settled = {mark.milestone_id for mark in marks if not mark.is_open}
        items = [item for item in group.plan_items.all() if item.milestone_id not in settled]
        for item in items:
            item.due_on = item.due_on and after_pause(item.due_on, pauses)
        found[group.pk] = Beginning(
            group=group,
            others=tuple(person for person in here if person != reader),
            mentors=tuple(row.person for row in mentors if row.role != Mentorship.Role.STAND_IN),
            starts_on=max(
                own.started_on if own else group.cohort.starts_on, leads.started_on if leads else date.min
            ),
            role=leads.role if leads and not own else "",
            today=today,
            first=next(iter(in_turn(items, since)), None),
        )
    return found
