"""Files as teams have them, in five languages, with the traps of such files: each comes in right with ten clicks.

A click is a choice on the page of what is what; pasting a list of addresses is one. `people` are who is new, with their
group; `done` and `asked` are what stands in Trefoil afterwards; `left` is what the preview says of what it left out.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import Workbook

from groups.models import Enrolment, Mentorship
from questions.models import Question
from sheets.forms.tabs import TabsForm, name_of
from sheets.models import SheetImport
from tests.conftest import Cast
from tests.sheets.importing import confirmed, previewed
from tests.sheets.workbooks import Rows, workbook
from tracker.models import Progress

pytestmark = pytest.mark.django_db
# (index of a tab, what, choice); of a question ("who is", choice); or ("paste", lines).
type Click = tuple[Any, ...]


def hidden(*names: str) -> Callable[[Workbook], None]:
    def hide(book: Workbook) -> None:
        for name in names:
            book[name].sheet_state = "hidden"

    return hide


@dataclass(frozen=True)
class RealFile:
    tabs: dict[str, Rows] | str
    clicks: tuple[Click, ...] = ()
    people: dict[str, str] = field(default_factory=dict)
    done: set[tuple[str, str]] = field(default_factory=set)
    others: set[tuple[str, str, str]] = field(default_factory=set)
    mentors: set[tuple[str, str]] = field(default_factory=set)
    asked: set[tuple[str, str]] = field(default_factory=set)
    left: tuple[str, ...] = ()
    hours: dict[str, float] = field(default_factory=dict)
    edit: Callable[[Workbook], None] | None = None


GUS, IVO, HANA = "gus@example.com", "ivo@example.com", "hana@example.com"
FILES: dict[str, RealFile] = {
    "a Google Forms sign-up as it comes": RealFile(
        "Timestamp,Your full name,Email Address,Python level (1-5),Hours per week,Why do you join?\n"
        f'9/1/2026 10:05:11,Gus Lind,{GUS},3,"2,5","To learn, mostly"\n'
        f"9/2/2026 18:20:00,Hana Mori,{HANA},5,6,Work\n",
        clicks=((0, "Your full name", "name"), (0, "Python level (1-5)", "level")),
        people={"Gus Lind": "", "Hana Mori": ""},
        hours={"Gus Lind": 2.5, "Hana Mori": 6},
        left=("A “Timestamp” (2 cells)", "F “Why do you join?” (2 cells)"),
    ),
    "uma lista em português, de ponto e vírgula": RealFile(
        f"Turma de setembro;;;\nNome;E-mail;Turma;Mentora\nGus Conceição;{GUS};Feto;Marta Pires\nIvo;{IVO};Feto;\n",
        people={"Gus Conceição": "Feto", "Ivo": "Feto"},
        mentors={("Feto", "Marta Pires")},
    ),
    "una lista en español con dos apellidos": RealFile(
        f"Nombre;Primer apellido;Segundo apellido;Correo;Célula;Horas por semana\nGus;Peña;Ríos;{GUS};Roble;3-5\n",
        clicks=((0, "Célula", "group"), ("How many hours", "4")),
        people={"Gus Peña Ríos": "Roble"},
        hours={"Gus Peña Ríos": 4},
    ),
    "eine Liste auf Deutsch": RealFile(
        f"Vorname,Nachname,Mailadresse,Gruppe\nGus,Müller,{GUS},Farn\nIvo,Weiß,{IVO},Farn\n",
        people={"Gus Müller": "Farn", "Ivo Weiß": "Farn"},
    ),
    "un suivi en français": RealFile(
        {"Suivi": [["Groupe :", "Clover"], ["Prénom", "Nom", "LLM basics", "RAG"], ["Ana", "Ruivo", "oui", "60 %"],
                   ["Bruno", "Sá", "à faire", "fait"], ["Chidi", "Okafor", "en cours", "non"]]},
        done={("Ana Ruivo", "LLM basics"), ("Bruno Sá", "RAG")},
        others={("Ana Ruivo", "RAG", "working"), ("Chidi Okafor", "LLM basics", "working")},
    ),
    "ein Stand auf Deutsch": RealFile(
        {"Stand": [["Wer", "LLM basics", "RAG"], ["Ana Ruivo", "erledigt", "offen"], ["Bruno Sá", "dran", "ja"]]},
        clicks=((0, "kind", "progress"), (0, "Wer", "name"), (0, "mark dran", "working")),
        done={("Ana Ruivo", "LLM basics"), ("Bruno Sá", "RAG")},
        others={("Bruno Sá", "LLM basics", "working")},
    ),
    "signs instead of words": RealFile(
        {"Tracker": [["Name", "LLM basics", "RAG"], ["Ana Ruivo", "🟢", "⏳"], ["Bruno Sá", "🔴", "🟢"],
                     ["Chidi Okafor", "N/A", "🆘"]]},
        clicks=((0, "mark 🟢", "done"), (0, "mark ⏳", "working"), (0, "mark 🔴", "not_started"),
                (0, "mark 🆘", "need_help")),
        done={("Ana Ruivo", "LLM basics"), ("Bruno Sá", "RAG")},
        others={("Ana Ruivo", "RAG", "working"), ("Chidi Okafor", "RAG", "need_help"),
                ("Chidi Okafor", "LLM basics", "skipped")},
    ),
    "days on which it was done": RealFile(
        {"Tracker": [["Name", "LLM basics", "RAG"], ["Ana Ruivo", "12/09", ""], ["Bruno Sá", "3.9.2026", "n/a"]]},
        done={("Ana Ruivo", "LLM basics"), ("Bruno Sá", "LLM basics")},
        others={("Bruno Sá", "RAG", "skipped")},
    ),
    "pods in a column": RealFile(
        {"Everybody": [["Pod", "Name", "LLM basics"], ["Fern", f"Gus <{GUS}>", "x"], [None, f"Ivo <{IVO}>", "x"],
                       ["Oak", f"Hana <{HANA}>", None]]},
        clicks=((0, "Pod", "group"),),
        people={"Gus": "Fern", "Ivo": "Fern", "Hana": "Oak"},
        done={("Gus", "LLM basics"), ("Ivo", "LLM basics")},
    ),
    "two groups side by side": RealFile(
        {"Both": [["Fern", None, None, "Oak"], ["Name", "RAG", None, "Name", "RAG"],
                  [f"Gus <{GUS}>", "x", None, f"Ivo <{IVO}>", ""], [f"Hana <{HANA}>", "", None, None, None]]},
        people={"Gus": "Fern", "Hana": "Fern", "Ivo": "Oak"},
        done={("Gus", "RAG")},
    ),
    "groups below each other, each with its mentor beside its name": RealFile(
        {"All": [["Group 1", "Mentor: Kim <kim@example.com>"], ["Name", "RAG"], [f"Gus <{GUS}>", "x"],
                 [f"Hana <{HANA}>", ""], [], ["Group 2", "Mentor: Lou <lou@example.com>"], ["Name", "RAG"],
                 [f"Ivo <{IVO}>", "x"], ["Jo <jo@example.com>", ""]]},
        people={"Gus": "Group 1", "Hana": "Group 1", "Ivo": "Group 2", "Jo": "Group 2"},
        done={("Gus", "RAG"), ("Ivo", "RAG")},
        mentors={("Group 1", "Kim"), ("Group 2", "Lou")},
    ),
    "tables below each other of which nothing says the group": RealFile(
        {"All": [["Name", "RAG"], [f"Gus <{GUS}>", "x"], [f"Hana <{HANA}>", ""], [], ["Name", "RAG"],
                 [f"Ivo <{IVO}>", "x"]], "Oak": [["Group: Oak"], ["Name", "RAG"], ["Jo <jo@example.com>", "x"]]},
        people={"Jo": "Oak"},
        done={("Jo", "RAG")},
        left=("All: left out with 3 rows", "All: left out with 2 rows"),
    ),
    "grupos ao lado um do outro": RealFile(
        {"Tudo": [["Grupo A", None, None, "Grupo B"], ["Nome", "RAG", None, "Nome", "RAG"],
                  [f"Gus <{GUS}>", "x", None, f"Ivo <{IVO}>", ""], [f"Hana <{HANA}>", "", None, None, None]]},
        people={"Gus": "Grupo A", "Hana": "Grupo A", "Ivo": "Grupo B"},
        done={("Gus", "RAG")},
    ),
    "turmas ao lado uma da outra": RealFile(
        f"Turma A;;;Turma B;\nNome;E-mail;;Nome;E-mail\nGus;{GUS};;Ivo;{IVO}\nHana;{HANA};;;\n",
        people={"Gus": "Turma A", "Hana": "Turma A", "Ivo": "Turma B"},
    ),
    "a list that ends with its sum": RealFile(
        f"Group,Name,E-mail,Hours a week\nFern,Gus Lind,{GUS},4\nOak,Ivo Petrov,{IVO},2\nTotal,,,6\n",
        people={"Gus Lind": "Fern", "Ivo Petrov": "Oak"},
        hours={"Gus Lind": 4, "Ivo Petrov": 2},
        left=("1 row of totals is left out",),
    ),
    "ein Stand mit Summen": RealFile(
        {"T": [["Gruppe", "Name", "LLM basics", "RAG"], ["Farn", f"Gus <{GUS}>", "x", ""],
               [None, f"Ivo <{IVO}>", "x", "x"], ["Eiche", f"Hana <{HANA}>", "", "x"],
               ["Summe", None, "2/3", "67 %"], ["Total", None, 2, 2]]},
        people={"Gus": "Farn", "Ivo": "Farn", "Hana": "Eiche"},
        done={("Gus", "LLM basics"), ("Ivo", "LLM basics"), ("Ivo", "RAG"), ("Hana", "RAG")},
        left=("2 rows without a person",),
    ),
    "a day that looks like three of nine": RealFile(
        {"T": [["Name", "RAG"], ["Ana Ruivo", "13/8"], ["Bruno Sá", "3/9"]]},
        done={("Ana Ruivo", "RAG"), ("Bruno Sá", "RAG")},
    ),
    "three of four": RealFile(
        {"T": [["Name", "LLM basics", "RAG"], ["Ana Ruivo", "3/4", "x"], ["Bruno Sá", "4/4", ""],
               ["Chidi Okafor", "1/4", ""]]},
        clicks=((0, "mark 3/4", "working"), (0, "mark 4/4", "done")),
        done={("Ana Ruivo", "RAG"), ("Bruno Sá", "LLM basics")},
        others={("Ana Ruivo", "LLM basics", "working"), ("Chidi Okafor", "LLM basics", "working")},
    ),
    "a mentor above, names alone, and a list that is pasted": RealFile(
        {"T": [["Group:", "Fern"], ["Mentor:", "Nadia Rahal"], ["Name", "RAG"], ["Gus", True], ["Ivo", False]]},
        clicks=(("paste", f"Nadia Rahal <nadia@example.com>\nGus Lind;{GUS}\nIvo Petrov, {IVO}"),),
        people={"Gus Lind": "Fern", "Ivo Petrov": "Fern"},
        done={("Gus Lind", "RAG")},
        mentors={("Fern", "Nadia Rahal")},
    ),
    "first names of a group": RealFile(
        {"Clover": [["Student", "RAG"], ["Ana", "x"], ["bruno", ""], ["Chidi O.", "x"]]},
        clicks=(("Who is “Chidi O.”", "chidi@example.com"),),
        done={("Ana Ruivo", "RAG"), ("Chidi Okafor", "RAG")},
    ),
    "a hidden tab and a log of meetings": RealFile(
        {"Tracker": [["Name", "RAG"], ["Ana Ruivo", "x"]], "Old": [["Name", "RAG"], ["Bruno Sá", "x"]],
         "Meetings": [["12 May", "all met, 40 minutes"], ["19 May", "nobody"]]},
        done={("Ana Ruivo", "RAG")},
        left=("Old: left out with 2 rows, since it is hidden", "Meetings: left out with 2 rows"),
        edit=hidden("Old"),
    ),
    "totals, comments and an old table below": RealFile(
        {"T": [["Our course"], ["Name", "Discord", "RAG", "Notes"], ["Ana Ruivo", "@ana", True, "good"],
               ["Bruno Sá", "@b", False, None], ["Chidi Okafor", "@chidi", True, "x y"], ["Total", None, 2, None],
               ["Dalia Haddad", None, True, None]]},
        clicks=((0, "last", 6),),
        done={("Ana Ruivo", "RAG"), ("Chidi Okafor", "RAG")},
        left=("B “Discord” (3 cells), D “Notes” (2 cells)", "1 row below row 6 is left out"),
    ),
    "days as in America": RealFile(
        {"Questions": [["Group:", "Clover"], ["Date", "Name", "Question"], ["9/10/2026", "Ana Ruivo", "Why?"],
                       ["8/23/2026", "Bruno Sá", "How?"]]},
        asked={("Why?", "2026-09-10"), ("How?", "2026-08-23")},
    ),
    "Fragen auf Deutsch": RealFile(
        {"Fragen": [["Datum", "Name", "Frage", "Antwort"], ["3.9.2026", "Ana Ruivo", "Warum?", "Darum."],
                    ["13.9.2026", "Bruno Sá", "Wie?", None]]},
        asked={("Warum?", "2026-09-03"), ("Wie?", "2026-09-13")},
    ),
    "a list and its tracker in one file": RealFile(
        {"Members": [["Name", "E-mail", "Team"], ["Gus Lind", GUS, "Fern"], ["Ivo Petrov", IVO, "Fern"]],
         "Tracker": [["Group:", "Fern"], ["Name", "RAG"], ["Gus Lind", "x"], ["Ivo", ""]]},
        people={"Gus Lind": "Fern", "Ivo Petrov": "Fern"},
        done={("Gus Lind", "RAG")},
    ),
    "dos grupos, uno debajo de otro": RealFile(
        {"Hoja 1": [["Grupo: Feto"], ["Nombre", "Tutor", "RAG"], [f"Gus <{GUS}>", "Marta Pires", "sí"], [],
                    ["Grupo: Roble"], ["Nombre", "Tutor", "RAG"], [f"Ivo <{IVO}>", "Marta Pires", "no"]]},
        people={"Gus": "Feto", "Ivo": "Roble"},
        done={("Gus", "RAG")},
        mentors={("Feto", "Marta Pires"), ("Roble", "Marta Pires")},
    ),
    "names of groups above repeated headers": RealFile(
        {"T": [["Fern"], ["Name", "RAG"], [f"Gus <{GUS}>", "x"], ["Oak"], ["Name", "RAG"], [f"Ivo <{IVO}>", "x"]]},
        people={"Gus": "Fern", "Ivo": "Oak"},
        done={("Gus", "RAG"), ("Ivo", "RAG")},
    ),
    "une liste avec des barres": RealFile(
        f"Nom complet|Courriel|Équipe|Binôme\nGus Lefèvre|{GUS}|Chêne|Marta Pires\n",
        clicks=((0, "Binôme", "mentor"),),
        people={"Gus Lefèvre": "Chêne"},
        mentors={("Chêne", "Marta Pires")},
    ),
    "des questions en français": RealFile(
        {"Questions": [["Groupe : Clover"], ["Jour", "Élève", "Module", "Question", "Réponse", "Résolue"],
                       ["03/09/2026", "Ana Ruivo", "RAG", "Pourquoi ?", "Parce que.", "oui"],
                       ["14 sept. 2026", "Bruno Sá", "", "Comment ?", "", "non"]]},
        asked={("Pourquoi ?", "2026-09-03"), ("Comment ?", "2026-09-14")},
    ),
    "Fragen mit anderen Köpfen": RealFile(
        {"Blatt": [["Am", "Von wem", "Was unklar ist"], ["3.9.2026", "Ana Ruivo", "Warum?"]]},
        clicks=((0, "kind", "questions"), (0, "Am", "day"), (0, "Von wem", "student"),
                (0, "Was unklar ist", "question")),
        asked={("Warum?", "2026-09-03")},
    ),
    "a header far below a description": RealFile(
        {"Sheet1": [["Autumn 2026"], ["Owner: Ines"], [], ["Fill in each week, please, before Friday"], [],
                    ["#", "Participant", "LLM basics", "RAG"], [1, "Ana Ruivo", "yes", "no"],
                    [2, "Bruno Sá", "no", "yes"]]},
        done={("Ana Ruivo", "LLM basics"), ("Bruno Sá", "RAG")},
        left=("A “#” (2 cells)",),
    ),
    "last names first, and a nickname": RealFile(
        {"Clover": [["Name", "RAG"], ["Ruivo, Ana", "x"], ["Bru", "x"]]},
        clicks=(("Who is “Ruivo, Ana”", "ana@example.com"), ("Who is “Bru”", "bruno@example.com")),
        done={("Ana Ruivo", "RAG"), ("Bruno Sá", "RAG")},
    ),
    "uma folha com o título das colunas acima": RealFile(
        {"Folha": [[None, None, "Módulos"], [None, None, "LLM basics", "RAG"], ["Nome", "Mentora", "50%", "0%"],
                   ["Ana Ruivo", "Marta Pires", "sim", "não"], ["Total", None, "1", "0"]]},
        done={("Ana Ruivo", "LLM basics")},
    ),
    "an old list below the new one": RealFile(
        f"Name,E-mail,Squad\nGus Lind,{GUS},Fern\nLast year,,\nOld One,old@example.com,Oak\n",
        clicks=((0, "Squad", "group"), (0, "last", 2)),
        people={"Gus Lind": "Fern"},
        left=("2 rows below row 2 are left out",),
    ),
    "Leute mit Buddy und halben Stunden": RealFile(
        f"Teilnehmer;E-Mail;Buddy;Gruppe;Stunden pro Woche\nGus Groß;{GUS};Marta Pires;Farn;1,5\nIvo;{IVO};;Farn;4 h\n",
        clicks=((0, "Buddy", "mentor"),),
        people={"Gus Groß": "Farn", "Ivo": "Farn"},
        mentors={("Farn", "Marta Pires")},
        hours={"Gus Groß": 1.5, "Ivo": 4},
    ),
    "empty boxes of a term that begins": RealFile(
        {"T": [["Group:", "Fern"], ["Name", "E-mail", "LLM basics", "RAG"], ["Gus Lind", GUS, None, None],
               ["Ivo", IVO, None, "x"]]},
        people={"Gus Lind": "Fern", "Ivo": "Fern"},
        done={("Ivo", "RAG")},
    ),
    "two tabs of one shape with names nobody knows": RealFile(
        {"Fern": [["Kollege", "RAG"], [f"Gus <{GUS}>", "x"]], "Oak": [["Kollege", "RAG"], [f"Ivo <{IVO}>", ""]]},
        clicks=((0, "kind", "progress"), (0, "Kollege", "name")),
        people={"Gus": "Fern", "Ivo": "Oak"},
        done={("Gus", "RAG")},
    ),
    "a tab that is left out by hand": RealFile(
        {"Tracker": [["Name", "RAG"], ["Ana Ruivo", "x"]], "Copy": [["Name", "E-mail"], ["Gus", GUS]]},
        clicks=((1, "kind", ""),),
        done={("Ana Ruivo", "RAG")},
        left=("Copy: left out with 2 rows",),
    ),
}  # fmt: skip


def fields_of(sheet_import: SheetImport, clicks: tuple[Click, ...]) -> dict[str, Any]:
    """What the page sends with these choices; those that it does not show yet are left for the next time."""
    form = TabsForm(sheet_import)
    fields = {name: "" if form[name].initial is None else form[name].initial for name in form.fields}
    for click in clicks:
        if click[0] == "paste":
            fields["addresses"] = click[1]
        elif isinstance(click[0], str):
            fields |= {
                f"answer-{name_of(one)}": click[1] for one in form.questions if click[0] in one["text"]
            }
        else:
            tab, (what, to) = form.tabs[click[0]], click[1:]
            names = {column["header"]: f"column-{column['number']}" for column in tab["columns"]}
            names |= {f"mark {mark['texts'][0]}": f"mark-{name_of(mark)}" for mark in tab["marks"]}
            name = f"{tab['key']}-{names.get(what, what)}"
            fields |= {name: to} if name in form.fields else {}
    return fields


@pytest.mark.parametrize("name", FILES)
def test_file_comes_in_right_with_few_clicks(cast: Cast, as_: Callable[[str], Client], name: str) -> None:
    file = FILES[name]
    is_list = isinstance(file.tabs, str)
    content = file.tabs.encode() if isinstance(file.tabs, str) else workbook(file.tabs, file.edit)
    before = set(Enrolment.objects.values_list("pk", flat=True))
    sheet_import = previewed(
        "roster" if is_list else "sheet",
        ("list.csv" if is_list else "Clover.xlsx", content),
        by=cast.ines,
        cohort=cast.cohort,
    )
    assert len(file.clicks) <= 10
    for _ in range(3):
        url = reverse("sheets:import-tabs", args=[sheet_import.pk])
        response = as_("ines").post(url, fields_of(sheet_import, file.clicks))
        assert response.status_code == 302, TabsForm(
            sheet_import, fields_of(sheet_import, file.clicks)
        ).errors
        sheet_import.refresh_from_db()
        if response["Location"] == sheet_import.get_absolute_url():
            break
    notes = "\n".join(sheet_import.understood["notes"])
    assert [said for said in file.left if said not in notes] == [], notes
    assert not sheet_import.lines.filter(verdict="unreadable").exists()
    confirmed(sheet_import, cast.ines)
    new = Enrolment.objects.exclude(pk__in=before)
    groups = {one.person.name: next((stay.group.name for stay in one.memberships.all()), "") for one in new}
    assert groups == file.people
    states = {
        (one.enrolment.person.name, one.milestone.title, one.state)
        for one in Progress.objects.exclude(state="not_started")
    }
    assert states == {(*one, "done") for one in file.done} | file.others
    there = {("Clover", "Marta Pires"), ("Juniper", "Tomás Reis")}
    mentors = set(Mentorship.objects.values_list("group__name", "person__name"))
    assert mentors - there == file.mentors
    assert {(one.title, f"{one.asked_at:%Y-%m-%d}") for one in Question.objects.all()} == file.asked
    hours = {one.person.name: one.hours_a_week for one in new if one.hours_a_week}
    assert hours == file.hours
