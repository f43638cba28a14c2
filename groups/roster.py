import csv
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

# Maximum number of lines to read.
MOST_LINES = 500

_ADDRESS = re.compile(r"[^\s<>()\[\],;:\"]+@[^\s<>()\[\],;:\"]+")
_BRACKETED = re.compile(r"[<(\[]\s*(?:mailto:)?(?P<email>[^\s<>()\[\]]+@[^\s<>()\[\]]+)\s*[>)\]]")
# "Ana <ana@…>, Bruno <bruno@…>", as e-mail programs write several people on a line.
_NEXT_PERSON = re.compile(r"(?<=>)\s*[;,]\s*(?=[^<>]*<[^<>]*@)")
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
    seen: dict[str, int] = {}
    for number, person in _people(text):
        line = _read(number, person, by_name)
        if not line.problem and line.email in seen:
            line = RosterLine(number, person, problem=f"the same address as line {seen[line.email]}")
        elif not line.problem:
            seen[line.email] = number
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
    addresses = _ADDRESS.findall(text)
    if not addresses:
        return RosterLine(number, text, problem="no e-mail address")
    if len(addresses) > 1:
        return RosterLine(number, text, problem="two e-mail addresses; use one line per person")
    email = addresses[0].removeprefix("mailto:").strip("'").lower()
    rest = [part for part in _parts(text, addresses[0]) if part]
    group = next((groups[part.casefold()] for part in rest if part.casefold() in groups), "")
    names = [part for part in rest if part.casefold() != group.casefold()]
    return RosterLine(number, text, email=email, name=names[0] if names else "", group=group)


def _parts(text: str, address: str) -> list[str]:
    """Return the columns of a line except the address, without quotes and brackets."""
    bracketed = _BRACKETED.search(text)
    if bracketed:
        text = f"{text[: bracketed.start()]}\t{text[bracketed.end() :]}"
    separator = next((sign for sign in "\t;," if sign in text), None)
    if separator is None:
        return [text.replace(address, " ").strip(" \"'")]
    columns = next(csv.reader([text], delimiter=separator, skipinitialspace=True))
    return [" ".join(column.split()).strip("\"' ,;") for column in columns if "@" not in column]
