"""Reads a list of materials: what to read, watch or do in each milestone."""

import re
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator

from lib.text import folded
from sheets.reading import SheetRow, Table
from sheets.reading.tables import CellValue
from sheets.understanding.columns import (
    ColumnField,
    UnderstoodTable,
    column_field,
    understand_table,
)
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
# What people write in an “optional” column instead of ticking a check box.
_OPTIONAL = words_of("optional,extra,opcional,facultativo,optionnel,facultatif")
_REQUIRED = words_of("required,mandatory,core,obrigatório,obligatorio,obligatoire,pflicht")
_url = URLValidator(schemes=["http", "https"])


@dataclass(frozen=True, slots=True)
class MaterialEntry:
    """A material in the list; values that its row does not have are None or empty."""

    location: str
    row: SheetRow
    milestone: str
    week: int | None
    title: str
    url: str
    kind: str
    minutes: int | None
    is_optional: bool | None
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MaterialsTable:
    understood: UnderstoodTable
    entries: tuple[MaterialEntry, ...]
    unread: tuple[UnreadRow, ...]


def understand_materials(table: Table) -> MaterialsTable:
    """Read the materials of a table. An empty milestone means the one of the row above."""
    understood = understand_table(table, FIELDS)
    entries, unread, milestone, week = [], [], "", None
    for row in understood.rows:
        week = _week(understood.text(row, "week")) or (None if understood.text(row, "milestone") else week)
        milestone = understood.text(row, "milestone") or milestone
        read = _read(understood, row, milestone, week)
        if isinstance(read, MaterialEntry):
            entries.append(read)
        elif read is not None:
            unread.append(read)
    return MaterialsTable(understood, tuple(entries), tuple(unread))


def _week(text: str) -> int | None:
    """The number in "2" or "Week 2"."""
    number = re.search(r"\d{1,3}", text)
    return int(number[0]) if number and 1 <= int(number[0]) <= _MOST_WEEKS else None


def _read(
    understood: UnderstoodTable, row: SheetRow, milestone: str, week: int | None
) -> MaterialEntry | UnreadRow | None:
    location = understood.table.location(row.number)
    title, url = understood.text(row, "title"), understood.text(row, "url")
    if not title and not url:
        # A row with only a milestone is a heading.
        return None
    wrong = _wrong(milestone, title, url)
    if wrong:
        return UnreadRow(location, row, (title or url)[:200], wrong)
    kind, minutes, notes = _details(understood, row)
    optional = understood.column("optional")
    is_optional, wrong = (
        (None, "") if optional is None else read_yes(row.cell(optional), _OPTIONAL, _REQUIRED)
    )
    if wrong:
        notes.append(f"{wrong} It stays open whether it is optional")
    return MaterialEntry(
        location, row, milestone, week, title or url, url, kind, minutes, is_optional, tuple(notes)
    )


def _wrong(milestone: str, title: str, url: str) -> str:
    if not milestone:
        return "There is no milestone in this row or above it."
    if len(milestone) > _LONGEST_MILESTONE:
        return f"The milestone has {len(milestone):,} characters; {_LONGEST_MILESTONE} at most are allowed."
    if len(title) > _LONGEST_TITLE:
        return f"The title has {len(title):,} characters; {_LONGEST_TITLE} at most are allowed."
    if len(url) > _LONGEST_URL:
        return f"The URL has {len(url):,} characters; {_LONGEST_URL:,} at most are allowed."
    if url:
        try:
            _url(url)
        except ValidationError:
            return f"“{url[:100]}” is not a web address: it must begin with http:// or https://."
    return ""


def _details(understood: UnderstoodTable, row: SheetRow) -> tuple[str, int | None, list[str]]:
    notes = []
    text = understood.text(row, "kind")
    kind = _KINDS.get(folded(text), "")
    if text and not kind:
        notes.append(f"“{text[:40]}” is not a kind of material and is left out")
    column = understood.column("minutes")
    value: CellValue = row.cell(column) if column is not None else None
    minutes = _minutes(value)
    if value is not None and minutes is None:
        notes.append(f"“{str(value)[:40]}” is not a number of minutes and is left out")
    return kind, minutes, notes


def _minutes(value: CellValue) -> int | None:
    text = str(value).lower().removesuffix("minutes").removesuffix("mins").removesuffix("min").strip()
    try:
        minutes = round(float(text.replace(",", ".")))
    except (ValueError, OverflowError):
        return None
    return minutes if 0 <= minutes <= _MOST_MINUTES else None
