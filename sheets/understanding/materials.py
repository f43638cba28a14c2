"""Reads a list of materials: what to read, watch or do in each milestone."""

import re
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator

from lib.text import folded
from sheets.reading import SheetRow, Table
from sheets.understanding.columns import ColumnField, UnderstoodTable, column_field, understand_table
from sheets.understanding.marks import read_yes, words_of
from sheets.understanding.roster import UnreadRow

_LONGEST_MILESTONE, _MOST_WEEKS = 200, 104
_LONGEST_TITLE, _LONGEST_URL, _MOST_MINUTES = 300, 1_000, 32_767

FIELDS: tuple[ColumnField, ...] = (
    column_field(
        "milestone", "milestone", "milestone,module,topic,modulo,tema,etape,modul,thema", is_required=True
    ),
    column_field(
        "title", "title", "title,material,name,resource,titulo,nome,nombre,titre,nom,titel", is_required=True
    ),
    column_field("week", "week", "week,semana,semaine,woche"),
    column_field("kind", "kind", "kind,type,tipo,art"),
    column_field("url", "URL", "url,link,address,enlace,lien"),
    column_field("minutes", "minutes", "minutes,min,duration,minutos,duracao,duracion,duree,minuten,dauer"),
    column_field("optional", "optional", "optional,opcional,facultatif,optionnel"),
)
_KINDS = {
    word: kind
    for kind, labels in {
        "page": "page,article,reading,text,blog,pagina,artigo,articulo,texte,artikel",
        "video": "video,talk,youtube",
        "notebook": "notebook,jupyter,colab",
        "course": "course,mooc,curso,cours,kurs",
        "exercise": "exercise,quiz,homework,exercicio,ejercicio,exercice,ubung",
        "project": "project,projeto,proyecto,projet,projekt",
    }.items()
    for word in labels.split(",")
}
# Words in an “optional” column instead of a tick.
_OPTIONAL = words_of("optional,extra,opcional,facultativo,optionnel,facultatif")
_REQUIRED = words_of("required,mandatory,core,obrigatório,obligatorio,obligatoire,pflicht")
_MINUTES = re.compile(r"(\d{1,9}(?:[.,]\d+)?)\s*(?:min|mins|minutes)?", re.IGNORECASE)
# "1:30", "2h", "1h30", "10 hours".
_OF_HOURS = re.compile(
    r"(\d{1,3}(?:[.,]\d+)?)(?:\s*(?:h|hours?|horas?|heures?|stunden?)\s*|:(?=\d\d))(?:([0-5]?\d)(?::\d\d)?(?: ?min)?)?",
    re.IGNORECASE,
)
_url = URLValidator(schemes=["http", "https"])


@dataclass(frozen=True, slots=True)
class MaterialEntry:
    """A material in the list. `said` has the fields of which its row says something."""

    location: str
    milestone: str
    week: int | None
    url: str
    said: dict[str, Any]
    notes: tuple[str, ...]

    @property
    def title(self) -> str:
        return str(self.said["title"])


@dataclass(frozen=True, slots=True)
class MaterialsTable:
    understood: UnderstoodTable
    entries: tuple[MaterialEntry, ...]
    unread: tuple[UnreadRow, ...]


def understand_materials(table: Table) -> MaterialsTable:
    """Read the materials of a table. An empty milestone means the one of the row above."""
    understood = understand_table(table, FIELDS)
    entries: list[MaterialEntry] = []
    unread: list[UnreadRow] = []
    milestone, week = "", None
    for row in understood.rows:
        # The number in "2" or "Week 2".
        number = re.search(r"\d{1,3}", understood.text(row, "week"))
        if number and 1 <= int(number[0]) <= _MOST_WEEKS:
            week = int(number[0])
        elif understood.text(row, "milestone"):
            week = None
        milestone = understood.text(row, "milestone") or milestone
        what = (understood.text(row, "title") or understood.text(row, "url"))[:200]
        # A row with only a milestone is a heading.
        if what:
            location = table.location(row.number)
            try:
                entries.append(_read(understood, row, location, milestone, week))
            except ValueError as error:
                unread.append(UnreadRow(location, row, what, str(error)))
    return MaterialsTable(understood, tuple(entries), tuple(unread))


def _read(
    understood: UnderstoodTable, row: SheetRow, location: str, milestone: str, week: int | None
) -> MaterialEntry:
    """Raises ValueError: the row cannot be imported, and why."""
    title, url = understood.text(row, "title"), understood.text(row, "url")
    if not milestone:
        raise ValueError("There is no milestone in this row or above it.")
    for what, text, most in (
        ("milestone", milestone, _LONGEST_MILESTONE),
        ("title", title, _LONGEST_TITLE),
        ("URL", url, _LONGEST_URL),
    ):
        if len(text) > most:
            raise ValueError(f"The {what} has {len(text):,} characters; {most:,} at most are allowed.")
    try:
        if url:
            _url(url)
    except ValidationError as error:
        wrong = f"“{url[:100]}” is not a web address: it must begin with http:// or https://."
        raise ValueError(wrong) from error
    said: dict[str, Any] = {"title": title or url}
    notes = []
    if kind := understood.text(row, "kind"):
        said["kind"] = _KINDS.get(folded(kind))
        if said["kind"] is None:
            notes.append(f"“{kind[:40]}” is not a kind of material and is left out")
    if minutes := understood.text(row, "minutes"):
        said["minutes"] = _minutes(minutes)
        if said["minutes"] is None:
            notes.append(f"“{minutes[:40]}” is not a number of minutes and is left out")
    if (optional := understood.column("optional")) is not None:
        said["is_optional"], wrong = read_yes(row.cell(optional), _OPTIONAL, _REQUIRED)
        if wrong:
            notes.append(f"{wrong} It stays open whether it is optional")
    said = {name: value for name, value in said.items() if value is not None}
    return MaterialEntry(location, milestone, week, url, said, tuple(notes))


def _minutes(text: str) -> int | None:
    """The minutes of a number, of hours and of a time; None if it is none of these, or too long."""
    if number := _MINUTES.fullmatch(text):
        minutes = float(number[1].replace(",", "."))
    elif number := _OF_HOURS.fullmatch(text):
        minutes = 60 * float(number[1].replace(",", ".")) + int(number[2] or 0)
    else:
        return None
    return round(minutes) if minutes <= _MOST_MINUTES else None
