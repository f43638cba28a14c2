"""A term, day by day: what people do, the worker between, and what is compared in the evening."""

import time
from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta

from tests.term.comparing import Difference, everything_of
from tests.term.deeds import admins, mentors, students
from tests.term.pages import NotOnPageError
from tests.term.world import BEGINS, World

LAST_DAY = date(2026, 11, 13)
type Deed = Callable[[World, str], bool]
STUDENTS: list[tuple[Deed, float]] = [
    (students.marks, 0.28), (students.notes_hours, 0.06), (students.ticks, 0.1), (students.ends_help, 0.25),
    (students.asks, 0.03), (students.says_before_meeting, 0.12), (students.answers, 0.03),
]  # fmt: skip
MENTORS: list[tuple[Deed, float]] = [
    (mentors.answers_help, 0.5), (mentors.sorts_out, 0.1), (mentors.answers_a_question, 0.4),
    (mentors.marks_for, 0.08), (mentors.accepts_absence, 0.06), (mentors.waives, 0.03), (mentors.snoozes, 0.08),
]  # fmt: skip
ADMINS: list[tuple[Deed, float]] = [(admins.moves, 0.15), (admins.ends, 0.02)]


def days_of(first: date, last: date) -> Iterator[date]:
    for number in range((last - first).days + 1):
        yield first + timedelta(days=number)


def do(world: World, deed: Deed, name: str) -> None:
    try:
        deed(world, name)
    except NotOnPageError as missing:
        world.counts[f"not on the page: {deed.__name__}"] += 1
        world.refused.append(f"{world.now:%d %b %H:%M} {name} {deed.__name__}: {missing}")


def before_the_term(world: World) -> None:
    """The course admin invites everybody, and most sign in before the first day."""
    world.go_to(BEGINS - timedelta(days=4), 10)
    do(world, admins.invites_everybody, "Inês")
    world.work()
    for name, person in world.people.items():
        if "admin" not in person.roles and ("mentor" in person.roles or world.chance(0.85)):
            world.go_to(BEGINS - timedelta(days=world.dice.choice([1, 2, 3])), 15)
            do(world, students.sign_in, name)


def play_day(world: World, day: date) -> None:
    """The morning, the deeds of three hours, and the worker after each."""
    world.touched.clear()
    world.go_to(day, 8, 5)
    world.work()
    is_off = day.weekday() >= 5 or world.term.in_break(day)
    for hour in (9, 13, 18):
        world.go_to(day, hour, world.dice.randrange(0, 50))
        share = (0.25 if is_off else 1.0) / 3
        deeds = [(deed, name, chance) for name in world.students_here() for deed, chance in STUDENTS]
        for mentor in [
            name for name, one in world.people.items() if "mentor" in one.roles and one.signed_in_on
        ]:
            deeds += [(deed, mentor, chance) for deed, chance in MENTORS]
        if not world.term.is_closed(day):
            deeds += [(deed, name, chance) for name in world.term.admins for deed, chance in ADMINS]
            for deed, name, chance in deeds:
                if world.chance(chance * share):
                    do(world, deed, name)
            if hour == 18:
                check_ins(world, day)
        world.go_to(day, hour, 59)
        world.work()
    world.go_to(day, 20, 30)
    world.work()


def check_ins(world: World, day: date) -> None:
    """The mentor logs the check-in in the evening of the meeting, or later that week."""
    for lead in list(world.term.leads):
        if lead.holds(day) and world.people[lead.mentor].signed_in_on and world.chance(0.5):
            do(world, lambda w, n, group=lead.group: mentors.logs_check_in(w, n, group), lead.mentor)  # type: ignore[misc]


def compare_day(world: World, day: date, *, everybody: bool) -> list[Difference]:
    """Those touched and three drawn; everybody on Mondays."""
    # What was shown before may be over: the evening's pages say what there is to follow.
    world.shown.clear()
    names = sorted(world.people)
    if not everybody and day.weekday() != 0:
        drawn = set(world.dice.sample(names, min(3, len(names))))
        names = [
            name for name in names if name in world.touched or name in drawn or name in world.term.admins
        ]
    return [difference for name in names for difference in everything_of(world, name)]


def follow_links(world: World, most: int = 80) -> None:
    """Every link that a role is shown this evening is followed once, and those on the pages to which they lead."""
    for _ in range(min(most, len(world.shown))):
        (role, link), name = next(iter(world.shown.items()))
        world.followed.add((role, link))
        del world.shown[role, link]
        world.get(name, link)
        world.counts["links"] += 1


def play(
    world: World, days: Iterable[date], tell: Callable[[list[Difference]], None] = lambda found: None
) -> list[Difference]:
    """Play these days by dice, and return where pages differ from the model."""
    found: list[Difference] = []
    before_the_term(world)
    for day in days:
        began = time.perf_counter()
        play_day(world, day)
        differences = compare_day(world, day, everybody=False)
        follow_links(world)
        found += differences
        world.counts["days"] += 1
        world.counts["milliseconds"] += int((time.perf_counter() - began) * 1000)
        tell(differences)
    return found
