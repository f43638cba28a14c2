"""Find a time: when the people of a group without a meeting can meet, in the time zone of whoever reads it."""

from calendar import day_abbr, day_name
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils.text import capfirst

from groups.meetings import every_week_at
from groups.models import FreeTime, Group
from groups.times import zone_for, zone_of_slots
from lib.marks import PersonMark
from lib.text import joined
from lib.weeks import Week
from people.models import User

# It is night from 22:00 until 7:00; one can meet then, but is not asked to without a sign.
_NIGHT_BEGINS, _NIGHT_ENDS = time(22), time(7)
_ENDS = {
    FreeTime.Part.MORNING: time(12),
    FreeTime.Part.MIDDAY: time(14),
    FreeTime.Part.AFTERNOON: time(18),
    FreeTime.Part.EVENING: time(21),
}
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Slot:
    """A part of a weekday; `begin` and `end` are those of the coming week, in the time zone of the reader.

    Args:
        days_off: how many days later than its weekday it is for the reader; negative if earlier.
    """

    weekday: int
    part: FreeTime.Part
    begin: datetime
    end: datetime
    can: tuple[User, ...]
    # Of others than the reader, who can.
    marks: tuple[PersonMark, ...]
    night_for: tuple[str, ...]
    is_own: bool
    days_off: int

    @property
    def key(self) -> str:
        return f"{self.weekday}-{self.part.value}"

    @property
    def day(self) -> str:
        """Of the weekday in which it was chosen, which heads its column."""
        return day_abbr[self.weekday]

    @property
    def said(self) -> str:
        """For who does not see it."""
        also = f"also {joined(mark.name for mark in self.marks)}" if self.marks else ""
        night = f"night for {joined(self.night_for)}" if self.night_for else ""
        return ", ".join(filter(None, (day_name[self.weekday], self.part.label.lower(), also, night)))

    @property
    def label(self) -> str:
        """Such as "Wednesdays 18:00", for the reader."""
        return every_week_at(self.begin)

    @property
    def hours(self) -> str:
        return f"{_hour(self.begin)}–{_hour(self.end)}"

    @property
    def rank(self) -> tuple[int, bool, int, int]:
        """The most people come first, then what is nobody's night, then the earliest."""
        return -len(self.can), bool(self.night_for), self.weekday, self.part


@dataclass(frozen=True, slots=True)
class FreeTimes:
    """What the people of a group ticked. `rows` are the parts of the day, each with its slots of a week."""

    rows: tuple[tuple[Slot, ...], ...]
    reader: User
    own_mark: PersonMark
    answered: frozenset[int]
    people: tuple[User, ...]
    zones: dict[int, ZoneInfo]

    @property
    def best(self) -> list[tuple[Slot, str]]:
        """The two best, if anybody can, each with what is said of those who are missing."""
        slots = sorted((slot for row in self.rows for slot in row if slot.can), key=lambda slot: slot.rank)
        return [(slot, self._without(slot)) for slot in slots[:2]]

    @property
    def nights(self) -> str:
        """Whose night some of the slots are."""
        return joined(sorted({name for row in self.rows for slot in row for name in slot.night_for}))

    def at(self, weekday: int, part: int) -> Slot:
        return next(slot for row in self.rows for slot in row if (slot.weekday, slot.part) == (weekday, part))

    def _without(self, slot: Slot) -> str:
        """Of who is missing: "Without Ana. Bruno has not answered. For Bruno it is 15:00."."""
        missing = [person for person in self.people if person not in slot.can]
        cannot = [self._name(person) for person in missing if person.pk in self.answered]
        silent = [self._name(person) for person in missing if person.pk not in self.answered]
        said = [f"Without {joined(cannot)}."] if cannot else []
        if silent:
            has = "have" if len(silent) > 1 or silent == ["you"] else "has"
            said.append(capfirst(f"{joined(silent)} {has} not answered."))
        for person in missing:
            there = slot.begin.astimezone(self.zones[person.pk])
            if there.utcoffset() != slot.begin.utcoffset():
                said.append(f"For {self._name(person)} it is {there:%H:%M}.")
        return " ".join(said)

    def _name(self, person: User) -> str:
        return "you" if person == self.reader else person.get_short_name()


def free_times(group: Group, reader: User, today: date) -> FreeTimes:
    students, mentors = group.members_on(today).people(), group.mentorships.open(today).people()
    people = {person.pk: person for person in (*students, *mentors)}
    zones = {pk: zone_for(person, group.cohort) for pk, person in people.items()}
    chosen_in = zone_of_slots(group, today)
    marks = {each.pk: each.mark for each in mentors} | group.marks(students)
    ticked: dict[tuple[int, int], list[User]] = defaultdict(list)
    for row in group.free_times.filter(time_zone=str(chosen_in), person__in=people).order_by("pk"):
        ticked[row.weekday, row.part].append(people[row.person_id])
    monday = Week.of(today).next().starts_on

    def slot(weekday: int, part: FreeTime.Part) -> Slot:
        day, can = monday + weekday * _DAY, ticked[weekday, part]
        begin = datetime.combine(day, time(part), chosen_in)
        end = datetime.combine(day, _ENDS[part], chosen_in)
        own = begin.astimezone(zones[reader.pk])
        return Slot(
            weekday=weekday,
            part=part,
            begin=own,
            end=end.astimezone(own.tzinfo),
            can=tuple(can),
            marks=tuple(marks[each.pk] for each in can if each != reader),
            night_for=tuple(
                each.get_short_name() for pk, each in people.items() if _is_night(begin, end, zones[pk])
            ),
            is_own=reader in can,
            days_off=(own.date() - day).days,
        )

    return FreeTimes(
        rows=tuple(tuple(slot(weekday, part) for weekday in range(7)) for part in FreeTime.Part),
        reader=reader,
        own_mark=marks[reader.pk],
        answered=frozenset(each.pk for can in ticked.values() for each in can),
        people=tuple(people.values()),
        zones=zones,
    )


def _is_night(begin: datetime, end: datetime, zone: ZoneInfo) -> bool:
    begin, end = begin.astimezone(zone), end.astimezone(zone)
    return begin.time() < _NIGHT_ENDS or begin.date() < end.date() or end.time() > _NIGHT_BEGINS


def _hour(at: datetime) -> str:
    return f"{at.hour}" if at.minute == 0 else f"{at.hour}:{at:%M}"
