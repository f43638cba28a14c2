"""Reads a list of people: who joins the cohort, which group, which mentor."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from zoneinfo import available_timezones

from groups.models import Mentorship
from groups.models.enrolment import MOST_HOURS, STUDENT_COLUMNS, StudentColumn
from lib.mentions import Mention, read_people, read_person
from lib.text import folded
from lib.time_zones import city_of
from sheets.reading import SheetRow, Table
from sheets.understanding.columns import ColumnField, UnderstoodTable, column_field, understand_table
from sheets.understanding.dates import read_day
from sheets.understanding.labels import GROUP, labelled, mentors_above
from sheets.understanding.totals import is_total_row

_LONGEST_GROUP = 100
_HOURS = re.compile(r"([0-9]{1,4}(?:[.,][0-9]+)?)\s*(?:h|hours?|horas?|heures?|stunden?)?", re.IGNORECASE)
_HOURS_RANGE = re.compile(r"(\d{1,2})\s*(?:-|–|to|a|à|bis)\s*(\d{1,2})\b")
# "Python (1-5)", "ML (0 = none, 3 = expert)".
_SCALE = re.compile(r"\([^()]*\)")
_LEVEL_WORDS = {"level", "nivel", "niveau", "de", "en"}

_OF_STUDENTS = [column for column in STUDENT_COLUMNS if not column.is_note]

# Headers of one name, beside which another column may have the rest of it.
_ONE_NAME = frozenset("name nome nombre nom names".split())

FIELDS: tuple[ColumnField, ...] = (
    column_field(
        "name",
        "name",
        "name,student,full name,participant,nome,aluno,nombre,alumno,nom,eleve,teilnehmer",
        is_required=True,
    ),
    column_field("first_name", "first name", "first name,given name,primeiro nome,prenom,vorname"),
    column_field(
        "last_name", "last name", "last name,surname,apelido,apellido,apellidos,nachname", is_many=True
    ),
    column_field(
        "email",
        "e-mail",
        "e mail,email,email address,correio eletronico,correo,correo electronico,courriel,e mail adresse",
    ),
    column_field("group", "group", "group,team,grupo,turma,equipo,groupe,equipe,gruppe"),
    column_field(
        "mentor", "mentor", "mentor,mentors,mentora,tutor,tutora,tutor a,tuteur,mentorin,betreuer,betreuerin"
    ),
    column_field("mentor_email", "mentor's e-mail", "mentor e mail,mentor email"),
    column_field("time_zone", "time zone", "time zone,fuso horario,zona horaria,fuseau horaire,zeitzone"),
    *(
        column_field(one.name, one.label, f"{one.label},{one.headers}", is_many=one.is_many)
        for one in _OF_STUDENTS
    ),
    column_field("role", "role", "role,papel,rol,fonction,rolle"),
    column_field("until", "until (of the group)", "until"),
    column_field("left_on", "left the cohort on", "left the cohort on"),
)
# Words for somebody who does not study. Other words in a column of roles may be jobs: they say nothing.
_MENTORS = {
    **dict.fromkeys(
        "mentor mentora tutor tutora tuteur mentorin betreuer betreuerin".split(), Mentorship.Role.MENTOR
    ),
    "co mentor": Mentorship.Role.CO_MENTOR,
    "stand in": Mentorship.Role.STAND_IN,
    # So Trefoil exported it once.
    "cover": Mentorship.Role.STAND_IN,
}
_ADDRESS_BEHIND = re.compile(r"\s*\(https?://[^()\s]*\)")
# Time zones by their name in lower case, and by their city as pages write it.
_ZONES = {city_of(name).lower(): name for name in sorted(available_timezones(), reverse=True) if "/" in name}
_ZONES |= {name.lower().replace("_", " "): name for name in available_timezones()}


@dataclass(frozen=True, slots=True)
class RosterEntry:
    """A person in the list and their location. `notes` tell people what was left out of the row.

    `about` has what its `STUDENT_COLUMNS` say, by name; `ranges` hours such as 3-5, of which one has to say what it is.
    `mentors_as` is the role of somebody who mentors the group instead of studying in it. `until` is the day on which
    the stay in the group ended, `left_on` the one on which they left the cohort.
    """

    location: str
    person: Mention
    group: str
    mentors: tuple[Mention, ...]
    time_zone: str
    about: Mapping[str, str | float | None]
    ranges: Mapping[str, str]
    notes: tuple[str, ...]
    mentors_as: str = ""
    until: date | None = None
    left_on: date | None = None


@dataclass(frozen=True, slots=True)
class UnreadRow:
    """A row that cannot be read, and why; `email` is the address of the person in it, as far as there is one."""

    location: str
    row: SheetRow
    what: str
    reason: str
    email: str = ""


@dataclass(frozen=True, slots=True)
class RosterTable:
    understood: UnderstoodTable
    entries: tuple[RosterEntry, ...]
    unread: tuple[UnreadRow, ...]


def understand_roster(table: Table) -> RosterTable:
    """Read the people of a table; rows without a person are unread."""
    understood = understand_table(table, FIELDS)
    rows = () if understood.missing else understood.rows
    read = [_read(understood, row) for row in rows if not is_total_row(row)]
    return RosterTable(
        understood=understood,
        entries=tuple(result for result in read if isinstance(result, RosterEntry)),
        unread=tuple(result for result in read if isinstance(result, UnreadRow)),
    )


def _read(understood: UnderstoodTable, row: SheetRow) -> RosterEntry | UnreadRow:
    location = understood.table.location(row.number)
    person = person_of(understood, row)
    group = without_address(understood.text(row, "group")) or labelled(understood, GROUP)
    mentors = read_people(understood.lines(row, "mentor"), understood.lines(row, "mentor_email"))
    mentors = mentors or mentors_above(understood)
    wrong = person.wrong or _wrong(person, group, mentors)
    if wrong:
        what = str(person) or next(iter(row.texts), "no name")
        return UnreadRow(location, row, what[:200], wrong, person.email)
    zone_text = understood.text(row, "time_zone")
    zone = read_zone(zone_text)
    wrong_zone = f"“{zone_text[:40]}” is not a time zone and is left out; use a name such as Europe/Lisbon"
    notes = [wrong_zone] if zone_text and not zone else []
    about: dict[str, str | float | None] = {}
    ranges: dict[str, str] = {}
    for column in _OF_STUDENTS:
        text = _text_of(understood, row, column)
        if not column.is_hours:
            longest = column.field.max_length or 0
            about[column.name] = text[:longest]
            notes += [f"{column.label}: {longest} characters at most are kept"] if len(text) > longest else []
        elif _HOURS_RANGE.match(text):
            ranges[column.name] = text
        else:
            about[column.name], wrong = _hours(text)
            notes += [f"{column.label}: {wrong} and is left out"] if wrong else []
    until, wrong_until = _ending(understood, row, "until")
    left_on, wrong_left = _ending(understood, row, "left_on")
    notes += filter(None, (wrong_until, wrong_left))
    return RosterEntry(
        location,
        person,
        group,
        mentors,
        zone,
        about,
        ranges,
        tuple(notes),
        mentors_as=_MENTORS.get(folded(understood.text(row, "role")), ""),
        until=until,
        left_on=left_on,
    )


def _ending(understood: UnderstoodTable, row: SheetRow, name: str) -> tuple[date | None, str]:
    """The day in a column, or why it is left out: “Until” may be anything in a list that Trefoil did not write."""
    column = understood.column(name)
    try:
        return read_day(None if column is None else row.cell(column)), ""
    except ValueError as error:
        return None, f"{str(error).removesuffix('.')} and is left out"


def person_of(understood: UnderstoodTable, row: SheetRow) -> Mention:
    """The person of a row; one that is called like a column, such as “Mentor”, is nobody."""
    person = read_person(_name_of(understood, row), understood.text(row, "email"))
    beside = (field for field in FIELDS if field.name in ("mentor", "group"))
    if person.email or not any(field.means(person.folded_name) for field in beside):
        return person
    line, other = ("column", "row") if understood.table.is_turned else ("row", "column")
    why = f"This {line} is called “{person.name}”, as no person is. Give mentors and groups a {other} of their own."
    return replace(person, wrong=why)


def _name_of(understood: UnderstoodTable, row: SheetRow) -> str:
    """The name in one column, or in several: Prénom and Nom, Nombre and Apellidos."""
    column = understood.column("name")
    whole, first = understood.text(row, "name"), understood.text(row, "first_name")
    last = " ".join(filter(None, (row.text(column.number) for column in understood.many("last_name"))))
    if column is None or not whole:
        return f"{first} {last}".strip()
    if folded(understood.header.text(column)) not in _ONE_NAME:
        return whole
    words = set(folded(whole).split())
    return " ".join(
        part for part in (first, whole, last) if part is whole or not set(folded(part).split()) <= words
    )


def _text_of(understood: UnderstoodTable, row: SheetRow, column: StudentColumn) -> str:
    """Levels with their subjects: "python 3" of a column "Python level (1-5)", "3" of a column "level"."""
    if not column.is_many:
        return understood.text(row, column.name)
    texts = []
    for one in understood.many(column.name):
        words = folded(_SCALE.sub(" ", one.header).replace("_", " ")).split()
        subject = [word for word in words if word not in _LEVEL_WORDS and not word.isdigit()]
        texts += [" ".join([*subject, text])] if (text := row.text(one.number)) else []
    return ", ".join(texts)


def _hours(text: str) -> tuple[float | None, str]:
    """The hours in halves, or what is wrong with them: "4", "4 h", "2,5"."""
    match = _HOURS.fullmatch(text.strip())
    if match is None:
        return None, f"“{text[:40]}” is not a number" if text else ""
    hours = float(match[1].replace(",", "."))
    if hours % 0.5:
        return None, f"{hours:g} is not a number of halves"
    if not 1 <= hours <= MOST_HOURS:
        return None, f"{hours:g} is not between 1 and {MOST_HOURS}"
    return hours, ""


def _wrong(person: Mention, group: str, mentors: Sequence[Mention]) -> str:
    if not person.name and not person.email:
        return "There is neither a name nor an e-mail address."
    wrong_mentors = (f"Mentor: {mentor.wrong}" for mentor in mentors if mentor.wrong)
    return group_refusal(group) or next(wrong_mentors, "")


def group_refusal(name: str) -> str:
    """Say why a group cannot have this name; "" if it can."""
    if len(name) > _LONGEST_GROUP:
        return f"The group's name has {len(name):,} characters; {_LONGEST_GROUP} at most are allowed."
    return ""


def read_zone(text: str) -> str:
    """Return the time zone with that name in any case; "" if there is none."""
    return _ZONES.get(text.lower().replace("_", " "), "")


def without_address(name: str) -> str:
    """The name of a group without the address of its page, which Notion writes behind it."""
    return _ADDRESS_BEHIND.sub("", name)


def group_key(name: str) -> str:
    """Names of the same group share a key, whatever their case and spaces. `GroupNames` finds what a cell means."""
    return " ".join(name.casefold().split())
