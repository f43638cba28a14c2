"""The milestones of a student's week, with the materials of the one that is shown."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from operator import itemgetter
from typing import Any

from django.db.models import F, FilteredRelation, Q

from courses.models import Material, Milestone
from courses.models.material import MaterialQuerySet
from lib.days import day_label
from tracker.dashboards.grid import Member
from tracker.dashboards.group_overviews import GroupOverview
from tracker.dashboards.hours import hours_label
from tracker.models import MaterialTick
from tracker.standing import Mark, PlannedMilestone, ProgressState

# Finished rows keep their place for so long: rows that jump away let a second click miss.
KEEPS_ITS_PLACE = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Title:
    """Materials of one title, one tick: done once each of its links is ticked.

    `is_settled`: done long enough ago to be folded; a second click still hits what it aims at. `opinion` is how the
    student found it, "" if they have not said.
    """

    name: str
    materials: tuple[Material, ...]
    is_ticked: bool
    is_settled: bool
    opinion: str

    @property
    def first(self) -> Material:
        return self.materials[0]

    @property
    def links(self) -> list[tuple[str, Material]]:
        """A word for each: its kind, "page", with a number where others have that kind, "video 2", or the number."""
        kinds = [material.get_kind_display() for material in self.materials]
        words = []
        for at, kind in enumerate(kinds):
            number = kinds[: at + 1].count(kind)
            is_alone = kinds.count(kind) == 1
            words.append(kind if is_alone else f"{number}" if len(set(kinds)) == 1 else f"{kind} {number}")
        return list(zip(words, self.materials, strict=True))

    @property
    def opinions(self) -> tuple[tuple[str, str, bool], ...]:
        """Value, label, and whether it is the student's, of each button."""
        return tuple((value, label, value == self.opinion) for value, label in MaterialTick.Opinion.choices)


def finished_today(overview: GroupOverview) -> PlannedMilestone | None:
    """Return the milestone that a group of several finished last, if today: all have it done, or some skipped it."""
    members = [each for each in overview.members if each.membership.started_on <= overview.today]
    finished = []
    for planned in overview.plan if len(members) > 1 else ():
        marks = [mark for each in members if (mark := each.facts.marks.get(planned.id))]
        states = {mark.state for mark in marks}
        moments = [mark.state_since for mark in marks if mark.state_since]
        if len(marks) == len(members) and moments and _DONE in states <= {_DONE, ProgressState.SKIPPED}:
            finished.append((max(moments), planned))
    at, latest = max(finished, key=itemgetter(0), default=(None, None))
    return latest if at and members[0].facts.day(at) == overview.today else None


_DONE = ProgressState.DONE
_TONES = {ProgressState.NEED_HELP: "act", ProgressState.NOT_STARTED: "quiet", ProgressState.SKIPPED: "quiet"}
_CHOICES = (ProgressState.NOT_STARTED, ProgressState.WORKING, ProgressState.NEED_HELP, ProgressState.DONE)


@dataclass(frozen=True, slots=True)
class MilestoneCard:
    """`due_on` is the student's own day, None for what was due before they joined.

    `is_late`: it should be done by now.
    """

    milestone: Milestone
    mark: Mark | None
    is_planned: bool
    due_on: date | None
    is_late: bool
    today: date

    @property
    def state(self) -> ProgressState:
        return ProgressState(self.mark.state) if self.mark else ProgressState.NOT_STARTED

    @property
    def is_begun(self) -> bool:
        return self.state is not ProgressState.NOT_STARTED

    @property
    def is_waived(self) -> bool:
        return self.mark is not None and self.mark.waived_at is not None

    @property
    def is_settled(self) -> bool:
        return self.is_waived or self.state in (ProgressState.DONE, ProgressState.SKIPPED)

    @property
    def choices(self) -> tuple[tuple[ProgressState, str], ...]:
        """The states of the buttons, each with the tone that it has while it holds."""
        states = (*_CHOICES, ProgressState.SKIPPED) if self.state is ProgressState.SKIPPED else _CHOICES
        return tuple((state, _TONES.get(state, "ok")) for state in states)

    @property
    def hours_value(self) -> str:
        return hours_label(self.mark.hours) if self.mark and self.mark.hours is not None else ""

    @property
    def planned_hours_value(self) -> str:
        hours = self.milestone.planned_hours
        return "" if hours is None else hours_label(hours)

    @property
    def status(self) -> str:
        """The words that replace the due day: "Done", "Waived for you", "Optional"."""
        if self.is_waived and self.state is not ProgressState.DONE:
            return "Waived for you"
        if self.is_settled:
            return self.state.label
        words = [
            "optional" if self.milestone.is_optional else "",
            "" if self.is_planned else "beyond the plan",
        ]
        return ", ".join(filter(None, words)).capitalize()

    @property
    def details(self) -> str:
        """ "Week 2 · due Fri 18 September · 3 h planned, 1.5 h spent"."""
        due = "was due" if self.due_on and self.due_on < self.today else "due"
        hours = [
            f"{value} h {word}"
            for value, word in ((self.planned_hours_value, "planned"), (self.hours_value, "spent"))
            if value
        ]
        parts = [
            f"Week {self.milestone.week}" if self.milestone.week else "",
            f"{due} {day_label(self.due_on, self.today)}" if self.due_on else "",
            ", ".join(hours),
            "optional" if self.milestone.is_optional else "",
            "waived for you" if self.is_waived else "",
        ]
        return " · ".join(part for part in parts if part)


def milestone_cards(overview: GroupOverview, me: Member) -> dict[int, MilestoneCard]:
    """Return every milestone of the course by id: planned ones in plan order, then the others in course order."""
    planned, due = [each.id for each in overview.plan], me.standing.work.days
    late = {each.id for each in me.standing.work.left if due[each.id] < overview.today}
    milestones = {each.pk: each for each in overview.group.cohort.course.milestones.in_order()}
    return {
        pk: MilestoneCard(
            milestone=milestones[pk],
            mark=me.facts.marks.get(pk),
            is_planned=pk in planned,
            due_on=due.get(pk),
            is_late=pk in late,
            today=overview.today,
        )
        for pk in [*planned, *(pk for pk in milestones if pk not in planned)]
    }


def titles_in(
    materials: MaterialQuerySet, enrolment_id: int | None, now: datetime
) -> dict[int, tuple[Title, ...]]:
    """Those in use among these materials, by their milestone and title, with the ticks of a student."""
    ticks = FilteredRelation("ticks", condition=Q(ticks__enrolment=enrolment_id))
    rows = materials.in_use().in_order().select_related("link_check")
    titled: dict[tuple[int, str], list[Any]] = {}
    for row in rows.annotate(tick=ticks, ticked_at=F("tick__ticked_at"), opinion=F("tick__opinion")):
        titled.setdefault((row.milestone_id, row.title_of_all), []).append(row)
    found: dict[int, tuple[Title, ...]] = {}
    for (milestone_id, name), links in titled.items():
        own = [row for row in links if row.ticked_at]
        is_ticked = len(own) == len(links)
        is_settled = is_ticked and max(row.ticked_at for row in own) < now - KEEPS_ITS_PLACE
        title = Title(name, tuple(links), is_ticked, is_settled, own[0].opinion if own else "")
        found[milestone_id] = (*found.get(milestone_id, ()), title)
    return found
