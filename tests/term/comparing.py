"""What pages say, beside what the model says, for one person at one moment."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tests.term import histories, weeks
from tests.term.model.boards import (
    board_rows,
    is_in_the_sheet,
    is_late,
    mentor_headings,
    week_label,
    without_anybody,
)
from tests.term.model.standing import ACT, behind_in_words, is_away, standing
from tests.term.pages import Node, Page
from tests.term.world import World


@dataclass
class Difference:
    who: str
    page: str
    what: str
    model: Any
    shown: Any
    about: str = ""
    at: datetime | None = None

    @property
    def key(self) -> str:
        """Of one kind, whoever it is of."""
        return re.sub(r"\d+", "N", f"{self.page.partition('?')[0]} {self.what}")

    def told(self, world: World) -> str:
        """All that one needs to play it again, and the last deeds of whom it is about."""
        about = f", about {self.about}" if self.about else ""
        return "\n".join(
            [
                f"\nseed {world.seed}, {self.at:%a %d %b}, {self.who}, {self.page}: {self.what}{about}",
                f"  model: {self.model}",
                f"  page:  {self.shown}",
                *(f"    {line}" for line in world.deeds[self.about or self.who][-6:]),
            ]
        )


def compared(
    world: World, who: str, page: Page, what: str, model: Any, shown: Any, about: str = ""
) -> Iterator[Difference]:
    world.counts["comparisons"] += 1
    if model != shown:
        yield Difference(who, page.url, what, model, shown, about, world.now)


def all_compared(
    world: World, who: str, page: Page, found: Iterator[tuple[str, Any, Any]], about: str = ""
) -> Iterator[Difference]:
    for what, model, shown in found:
        yield from compared(world, who, page, what, model, shown, about)


def everything_of(world: World, name: str) -> Iterator[Difference]:
    """All that is compared on the pages of this person today."""
    if world.term.is_archived:
        yield from archived(world, name)
        return
    roles = world.people[name].roles
    if "student" in roles and world.term.students[name].signed_in_on:
        yield from my_week(world, name)
    if "student" in roles:
        yield from history(world, reader_of(world, name), name)
    if "mentor" in roles and world.people[name].signed_in_on:
        yield from my_groups(world, name)
    if "admin" in roles:
        yield from board(world, name)


def reader_of(world: World, name: str) -> str:
    """One of those who read all of a student: they, a mentor of today, or a course admin."""
    term, group = world.term, world.term.students[name].group_on(world.today)
    leads = [] if group is None or term.is_closed(world.today) else term.mentors(group, world.today)
    return world.dice.choice([one for one in (name, *term.admins, *leads) if one in term.signed_in])


def archived(world: World, name: str) -> Iterator[Difference]:
    """Archiving hides it: no week and no group is left, and course admins are told where it is."""
    if name in world.term.admins:
        page = world.get(name, f"/cohorts/{world.cohort}/")
        yield from compared(world, name, page, "the heading", "This cohort is archived", page.heading)
        return
    page = world.get(name, "/groups/" if "mentor" in world.people[name].roles else "/week/")
    shown = page.main.first("section", css="group") or page.main.first("div", css="tray")
    yield from compared(world, name, page, "a group or a week", None, shown)


# A student


def my_week(world: World, name: str) -> Iterator[Difference]:
    term, student = world.term, world.term.students[name]
    seen_at = student.seen_at
    page = world.get(name, "/week/")
    if student.group_on(world.today) is None or term.is_closed(world.today):
        return
    found = standing(term, student, world.now)
    tray = page.main.first("div", css="tray")
    shown = (tray.attrs["aria-label"].removeprefix("Where you are with ") if tray else "") or None
    title = term.milestones[found.next].title if found.next else None
    yield from compared(world, name, page, "the milestone shown", title, shown)
    if tray is not None and found.next:
        pressed = [node.text for node in tray.all("button", aria_pressed="true")]
        words = {"not_started": "Not started", "working": "Working on it", "need_help": "Need help"}
        expected = [words[student.state(found.next)]]
        yield from compared(world, name, page, "the state of it", expected, pressed)
    yield from all_compared(world, name, page, weeks.meeting(world, student, page))
    yield from all_compared(world, name, page, weeks.agrees(world, student, page))
    yield from all_compared(world, name, page, weeks.waits(world, student, page))
    yield from all_compared(world, name, page, weeks.is_new(world, student, page, seen_at))
    head = page.main.first("div", id="week-head")
    behind = re.search(r"(\d+) behind\b(?! the)", head.text) if head else None
    wanted = behind_in_words(term, student, found.left, world.today) if found.next else 0
    is_away_today = is_away(student, world.today)
    if not is_away_today and found.words not in ("needs help", "answered", "snoozed"):
        yield from compared(world, name, page, "how many behind", wanted, int(behind[1]) if behind else 0)


# A mentor


def my_groups(world: World, name: str) -> Iterator[Difference]:
    term = world.term
    page = world.get(name, "/groups/")
    led = [] if term.is_closed(world.today) else term.led_by(name, world.today)
    shown_groups = {node.attrs["id"] for node in page.main.all("section", css="group")}
    expected_groups = {f"group-{world.groups[group]}" for group in led}
    yield from compared(world, name, page, "the groups", expected_groups, shown_groups)
    rows = {
        node.attrs["id"]: node for node in page.main.all("tr") if node.attrs.get("id", "").startswith("row-")
    }
    expected_rows = set()
    for group in led:
        for student in term.members(group, world.today) if is_in_the_sheet(term, group, world.now) else ():
            enrolment = world.people[student.name].enrolment
            expected_rows.add(f"row-{enrolment}")
            row = rows.get(f"row-{enrolment}")
            if row is None:
                continue
            yield from sheet_row(world, name, page, row, student.name)
    yield from compared(world, name, page, "the rows", expected_rows, set(rows))
    opened = [one for one in term.students if f"row-{world.people[one].enrolment}" in rows]
    if opened:
        student = term.students[world.dice.choice(opened)]
        page_of_one = world.get(name, f"/groups/?student={world.people[student.name].enrolment}")
        found = histories.panel(world, student, page_of_one)
        yield from all_compared(world, name, page_of_one, found, student.name)
    if led:
        headings = mentor_headings(term, name, world.now)
        if headings and page.heading not in headings:
            yield from compared(world, name, page, "the heading", headings[0], page.heading)


def sheet_row(world: World, name: str, page: Page, row: Node, student_name: str) -> Iterator[Difference]:
    student = world.term.students[student_name]
    why = row.first("td", css="why")
    found = standing(world.term, student, world.now)
    yield from compared(world, name, page, "the words", found.words, why.text if why else "", student_name)
    states = {number: student.state(number) for number in world.milestones}
    numbers = {pk: number for number, pk in world.milestones.items()}
    shown = {}
    for cell in row.all("button", css="cell") + row.all("a", css="cell"):
        mark = cell.attrs.get("value") or cell.attrs.get("data-mark", "")
        shown[numbers[int(mark.split("-")[1])]] = cell.attrs["data-state"]
    wanted = {number: states[number] for number in shown}
    wanted = {n: "waived" if n in student.waived and shown[n] == "waived" else s for n, s in wanted.items()}
    yield from compared(world, name, page, "the states", wanted, shown, student_name)


# Who reads about one student


def history(world: World, reader: str, name: str) -> Iterator[Difference]:
    student = world.term.students[name]
    page = world.get(reader, f"/students/{world.people[name].enrolment}/?earlier=1")
    yield from all_compared(world, reader, page, histories.history(world, student, reader, page), name)
    if reader == name or student.group_on(world.today) is None:
        return
    found = standing(
        world.term, student, world.now, "admin" if "admin" in world.people[reader].roles else "mentor"
    )
    yield from compared(world, reader, page, "the heading", about(name, found.words), page.heading, name)


def about(name: str, words: str) -> str:
    """ "Ana is 2 behind", "Bruno needs help", "Chidi has not signed in"."""
    if not words:
        return f"{name} is on track"
    if words == "not signed in":
        return f"{name} has not signed in"
    if words == "answered":
        return f"{name} has an answer"
    verb = "" if words.split()[0] in ("needs", "missed", "said") else "is "
    return f"{name} {verb}{words}"


# A course admin

ON_A_PAGE = 25


def board(world: World, name: str) -> Iterator[Difference]:
    term = world.term
    page = world.get(name, f"/cohorts/{world.cohort}/?show=students")
    shown = {}
    for item in page.main.all("ul", css="marked"):
        for line in item.all("li"):
            link, words = line.first("a"), line.first("p")
            span = words.first("span") if words else None
            level = "act" if "somebody must act" in line.text else "watch"
            if link and span:
                shown[link.text.removesuffix(" Silva")] = (span.text, level)
    found = {one: (each.words, each.attention) for one, each in board_rows(term, world.now)}
    for student in sorted({*found, *shown}) if len(found) <= ON_A_PAGE else ():
        model, says = found.get(student), shown.get(student)
        yield from compared(world, name, page, "who needs somebody", model, says, student)
    page = world.get(name, f"/cohorts/{world.cohort}/")
    yield from first_list(world, name, page)
    if week := week_label(term, world.today):
        above = page.tree.first("nav", css="daily")
        yield from compared(world, name, page, "the week", True, bool(above and week in above.text))
    heading = page.main.first("h2", id="late-heading")
    part = heading.within("section") if heading else None
    shown_groups = [line.all("a")[0].text for line in part.all("li")] if part else []
    wanted_groups = [group for group in term.plans if is_late(term, group, world.today)]
    # Five of them stand on the board.
    if len(wanted_groups) <= 5:
        yield from compared(world, name, page, "late check-ins", sorted(wanted_groups), sorted(shown_groups))


def first_list(world: World, name: str, page: Page) -> Iterator[Difference]:
    """A heading counts what its rows show: what is left to set up, groups without anybody, and whom to help."""
    part = page.main.first("section", id="attention")
    rows = part.first("ul", css="marked") if part else None
    if rows is not None and rows.within("details"):
        rows = None
    lines = rows.all("li") if rows else []
    students = sum("/students/" in link.attrs["href"] for line in lines for link in line.all("a")[:1])
    # Only the line below the list says how many more there are: what is left to set up names "and 2 more" too.
    below = [
        found
        for node in (part.all("p") if part else ())
        if (found := re.fullmatch(r"and (\d+) more", node.text))
    ]
    more = below[0] if below else None
    rest = int(more[1]) if more else 0
    acting = [one for _, one in board_rows(world.term, world.now) if one.attention == ACT]
    yield from compared(world, name, page, "students to act for", len(acting), students + rest)
    counted = re.match(r"(\d+) needs? you today", page.heading)
    if counted or lines:
        yield from compared(
            world, name, page, "the heading", len(lines) + rest, int(counted[1]) if counted else 0
        )
    of_groups = [line.all("a")[0] for line in lines if "Find a stand-in" in line.text]
    alone = [link.text for link in of_groups if link.attrs["href"].startswith("/groups/")]
    yield from compared(
        world, name, page, "groups without anybody", without_anybody(world.term, world.today), alone
    )
