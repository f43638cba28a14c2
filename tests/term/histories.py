"""The history of a student, and a student opened in my groups, beside what the model says."""

import re
from collections.abc import Iterator

from tests.term.model.facts import Student
from tests.term.model.histories import came, help_late, last_check_in, last_said, lines
from tests.term.pages import Node, Page
from tests.term.world import World

type Pair = tuple[str, object, object]
# What a line may say of hours and expectations, which are not compared.
LEFT_OUT = re.compile(r"^(hours removed|expected|not expected|[\d.]+ h spent)$")
MEETINGS = {"the meeting": "1", "both meetings": "2"}


def history(world: World, student: Student, reader: str, page: Page) -> Iterator[Pair]:
    shown = []
    for item in page.main.all("section", css="timeline-week"):
        shown += [line for node in item.all("li") for line in _line(world, node.all("p")[0])]
    yield "the lines", lines(world.term, student, world.today, reader), sorted(shown)


def _line(world: World, line: Node) -> Iterator[str]:
    """As the model writes it: without days, and without what it does not know."""
    words = line.bare
    title, _, parts = words.partition(": ")
    if title in {one.title for one in world.term.milestones.values()}:
        states = [each for each in parts.split(", ") if not LEFT_OUT.match(each)]
        yield from (f"{title}: {state}" for state in states)
    elif "’s check-in" in words:
        how = line.first("small")
        yield words.partition("’s check-in")[0] + "’s check-in" + (f", {how.text}" if how else "")
    elif words.startswith("Before the meeting"):
        yield f"Before the meeting: {parts}"
    elif words.startswith("Away "):
        yield "Away"
    elif words.startswith("Left "):
        yield words.partition(":")[0]
    elif not words.startswith("Snooze"):
        yield words


def panel(world: World, student: Student, page: Page) -> Iterator[Pair]:
    """What they said last and how the last check-in was, in this group; how often they came; what can be done."""
    opened = page.main.first("tr", css="detail")
    if opened is None:
        return
    term, group = world.term, student.group_on(world.today) or ""
    note = last_said(term, student, group)
    words = f"“{student.name} says {note.going}”" if note else "Nothing said yet."
    yield "what they said", True, words in opened.text or opened.text
    check_in = last_check_in(term, student, group)
    if check_in is None:
        words = "None yet."
    elif check_in.private:
        words = f"Private note: {check_in.private}"
    else:
        words = f"{check_in.attendance[student.name].capitalize()}, nothing noted."
    yield "the last check-in", True, words in opened.text or opened.text
    yield "how often they came", came(term, student), _came(opened.text)
    lines = [form.all("p")[0].text for form in opened.all("form", css="over")]
    shown = {line.partition(",")[0]: _late(line) for line in lines}
    yield "requests for help, and how late the answer is", help_late(term, student, world.now), shown
    is_snoozed = student.snooze is not None and world.today < student.snooze.until
    yield "whether snoozed", is_snoozed, "Snoozed:" in opened.text


def _late(line: str) -> int | None:
    """ "Basics, for 8 days, the answer 4 days late"."""
    found = re.search(r"the answer (one|\d+) days? late", line)
    if found is None:
        return 0 if "late" in line.partition(".")[0] else None
    return int(found[1].replace("one", "1"))


def _came(text: str) -> tuple[int, int, int]:
    """ "Came to 2 of 3 meetings of Acer and Birch and was excused from another", as numbers."""
    excused = re.search(r"excused from (another|\d+)", text)
    times = int(excused[1].replace("another", "1")) if excused else 0
    if "missed the meeting" in text:
        return 0, 1, times
    if found := re.search(r"came to (\d+) of (\d+) meetings", text):
        return int(found[1]), int(found[2]), times
    found = re.search(r"came to (the meeting\b|both meetings|all \d+ meetings)", text)
    count = int(re.sub(r"\D", "", MEETINGS.get(found[1], found[1]))) if found else 0
    return count, count, times
