"""Every component in every state on one page, in DEBUG only: what a component looks like is looked up here."""

from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace as Sample

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.contrib.messages.constants import ERROR, INFO, SUCCESS, WARNING
from django.contrib.messages.storage.base import Message
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from courses.models import Cohort, Course, Material, Milestone
from courses.promises import Wait
from groups.models import Group
from lib.undo import with_undo
from people.access import Audience, audience
from questions.forms.question_filters import QuestionFilterForm
from tracker.dashboards.grid import Grid, GridColumn, GridRow, Place, Planned, ProgressCell
from tracker.models import MaterialTick
from tracker.standing import MilestoneProgress, PlannedMilestone, State
from trends.charts.columns import Series, column_chart
from trends.charts.rates import Measured, rate_line

NOW = datetime(2026, 9, 15, 17, 5, tzinfo=UTC)
LONG = (
    "Does a longer context replace retrieval, or does it only move the costs from the index to every single request "
    "that the students send while they are working through the fourth week?"
)
STATES = {
    "not_started": "Not started",
    "working": "Working on it",
    "need_help": "Need help",
    "done": "Done",
    "skipped": "Skipped",
}


class SampleForm(forms.Form):
    """One field of each kind that Trefoil's forms have."""

    title = forms.CharField(
        max_length=80, help_text="As you would say it in the group, at most 80 characters."
    )
    on = forms.DateField(label="Due on", widget=forms.DateInput(attrs={"type": "date"}), required=False)
    hours = forms.DecimalField(
        label="Planned hours", required=False, min_value=0, help_text="Empty when not known."
    )
    category = forms.ChoiceField(choices={"": "Choose one", "concept": "Concept", "setup": "Setup"})
    detail = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 3}), required=False, help_text="Markdown is fine."
    )
    visibility = forms.ChoiceField(
        choices={"group": "The group", "cohort": "The cohort", "course": "Everyone in the course"},
        widget=forms.RadioSelect,
        help_text="Mentors and course admins always see it.",
    )
    materials = forms.MultipleChoiceField(
        choices={"page": "Chain of Thought", "video": LONG},
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    is_optional = forms.BooleanField(label="Optional", required=False, help_text="Not counted as due.")
    file = forms.FileField(label="Workbook", required=False, help_text="xlsx or csv, at most 2 MB.")

    def clean(self) -> None:
        raise forms.ValidationError("The group already has a milestone of this title.")


class SampleSegments(forms.Form):
    """The radio fields that are shown as one control."""

    state = forms.ChoiceField(choices=STATES, widget=forms.RadioSelect)
    attendance = forms.ChoiceField(
        choices={"present": "Present", "excused": "Excused", "absent": "Absent"}, widget=forms.RadioSelect
    )
    pace = forms.ChoiceField(
        choices={
            "": "Not seen",
            "ahead": "Ahead",
            "on_track": "On track",
            "behind": "Behind",
            "stuck": "Stuck",
        },
        widget=forms.RadioSelect,
        required=False,
        help_text="As you see it, whatever the marks say.",
    )
    outcome = forms.ChoiceField(
        choices={"held": "Held", "moved": "Moved"},
        widget=forms.RadioSelect(attrs={"disabled": True}),
        required=False,
    )


class SampleFilters(forms.Form):
    text = forms.CharField(label="Search", required=False, widget=forms.TextInput(attrs={"type": "search"}))
    milestone = forms.ChoiceField(choices={"": "All milestones", "rag": "RAG"}, required=False)
    status = forms.ChoiceField(choices={"": "Any status", "open": "Open"}, required=False)


class SampleNotes(forms.Form):
    shared = forms.CharField(label="Next step", required=False)
    private = forms.CharField(label="Note", required=False, widget=forms.Textarea(attrs={"rows": 1}))


class SampleReason(forms.Form):
    reason = forms.CharField(help_text="The student and the course admin read it.")


def charts() -> dict[str, object]:
    """Charts with little and with much, as the gallery shows them."""
    modules = ("LLM basics", "Prompt engineering", "Indexation and ingestion", "RAG")
    weeks = [f"Week {n}" for n in range(1, 7)]
    runs = [
        Series("November 2026", (23, 38, 10, None, None, None), ("#charts",) * 6),
        Series("August 2026", (14, 21, 0, 19, 9, 3), ("#charts",) * 6),
    ]
    long_run = Series(LONG, tuple(week * 5 % 11 for week in range(40)))
    rates = (
        Measured("Spring 2025", 1.9, 1.4, 2.5, "1.9", "#charts"),
        Measured("Autumn 2025", 1.6, 1.2, 2.1, "1.6", "#charts"),
        Measured("Winter 2026", None),
        Measured("Spring 2026", 0.9, 0.6, 1.4, "0.9", "#charts"),
        Measured("Autumn 2026", 0.7, 0.4, 1.2, "0.7", "#charts"),
    )
    return {
        "columns": column_chart(weeks, runs, open_at=2),
        "one_column": column_chart(weeks[:1], [Series("Asks", (3,), ("#charts",))]),
        "many_columns": column_chart([f"Week {n}" for n in range(1, 41)], [long_run, long_run]),
        "huge_columns": column_chart(weeks[:4], [Series(LONG, (120_000, 1_240_000, 3, 0))]),
        "empty_columns": column_chart(weeks, []),
        "rates": rate_line(rates, mark_before=3),
        "no_rates": rate_line(rates[2:3]),
        "bars": [
            Sample(
                label=modules[0],
                value_label="1.3",
                share=81.25,
                url="#charts",
                note="18 asks, 14 students",
            ),
            Sample(
                label=LONG,
                value_label="1.6",
                share=100,
                low_share=70,
                high_share=100,
                note="21 asks, 13 students",
            ),
            Sample(label=modules[2], value_label="under 5 students", share=None, note="2 asks"),
            Sample(label=modules[3], value_label="0.1", share=6.25, url="#charts", note="1,240,000 asks"),
        ],
    }


def questions() -> dict[str, object]:
    """Questions in a list, and suggested while another one is typed."""
    asked = {
        "url": "#questions",
        "milestone": "RAG",
        "category": "concept",
        "asker": "Ana Ruivo",
        "asked_at": NOW,
    }
    answers = [
        Sample(excerpt="Because the dot products grow with the size.", is_whole=True, html=""),
        Sample(excerpt="Does a longer context replace …", is_whole=False, html=LONG),
        Sample(excerpt="A log that is too long for a list …", is_whole=False, html=""),
    ]
    rag = Milestone(pk=1, title="RAG", course=Course(title="LLM specialisation"))
    suggested = {"url": "#questions", "status_label": "answered", "milestone": "RAG"}
    return {
        "question_rows": [
            Sample(
                **asked, title="Why divide by the square root?", status_label="answered", tone="ok", group="Clover",
                ask_count=3, asks_here=2, answer_count=2, also_asked_as=["Why a root?", "What is the root for?"],
            ),
            Sample(
                **asked, title=LONG, status_label="open", tone="watch", ask_count=1, answer_count=0,
                wait=Wait(timedelta(days=3), 1, NOW),
            ),
            Sample(
                **asked, title="Why a root?", status_label="open", tone="watch", ask_count=1, answer_count=0,
                wait=Wait(timedelta(hours=5), 1, NOW),
            ),
        ],
        "suggestions": [
            Sample(**suggested, id=1, title=LONG, asks_label="3 times", answers=answers, answer_count=4),
            Sample(**suggested, id=2, title="Why a root?", is_own=True, answers=answers[:1], answer_count=1),
        ],
        "group": Group(pk=1, name="Clover"),
        "question_filters": QuestionFilterForm(
            {"mine": "on"}, prefix="question", milestones=[rag], materials=[Material(pk=1, title=LONG, milestone=rag)],
            groups=[Group(pk=1, name="Clover", cohort=Cohort(title="Autumn 2026"))],
        ),
        "question_search": QuestionFilterForm({}, prefix="search", milestones=[], materials=[], groups=[]),
    }  # fmt: skip


TITLES = ["LLM basics", "Prompt engineering", "Indexation and ingestion", "RAG", "Fine-tuning"]
PEOPLE = [
    "Ana Ruivo",
    "Bruno Sá",
    "Maria da Conceição Nunes-Vasconcelos",
    "محمد عبد الرحمن",
    "Chidi Okafor",
    "Ravi Menon",
]
MARKS = [
    ["done", "working"],
    ["done", "need_help"],
    ["done", "skipped", "done", "working"],
    [],
    ["done"] * 5,
    ["done"],
]


def group_of(
    name: str, titles: list[str], *, people: int, outside: Collection[int] = (), folded: Collection[int] = ()
) -> Sample:
    """A group with so many people; of the columns, some are not in its plan or folded."""
    milestones = [
        PlannedMilestone(id=n, title=title, position=n, due_on=NOW.date() + timedelta(weeks=n - 2))
        for n, title in enumerate(titles)
    ]
    columns = tuple(
        GridColumn(
            each.title, None if each.id in outside else Planned(each, ()), each.id == 1, each.id in folded
        )
        for each in milestones
    )
    rows = []
    for pk, (person, marks) in enumerate(list(zip(PEOPLE, MARKS, strict=True))[:people]):
        states = [State(marks[n]) if n < len(marks) else State.NOT_STARTED for n in range(len(titles))]
        places = tuple(
            Place(
                None
                if each.id in outside
                else ProgressCell(
                    pk, person, each, MilestoneProgress(milestone_id=each.id, state=states[each.id])
                ),
                each.id < len(marks),
                each.id == 1,
                each.id in folded,
            )
            for each in milestones
        )
        first, _, rest = person.partition(" ")
        rows.append(GridRow(pk, first, f" {rest}", places))
    grid = Grid(columns, tuple(rows))
    return Sample(group=Group(pk=0, name=name), members=rows, plan=columns, grid=grid)


def samples() -> dict[str, object]:
    """What the gallery shows, by the name that its template uses."""
    segments = {"state": "working", "attendance": "present", "pace": "", "outcome": "held"}
    return {
        "long": LONG,
        "states": [*STATES, "unplanned", "late"],
        "icon_names": [
            "my-week",
            "my-groups",
            "courses",
            "questions",
            "trends",
            "reviews",
            "close",
            "lock",
            "back",
        ],
        "tray_milestone": Milestone(pk=1, title="RAG"),
        "trays": [
            [
                Sample(
                    value=state,
                    label=label,
                    is_current=state == current,
                    tone={"need_help": "act", "done": "ok"}.get(state, "quiet"),
                )
                for state, label in STATES.items()
                if state != "skipped"
            ]
            for current in ("working", "need_help")
        ],
        "found": [
            Sample(
                material=Material(pk=pk, title=title),
                opinions=[(value, label, value == own) for value, label in MaterialTick.Opinion.choices],
            )
            for pk, (title, own) in enumerate(
                (("Tokens", ""), ("Attention", "confusing"), (LONG, "too_long"))
            )
        ],
        "dead_links": [
            Sample(
                material=Material(pk=pk, title=title, milestone=Milestone(title="RAG")),
                address="https://example.org/gone",
                found=found,
            )
            for pk, (title, found) in enumerate(
                (("Chunking", "It answers 404."), (LONG, "There is no host notes.example.org.")), start=1
            )
        ],
        "attention": [
            Sample(
                tone="act",
                who="Bruno",
                url="#attention",
                what="needs help with Prompt engineering",
                why="for 8 days; one milestone behind; a step of Monday is open.",
                said="How do I call the API from behind a company proxy?",
                action_url="#attention",
            ),
            Sample(tone="act", who="Maria da Conceição Nunes-Vasconcelos", what="needs help", why=LONG),
            Sample(tone="watch", who="Ana", url="#attention", what="is one milestone behind"),
            Sample(tone="watch", who="Clover", what="has no check-in", action_url="#attention"),
        ],
        "noted": SampleNotes(prefix="noted"),
        "form": SampleForm(prefix="plain", initial={"title": "Prompt engineering", "visibility": "group"}),
        "wrong_form": SampleForm({"wrong-title": "x" * 90, "wrong-hours": "-1"}, prefix="wrong"),
        "fields": SampleForm(prefix="by-hand", initial={"title": LONG, "visibility": "cohort"}),
        "wrong_fields": SampleForm({"by-hand-wrong-hours": "many"}, prefix="by-hand-wrong"),
        "segments": SampleSegments(prefix="first", initial=segments),
        "stuck": SampleSegments(
            prefix="second", initial={"state": "need_help", "attendance": "absent", "pace": "stuck"}
        ),
        "behind": SampleSegments(
            prefix="third", initial={"state": "done", "attendance": "excused", "pace": "behind"}
        ),
        "wrong_segments": SampleSegments({}, prefix="fourth"),
        "filters": SampleFilters(prefix="filter"),
        "short_filters": SampleFilters(prefix="short"),
        "reason": SampleReason(prefix="reason"),
        "conflict": Sample(
            by="Jonas Weber",
            at=NOW,
            fields=[
                Sample(label="Shared summary", theirs="We went through attention again.", yours=LONG),
                Sample(label="Minutes", theirs="30", yours="45"),
                Sample(label="Request", theirs="A room for Friday", yours="", is_theirs=True),
                Sample(label="Private note", theirs="", yours="Bruno looks tired.\nAsk him on Friday."),
            ],
        ),
        "conflict_by_nobody": Sample(
            by=None, at=NOW, fields=[Sample(label="Hours", theirs="2.5", yours="3")]
        ),
        "events": [
            Sample(
                at=NOW,
                what="Check-in held, 30 min",
                by="Marta Pires",
                url="#timeline",
                tone="ok",
                detail=LONG,
            ),
            Sample(
                at=NOW - timedelta(days=1),
                what="Marked Prompt engineering: need help",
                by="Bruno Sá",
                tone="act",
            ),
            Sample(at=NOW - timedelta(days=6), what="Moved from Juniper to Clover", by="Inês Duarte"),
            Sample(at=NOW - timedelta(days=9), what="1 milestone behind", by=None, tone="watch"),
        ],
        "changes": [
            Sample(at=NOW, by="Marta Pires", field="State", before="Working on it", after="Done"),
            Sample(at=NOW - timedelta(days=2), by=None, field="Note", before="", after=LONG),
        ],
        **questions(),
        **charts(),
        "page": Paginator(range(1, 96), 20).page(2),
        "first_page": Paginator(range(1, 42), 20).page(1),
        "links": [Sample(label="LLM specialisation", url="#"), Sample(label="Autumn 2026", url="#")],
        "tabs": [
            Sample(label="Progress", url="#", is_current=True, count=None),
            Sample(label="Check-ins", url="#", is_current=False, count=3),
            Sample(label="Questions", url="#", is_current=False, count=0),
        ],
        "facts": [
            Sample(label="Mentor", value="Marta Pires"),
            Sample(label="Next check-in", value="Tue 22 September, 17:00"),
            Sample(label="Cover", value=""),
            Sample(label="Agreed", value=LONG),
        ],
        "consequences": ["His marks and check-ins stay.", "Someone else may join the group."],
        "grids": [
            group_of("Clover", TITLES, people=3, outside=[4]),
            group_of("Juniper", TITLES[:4], people=1),
            group_of("Sorrel", TITLES[:4], people=2),
            group_of("Rowan", TITLES[:4], people=5),
            group_of("Tansy", TITLES[:4], people=6),
            group_of(
                "Larch", [f"{TITLES[n % 5]}, part {n + 1}" for n in range(20)], people=3, folded=range(9, 20)
            ),
        ],
        "shown_messages": [
            Message(SUCCESS, "Check-in of Clover saved"),
            Message(INFO, "You are looking at Clover as it was in spring."),
            Message(WARNING, "Clover now has four members; three is usual."),
            Message(ERROR, LONG),
        ],
    }


@audience(Audience.ANYBODY)
@login_not_required
@require_safe
def gallery(request: HttpRequest) -> HttpResponse:
    """Show each component in every state. Only DEBUG has an address for it."""
    undone = with_undo(request, "LLM basics of Bruno is done.", "#")
    return render(request, "gallery.html", {**samples(), "message_with_undo": undone})
