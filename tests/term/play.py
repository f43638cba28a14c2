"""A term, day by day: what people do, the worker between, and what is compared in the evening."""

import time
from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta

from tests.term.comparing import Difference, compared, everything_of
from tests.term.deeds import admins, dates, forming, mentors, moving, reviews, students
from tests.term.model.standing import next_milestone, own_day
from tests.term.pages import NotOnPageError
from tests.term.telling import calendar, expect_morning, exports, mails_of_the_day
from tests.term.world import BEGINS, World, kind_of_mail

LAST_DAY = date(2026, 11, 16)
# Of addresses that are like others, so many an evening.
MOST_LINKS = 120
# Kinds of mails that ask for nothing late: what a term in which all goes well has.
SILENT = {"invitation", "digest", "log", "check-in"}
type Deed = Callable[[World, str], None]
type Act = Callable[[World, date, int], None]
STUDENTS: list[tuple[Deed, float]] = [
    (students.marks, 0.28), (students.notes_hours, 0.06), (students.ticks, 0.1), (students.ends_help, 0.25),
    (students.says_not_yet, 0.15), (students.ticks_a_step, 0.1),
    (students.asks, 0.03), (students.says_before_meeting, 0.12), (students.answers, 0.03),
    (students.is_away_soon, 0.01), (reviews.asks_for_review, 0.04), (reviews.judges, 0.3),
    (reviews.hands_in_again, 0.3),
]  # fmt: skip
MENTORS: list[tuple[Deed, float]] = [
    (mentors.answers_help, 0.5), (mentors.sorts_out, 0.1), (mentors.answers_a_question, 0.4),
    (mentors.marks_for, 0.08), (mentors.accepts_absence, 0.06), (mentors.removes_absence, 0.03),
    (mentors.waives, 0.03), (mentors.snoozes, 0.08), (mentors.ends_snooze, 0.1), (mentors.is_away_soon, 0.03),
    (dates.changes_the_plan, 0.06), (dates.undoes_dates, 0.04), (mentors.is_back, 0.05),
]  # fmt: skip
ADMINS: list[tuple[Deed, float]] = [
    (moving.moves, 0.15), (moving.swaps, 0.06), (moving.undoes_a_move, 0.05), (moving.ends, 0.03),
    (moving.comes_back, 0.1), (admins.finds_a_stand_in, 0.4), (admins.undoes_a_stand_in, 0.1),
    (admins.answers_a_request, 0.4), (admins.changes_material, 0.1),
]  # fmt: skip


def days_of(first: date, last: date) -> Iterator[date]:
    for number in range((last - first).days + 1):
        yield first + timedelta(days=number)


def do(world: World, deed: Deed, name: str) -> None:
    try:
        deed(world, name)
    except NotOnPageError as missing:
        world.counts[f"not on the page: {deed.__name__}"] += 1
        world.refused.append(f"{world.now:%d %b %H:%M} {name} {deed.__name__}: {missing}")
    # No two deeds are of one moment.
    world.clock.shift(1)


def play_day(world: World, day: date, act: Act | None = None) -> None:
    """The morning, the deeds of three hours, and the worker after each."""
    world.touched.clear()
    world.go_to(day, 8, 5)
    expect_morning(world, "Europe/Lisbon")
    world.work()
    for hour in (9, 13, 18):
        # The worker that follows finds what is told "after ten minutes".
        world.go_to(day, hour, world.dice.randrange(0, 45))
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
    if hour == 18:
        of_the_day(world, day)
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


def of_the_day(world: World, day: date) -> None:
    """Three come late and get a group; the cohort is closed, opened again, closed, and archived beside the next one."""
    deeds = {
        date(2026, 9, 23): [forming.enrols_late],
        date(2026, 9, 24): [forming.publishes, forming.all_say_when],
        date(2026, 9, 25): [forming.signs_in_late],
        date(2026, 11, 11): [admins.closes],
        date(2026, 11, 12): [admins.reopens],
        date(2026, 11, 13): [admins.closes, admins.begins_the_next],
        date(2026, 11, 14): [admins.archives],
    }
    for deed in deeds.get(day, ()):
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
    for name, page, may_read in world.private_read:
        found += compared(world, name, page, "who reads a private note", True, may_read)
    world.private_read.clear()
    for name in names:
        if world.people[name].signed_in_on and (everybody or name not in world.term.admins):
            found += calendar(world, name)
    if everybody or day.weekday() == 0:
        found += exports(world, world.dice.choice(world.term.admins))
    return found


def follow_links(world: World, most: int) -> Iterator[Difference]:
    """Each kind of address that a role has not been led to, and so many others that nobody of it has followed.

    What is left is followed on an evening on which it is shown again: until then it may be closed to them.
    """
    while world.shown:
        new = {
            world.kind_of(key): key for key in world.shown if world.kind_of(key) not in world.kinds_followed
        }
        if not new and most <= 0:
            world.counts["links left for another evening"] += len(world.shown)
            break
        for key in list(new.values() or world.shown)[: len(new) or most]:
            yield from followed(world, key)
            most -= not new


def followed(world: World, key: tuple[str, str]) -> Iterator[Difference]:
    """A person who is shown an address may open it."""
    name = world.shown[key]
    page = world.follow(key)
    yield from compared(world, name, page, "a link that is shown", True, page.status < 400)


def play(
    world: World,
    days: Iterable[date],
    tell: Callable[[list[Difference]], None] = lambda found: None,
    act: Act = by_dice,
    links: int = MOST_LINKS,
) -> list[Difference]:
    """Play these days, by dice unless it is said how, and return where pages differ from the model."""
    found: list[Difference] = []
    began = time.perf_counter()
    forming.first_days(world, all_sign_in=act is not by_dice)
    for day in days:
        play_day(world, day, act)
        differences = compare_day(world, day, everybody=False)
        differences += follow_links(world, links)
        if act is in_perfect_order:
            differences += raised(world)
        found += differences
        world.counts["days"] += 1
        tell(differences)
    world.counts["seconds"] = int(time.perf_counter() - began)
    return found


def raised(world: World) -> Iterator[Difference]:
    """What a term in which all goes well says all the same: it should be silent."""
    page = world.get("Inês", f"/cohorts/{world.cohort}/")
    yield from compared(world, "Inês", page, "the heading", "Nobody needs you today", page.heading)
    # Who joins a group hears of it, and when it meets.
    sent = {kind_of_mail(each) for at, each in world.mails if world.term.day(at) > BEGINS}
    yield from compared(world, "everybody", page, "mails", set(), sent - SILENT)
