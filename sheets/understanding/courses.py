"""Reads the tab with the modules that a group takes."""

from dataclasses import dataclass

from sheets.reading import Table
from sheets.understanding.columns import ColumnField, column_field, understand_table
from sheets.understanding.marks import read_yes, words_of

FIELDS: tuple[ColumnField, ...] = (
    column_field("path", "learning path", "learning path,path,course,percurso,curso,parcours,lernpfad"),
    column_field("module", "module", "module,milestone,topic,modulo,tema,modul", is_required=True),
    column_field(
        "selected",
        "selected",
        "selected,chosen,selecionado,escolhido,seleccionado,elegido,selectionne,choisi,gewahlt",
        is_required=True,
    ),
)
# What people write in a “selected” column instead of ticking a check box.
_SELECTED = words_of(
    "selected,chosen,active,selecionado,escolhido,seleccionado,elegido,sélectionné,choisi,gewählt"
)
_NOT_SELECTED = words_of(
    "not selected,not chosen,inactive,não selecionado,no seleccionado,non sélectionné,nicht gewählt"
)


@dataclass(frozen=True, slots=True)
class ModuleSelection:
    """A row of the courses tab: a module and whether the group takes it. `note` says what is not understood."""

    path: str
    module: str
    is_selected: bool
    location: str
    note: str = ""


def selections_of(table: Table) -> list[ModuleSelection]:
    read = understand_table(table, FIELDS)
    selected = read.column("selected")
    selections = []
    for row in read.rows:
        module = read.text(row, "module")
        if not module or selected is None:
            continue
        is_selected, wrong = read_yes(row.cell(selected), _SELECTED, _NOT_SELECTED)
        location = table.location(row.number, selected)
        note = f"{location}: {wrong} “{module[:60]}” counts as not selected." if wrong else ""
        path = read.text(row, "path")
        selections.append(ModuleSelection(path, module, bool(is_selected), table.location(row.number), note))
    return selections
