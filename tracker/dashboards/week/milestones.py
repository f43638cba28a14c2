from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from courses.models import Material, Milestone
from groups.promised import promised_days
from lib.days import day_label
from tracker.dashboards.grid import Member
from tracker.dashboards.group_overviews import GroupOverview
from tracker.dashboards.hours import hours_label
from tracker.models import MaterialTick
from tracker.standing import MilestoneProgress, State

# What was finished keeps its place on the page for so long: rows that jump away let a second click miss.
KEEPS_ITS_PLACE = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class CardMaterial:
    """`is_settled`: ticked long enough ago to be folded; a second click still hits what it aims at.

    `opinion` is how the student found it, "" if they have not said.
    """

    material: Material
    is_ticked: bool
    is_settled: bool
    opinion: str = ""

    @property
    def opinions(self) -> tuple[tuple[str, str, bool], ...]:
        """Value, label, and whether it is the student's, of each button."""
        return tuple((value, label, value == self.opinion) for value, label in MaterialTick.Opinion.choices)

    @property
    def details(self) -> str:
        parts = [
            self.material.get_kind_display(),
            f"{self.material.minutes} min" if self.material.minutes else "",
            "optional" if self.material.is_optional else "",
        ]
        return " · ".join(part for part in parts if part)


@dataclass(frozen=True, slots=True)
class StateChoice:
    """A button for a state; `tone` is used when it is the current one."""

    value: State
    tone: str
    is_current: bool

    @property
    def label(self) -> str:
        return self.value.label


_TONES = {State.NEED_HELP: "act", State.NOT_STARTED: "quiet", State.SKIPPED: "quiet"}
_CHOICES = (State.NOT_STARTED, State.WORKING, State.NEED_HELP, State.DONE)


@dataclass(frozen=True, slots=True)
class MilestoneCard:
    """`due_label` is empty for milestones outside the plan or without a date; `is_late`: it should be done by now.

    Who joined later is not late with what was due before.
    """

    milestone: Milestone
    mark: MilestoneProgress | None
    is_planned: bool
    due_label: str
    is_late: bool
    # What was promised before the date moved, and why.
    promised: str

    @property
    def state(self) -> State:
        return self.mark.state if self.mark else State.NOT_STARTED

    @property
    def hours(self) -> Decimal | None:
        return self.mark.hours if self.mark else None

    @property
    def is_waived(self) -> bool:
        return self.mark is not None and self.mark.is_waived

    @property
    def is_settled(self) -> bool:
        return self.is_waived or self.state in (State.DONE, State.SKIPPED)

    @property
    def choices(self) -> tuple[StateChoice, ...]:
        states = (*_CHOICES, State.SKIPPED) if self.state is State.SKIPPED else _CHOICES
        return tuple(StateChoice(state, _TONES.get(state, "ok"), state is self.state) for state in states)

    @property
    def hours_value(self) -> str:
        return "" if self.hours is None else hours_label(self.hours)

    @property
    def planned_hours_value(self) -> str:
        hours = self.milestone.planned_hours
        return "" if hours is None else hours_label(hours)

    @property
    def when(self) -> str:
        """What one has to know first: "Was due Fri 18 September", "Done"; empty if there is nothing to say."""
        if self.is_waived and self.state is not State.DONE:
            return "Waived for you"
        if self.is_settled:
            return self.state.label
        parts = [
            self.due_label,
            "optional" if self.milestone.is_optional else "",
            "" if self.is_planned else "beyond the plan",
        ]
        text = ", ".join(part for part in parts if part)
        return text[:1].upper() + text[1:]

    @property
    def details(self) -> str:
        """ "Week 2 · due Fri 18 September · 3 h planned, 1.5 h spent"."""
        hours = [
            f"{hours_label(number)} h {word}"
            for number, word in ((self.milestone.planned_hours, "planned"), (self.hours, "spent"))
            if number is not None
        ]
        parts = [
            f"Week {self.milestone.week}" if self.milestone.week else "",
            self.due_label,
            self.promised,
            ", ".join(hours),
            "optional" if self.milestone.is_optional else "",
            "waived for you" if self.is_waived else "",
        ]
        return " · ".join(part for part in parts if part)


def milestone_cards(overview: GroupOverview, me: Member) -> dict[int, MilestoneCard]:
    """Return every milestone of the course by id: planned ones in plan order, then the others in course order."""
    course = overview.group.cohort.course
    marks = {mark.milestone_id: mark for mark in me.facts.progress}
    due = {planned.milestone.id: planned.milestone.due_on for planned in overview.plan}
    milestones = {milestone.pk: milestone for milestone in course.milestones.in_order()}
    group_id = overview.group.pk
    was = promised_days({group_id: due})
    promised = {pk: before.label(overview.today) for (_, pk), before in was.items()}
    return {
        pk: MilestoneCard(
            milestone=milestones[pk],
            mark=marks.get(pk),
            is_planned=pk in due,
            due_label=_due_label(due.get(pk), overview.today),
            is_late=pk in me.standing.behind and (due.get(pk) or overview.today) < overview.today,
            promised=promised.get(pk, ""),
        )
        for pk in [*due, *(pk for pk in milestones if pk not in due)]
    }


def materials_of(milestone: Milestone, enrolment_id: int, now: datetime) -> tuple[CardMaterial, ...]:
    ticks = MaterialTick.objects.filter(enrolment=enrolment_id, material__milestone=milestone)
    ticked = {tick.material_id: tick for tick in ticks}
    return tuple(
        _card_material(material, ticked.get(material.pk), now)
        for material in milestone.materials.in_use().in_order().select_related("link_check")
    )


def _card_material(material: Material, tick: MaterialTick | None, now: datetime) -> CardMaterial:
    if tick is None:
        return CardMaterial(material, is_ticked=False, is_settled=False)
    return CardMaterial(material, True, tick.ticked_at < now - KEEPS_ITS_PLACE, tick.opinion)


def known_count(milestone: Milestone) -> int:
    """The number of known questions: answered and published."""
    return milestone.questions.known().count()


def _due_label(due_on: date | None, today: date) -> str:
    if due_on is None:
        return ""
    return f"{'was due' if due_on < today else 'due'} {day_label(due_on, today)}"
