"""A term, day by day: what people do, the worker between, and what is compared in the evening."""

import time
from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta

from tests.term.comparing import Difference, compared, everything_of
from tests.term.deeds import admins, mentors, students
from tests.term.model.standing import next_milestone, own_day
from tests.term.pages import NotOnPageError
from tests.term.telling import calendar, expect_morning, exports, kind_of, mails_of_the_day
from tests.term.world import BEGINS, World

LAST_DAY = date(2026, 11, 16)
# Kinds of mails that ask for nothing late: what a term in which all goes well has.
SILENT = {"invitation", "digest", "log", "check-in"}
type Deed = Callable[[World, str], bool]
type Act = Callable[[World, date, int], None]
STUDENTS: list[tuple[Deed, float]] = [
    (students.marks, 0.28), (students.notes_hours, 0.06), (students.ticks, 0.1), (students.ends_help, 0.25),
    (students.asks, 0.03), (students.says_before_meeting, 0.12), (students.answers, 0.03),
]  # fmt: skip
MENTORS: list[tuple[Deed, float]] = [
    (mentors.answers_help, 0.5), (mentors.sorts_out, 0.1), (mentors.answers_a_question, 0.4),
    (mentors.marks_for, 0.08), (mentors.accepts_absence, 0.06), (mentors.waives, 0.03), (mentors.snoozes, 0.08),
    (mentors.is_away_soon, 0.03), (mentors.changes_the_plan, 0.06),
]  # fmt: skip
ADMINS: list[tuple[Deed, float]] = [(admins.moves, 0.15), (admins.ends, 0.02), (admins.finds_a_stand_in, 0.4)]


def days_of(first: date, last: date) -> Iterator[date]:
    for number in range((last - first).days + 1):
        yield first + timedelta(days=number)


def do(world: World, deed: Deed, name: str) -> None:
    try:
        deed(world, name)
    except NotOnPageError as missing:
        world.counts[f"not on the page: {deed.__name__}"] += 1
        world.refused.append(f"{world.now:%d %b %H:%M} {name} {deed.__name__}: {missing}")


def before_the_term(world: World, *, all_sign_in: bool = False) -> None:
    """The course admin invites everybody, and most sign in before the first day."""
    world.go_to(BEGINS - timedelta(days=4), 10)
    do(world, admins.invites_everybody, "Inês")
    world.work()
    for name, person in world.people.items():
        if "admin" not in person.roles and (all_sign_in or "mentor" in person.roles or world.chance(0.85)):
            world.go_to(BEGINS - timedelta(days=world.dice.choice([1, 2, 3])), 15)
            do(world, students.sign_in, name)


def play_day(world: World, day: date, act: Act | None = None) -> None:
    """The morning, the deeds of three hours, and the worker after each."""
    world.touched.clear()
    world.go_to(day, 8, 5)
    expect_morning(world, "Europe/Lisbon")
    world.work()
    for hour in (9, 13, 18):
        world.go_to(day, hour, world.dice.randrange(0, 50))
        (act or by_dice)(world, day, hour)
        world.go_to(day, hour, 59)
        world.work()
        if hour == 9:
            # Eight o'clock in São Paulo, before and after the clocks of Lisbon change.
            world.go_to(day, 12, 5)
            expect_morning(world, "America/Sao_Paulo")
            world.work()
    world.go_to(day, 20, 30)
    world.work()


def by_dice(world: World, day: date, hour: int) -> None:
    if world.term.is_closed(day):
        return
    is_off = day.weekday() >= 5 or world.term.in_break(day)
    share = (0.25 if is_off else 1.0) / 3
    mentoring = [name for name, one in world.people.items() if "mentor" in one.roles and one.signed_in_on]
    deeds = [(deed, name, chance) for name in world.students_here() for deed, chance in STUDENTS]
    deeds += [(deed, name, chance) for name in mentoring for deed, chance in MENTORS]
    deeds += [(deed, name, chance) for name in world.term.admins for deed, chance in ADMINS]
    for deed, name, chance in deeds:
        if world.chance(chance * share):
            do(world, deed, name)
    if hour == 18:
        check_ins(world, day)


def by_nobody(world: World, day: date, hour: int) -> None:
    """Nobody does anything."""


def in_perfect_order(world: World, day: date, hour: int) -> None:
    """Everybody begins on Monday and is done on Friday, and each group meets on its day."""
    if hour != 18 or world.term.in_break(day):
        return
    for name in world.students_here():
        student = world.term.students[name]
        number = next_milestone(world.term, student, day)
        due = own_day(world.term, student, number, day) if number else None
        if due is None or due > day + timedelta(days=6):
            continue
        if student.state(number or 0) == "not_started":
            do(world, lambda w, n, number=number: students.sets(w, n, number, "working"), name)  # type: ignore[misc]
        elif day.weekday() == 4:
            do(world, lambda w, n, number=number: students.sets(w, n, number, "done"), name)  # type: ignore[misc]
    for lead in world.term.leads:
        do(world, lambda w, n, lead=lead: mentors.logs_perfect_check_in(w, n, lead.group), lead.mentor)  # type: ignore[misc]


def ending(world: World, day: date) -> None:
    """The cohort is closed, opened again, closed, and archived while the next one is there."""
    deeds = {
        11: [admins.closes],
        12: [admins.reopens],
        13: [admins.closes, admins.begins_the_next],
        14: [admins.archives],
    }
    if day.month == 11:
        for deed in deeds.get(day.day, ()):
            do(world, deed, world.dice.choice(world.term.admins))


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
    found = [difference for name in names for difference in everything_of(world, name)]
    found += mails_of_the_day(world, day)
    for name in names:
        if world.people[name].signed_in_on and (everybody or name not in world.term.admins):
            found += calendar(world, name)
    if everybody or day.weekday() == 0:
        found += exports(world, world.dice.choice(world.term.admins))
    return found


def follow_links(world: World, most: int = 80) -> None:
    """Every link that a role is shown this evening is followed once, and those on the pages to which they lead."""
    for _ in range(min(most, len(world.shown))):
        (role, link), name = next(iter(world.shown.items()))
        world.followed.add((role, link))
        del world.shown[role, link]
        world.get(name, link)
        world.counts["links"] += 1


def play(
    world: World,
    days: Iterable[date],
    tell: Callable[[list[Difference]], None] = lambda found: None,
    act: Act = by_dice,
) -> list[Difference]:
    """Play these days, by dice unless it is said how, and return where pages differ from the model."""
    found: list[Difference] = []
    before_the_term(world, all_sign_in=act is not by_dice)
    for day in days:
        began = time.perf_counter()
        play_day(world, day, act)
        if act is by_dice:
            ending(world, day)
        differences = compare_day(world, day, everybody=False)
        follow_links(world)
        if act is in_perfect_order:
            differences += raised(world)
        found += differences
        world.counts["days"] += 1
        world.counts["milliseconds"] += int((time.perf_counter() - began) * 1000)
        tell(differences)
    return found


def raised(world: World) -> Iterator[Difference]:
    """What a term in which all goes well says all the same: it should be silent."""
    page = world.get("Inês", f"/cohorts/{world.cohort}/")
    yield from compared(world, "Inês", page, "the heading", "Nobody needs you today", page.heading)
    sent = {kind_of(each) for _, each in world.mails}
    yield from compared(world, "everybody", page, "mails", set(), sent - SILENT)
