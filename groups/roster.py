import csv
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from lib.mentions import ADDRESS, addresses, read_person

# Maximum number of lines to read.
MOST_LINES = 500

# "Ana <ana@…>, Bruno <bruno@…>", as e-mail programs write several people on a line.
_NEXT_PERSON = re.compile(r"(?<=>)\s*+[;,]\s*+(?=[^<>]*+<[^<>@]*+@)")
_HEADER = {"name", "email", "e-mail", "e-mail address", "email address", "mail", "group", "student"}


@dataclass(frozen=True, slots=True)
class RosterLine:
    """A line of the list. `problem` explains to the user why the line cannot be used, or is empty.

    `number` is the line number, counted from 1. `text` is the original line.
    """

    number: int
    text: str
    email: str = ""
    name: str = ""
    group: str = ""
    problem: str = ""


def roster_lines(text: str, groups: Collection[str]) -> list[RosterLine]:
    """Read people from a text, one per line. Empty lines and a header line are skipped.

    A line is "Name <address>", or name and address in any order, separated by tab, semicolon, comma or space. A third
    column is used if it is the name of one of `groups`. Other columns are ignored.
    """
    by_name = {name.casefold(): name for name in groups}
    lines: list[RosterLine] = []
    # By address: the first line with it, as it was written.
    seen: dict[str, str] = {}
    for number, person in _people(text):
        line = _read(number, person, by_name)
        if not line.problem and line.email in seen:
            line = RosterLine(number, person, problem=f"the same address as “{seen[line.email]}”")
        elif not line.problem:
            seen[line.email] = person
        lines.append(line)
    return lines


def _people(text: str) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(text.splitlines()[:MOST_LINES], start=1):
        if line.strip() and not _is_header(line):
            for person in _NEXT_PERSON.split(line.strip().rstrip(";,")):
                yield number, person.strip()


def _is_header(line: str) -> bool:
    columns = {column.strip(' "').casefold() for column in re.split(r"[\t;,]", line)}
    return "@" not in line and len(columns & _HEADER) > 1


def _read(number: int, text: str, groups: dict[str, str]) -> RosterLine:
    address = ADDRESS.search(text)
    if address is None:
        return RosterLine(number, text, problem="no e-mail address")
    if len(addresses(text)) > 1:
        return RosterLine(number, text, problem="two e-mail addresses; use one line per person")
    # A name before brackets may have a comma: "Ruivo, Ana <ana@…>".
    gap = "\t" if address[0][0] in "<([" else ""
    rest = _columns(f"{text[: address.start()]}{gap}{text[address.end() :]}")
    group = next((groups[part.casefold()] for part in rest if part.casefold() in groups), "")
    names = [part for part in rest if part.casefold() != group.casefold()]
    person = read_person(names[0] if names else "", address[1])
    problem = person.wrong.rstrip(".")
    return RosterLine(number, text, email=person.email, name=person.name, group=group, problem=problem)


def _columns(text: str) -> list[str]:
    """Return the columns of a line that are not empty, without quotes."""
    separator = next((sign for sign in "\t;," if sign in text), None)
    columns = [text]
    if separator is not None:
        columns = next(csv.reader([text], delimiter=separator, skipinitialspace=True))
    return [shown for column in columns if (shown := " ".join(column.split()).strip("\"' ,;"))]
