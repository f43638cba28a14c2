"""What my week says of the meeting and of what waits, beside what the model says."""

from collections.abc import Iterator
from datetime import datetime, time

from tests.term.model.facts import Student
from tests.term.model.waiting import agreed, in_words, news, next_meeting, waiting
from tests.term.pages import Node, Page
from tests.term.world import World

AT_FIRST = 3


def meeting(world: World, student: Student, page: Page) -> Iterator[tuple[str, object, object]]:
    """When the group meets next, in the reader's own time too. "A group without anybody on the day of its meeting is
    said to course admins, students and in the calendar."
    """
    term, group = world.term, student.group_on(world.today) or ""
    strip = page.main.first("section", id="meeting")
    when = strip.first("p", css="when") if strip else None
    if group not in world.term.met:
        yield "the meeting", "Not set yet", when and when.text
        return
    begins = next_meeting(term, group, time.fromisoformat(world.meets_at[group]), world.now)
    expected = in_words(begins, world.now, world.people[student.name].zone) if begins else None
    yield "the meeting", expected, when and when.text
    if begins is None or strip is None:
        return
    is_alone = not term.mentors(group, begins.date())
    yield "whether a mentor is there", is_alone, "Join anyway" in strip.text


def agrees(world: World, student: Student, page: Page) -> Iterator[tuple[str, object, object]]:
    strip = page.main.first("section", id="meeting")
    lines = strip.all("li") if strip else []
    is_open = [
        line for line in lines if line.first("input", value="open") and not line.first("input", checked="")
    ]
    shown = [label.bare for line in is_open for label in line.all("label", css="what")]
    yield "what was agreed", agreed(world.term, student, world.today), sorted(shown)


def waits(world: World, student: Student, page: Page) -> Iterator[tuple[str, object, object]]:
    part = page.main.first("section", id="week-waiting")
    if part is None:
        return
    lines = part.all("li")
    reviews, ended = waiting(world.term, student, world.now)
    wanted = sorted(each.words for each in (*reviews, *ended))
    yield "what waits", wanted, sorted(_words(line) for line in lines)
    folded = part.first("details")
    first = len(lines) - (len(folded.all("li")) if folded else 0)
    yield "what waits at first", min(AT_FIRST, len(wanted)), first
    buttons = sum("Not yet" in node.text for node in part.all("button"))
    yield "what may be asked again", len(ended), buttons


def is_new(
    world: World, student: Student, page: Page, seen_at: datetime | None
) -> Iterator[tuple[str, object, object]]:
    part = page.main.first("section", id="week-news")
    wanted = sorted(each.words for each in news(world.term, student, world.now, seen_at))
    yield "what is new", wanted, sorted(_words(line) for line in part.all("li")) if part else []


def _words(line: Node) -> str:
    """What stands beside the mark of a person, without the button."""
    return next((node.bare for node in line.all("span") if node.parent is line and node.bare), "")
