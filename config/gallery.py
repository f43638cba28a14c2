"""Every component on one page, in DEBUG only: what it looks like with little and with much is looked up here."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace as Sample

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.contrib.messages.constants import ERROR, INFO, SUCCESS, WARNING
from django.contrib.messages.storage.base import Message
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_safe

from courses.models import Cohort, Course, Material, Milestone
from courses.promises import Wait
from groups.models import Group
from lib.fields import say_beside
from lib.marks import PersonMark
from lib.pages import page_of
from lib.undo import with_undo
from people.access import Audience, audience
from people.models import User
from people.previews import Preview
from questions.forms.question_filters import QuestionFilterForm
from questions.models import Question
from tracker.models import MaterialTick
from tracker.standing import ProgressState
from trends.charts import Series, column_chart

NOW = datetime(2026, 9, 15, 17, 5, tzinfo=UTC)
LONG = (
    "Does a longer context replace retrieval, or does it only move the costs from the index to every single request "
    "that the students send while they are working through the fourth week?"
)
STATES = {"not_started": "Not started", "working": "Working on it", "need_help": "Need help", "done": "Done"}


class SampleForm(forms.Form):
    """One field of each kind that Trefoil's forms have."""

    title = forms.CharField(max_length=80, help_text="As you would say it in the group.")
    on = forms.DateField(label="Due on", widget=forms.DateInput(attrs={"type": "date"}), required=False)
    hours = forms.DecimalField(label="Planned hours", required=False, min_value=0)
    category = forms.ChoiceField(choices={"": "Choose one", "concept": "Concept", "setup": "Setup"})
    detail = forms.CharField(widget=forms.Textarea(attrs={"rows": 3}), required=False)
    visibility = forms.ChoiceField(
        choices={"group": "The group", "course": "Everyone in the course"}, widget=forms.RadioSelect
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
    """A radio field that is shown as one control, once as it was chosen and once as it cannot be."""

    state = forms.ChoiceField(choices=STATES, widget=forms.RadioSelect)
    outcome = forms.ChoiceField(
        choices={"held": "Held", "moved": "Moved"}, widget=forms.RadioSelect(attrs={"disabled": True})
    )


class SampleFilters(forms.Form):
    text = forms.CharField(label="Search", required=False, widget=forms.TextInput(attrs={"type": "search"}))
    status = forms.ChoiceField(choices={"": "Any status", "open": "Open"}, required=False)


class SampleReason(forms.Form):
    reason = forms.CharField(help_text="The student and the course admin read it.")

    def __init__(self) -> None:
        super().__init__(prefix="reason")
        say_beside(self["reason"], readers="mentors and course admins", is_private=True)


def charts() -> dict[str, object]:
    weeks = [f"Week {n}" for n in range(1, 7)]
    runs = [
        Series("November 2026", (23, 38, 10, None, None, None), ("#charts",) * 6),
        Series("August 2026", (14, 21, 0, 19, 9, 3), ("#charts",) * 6),
    ]
    asks = {
        "label": "LLM basics",
        "value_label": "1.3",
        "share": 81.25,
        "url": "#charts",
        "note": "asked 18 times",
    }
    return {
        "columns": [
            column_chart(weeks, runs, open_at=2),
            column_chart(weeks[:4], [Series(LONG, (120_000, 1_240_000, 3, 0))]),
            column_chart(weeks, []),
        ],
        "bars": [
            Sample(**asks),
            Sample(label=LONG, value_label="1.6", share=100),
            Sample(label="RAG", value_label="under 5 students", share=None, note="asked 2 times"),
        ],
    }


def questions() -> dict[str, object]:
    """The filters of their list, and questions suggested while another one is typed."""
    rag = Milestone(pk=1, title="RAG", course=Course(title="LLM specialisation"))
    root = Question(
        pk=1,
        title="Why divide by the square root?",
        milestone=rag,
        category="concept",
        asked_at=NOW,
        status="answered",
    )
    long = Question(pk=2, title=LONG, milestone=rag, asked_at=NOW)
    answers = [
        Sample(excerpt="Because the dot products grow with the size.", html=""),
        Sample(excerpt="Does a longer context replace …", html=LONG),
        Sample(excerpt="A log that is too long for a list …", html=""),
    ]
    return {
        "suggestions": [
            Sample(question=root, is_answered=True, answers=answers, answer_count=1),
            Sample(question=root, is_own=True, is_answered=True, answers=answers, answer_count=4),
            Sample(question=long, asks_label="3 times"),
        ],
        "wait": Wait(timedelta(days=3), 1, NOW, NOW),
        "group": Group(pk=1, name="Clover"),
        "question_filters": QuestionFilterForm(
            {"mine": "on"}, prefix="question", milestones=[rag], materials=[Material(pk=1, title=LONG, milestone=rag)],
            groups=[Group(pk=1, name="Clover", cohort=Cohort(title="Autumn 2026"))],
        ),
    }  # fmt: skip


def marked_groups() -> Iterator[tuple[Group, list[PersonMark]]]:
    """Six groups, of each hue one; two students of the last begin with the same letter."""
    groups = [
        "Clover Ana Bruno",
        "Juniper Dalia",
        "Sorrel Giulia",
        "Rowan Aigerim",
        "Tansy Zanele",
        "Alder Thu Tiago",
    ]
    for hue, (name, *students) in enumerate((line.split() for line in groups), start=1):
        group = Group(name=name, hue=hue)
        people = [User(pk=n, name=student) for n, student in enumerate(students, start=1)]
        yield group, list(group.marks(people).values())


def samples() -> dict[str, object]:
    """Return the samples of the gallery, by the name that its template uses."""
    rag = Milestone(pk=1, title="RAG")
    tones = {"need_help": "act", "done": "ok"}
    return {
        "long": LONG,
        "states": [*STATES, "skipped", "unplanned", "late"],
        "icon_names": [
            "my-week", "my-groups", "courses", "questions", "trends", "reviews", "close", "lock", "back",
        ],
        "marked_groups": list(marked_groups()),
        "mentor": User(name="Marta Pires"),
        "looks": ["wait", "gone", "large"],
        "milestone": rag,
        "current": ProgressState.WORKING,
        "choices": [
            (state, tones.get(state, "quiet")) for state in ProgressState if state is not ProgressState.SKIPPED
        ],
        "material": Material(pk=1, title=LONG),
        "opinions": [
            (value, label, value == "confusing") for value, label in MaterialTick.Opinion.choices
        ],
        "dead_links": [
            Sample(
                material=Material(pk=1, title=LONG, milestone=rag),
                address="https://example.org/gone",
                found="It answers 404.",
            )
        ],
        "same_preview": Preview(shown=[], key="2c1f", seen=""),
        "other_preview": Preview(shown=[], key="2c1f", seen="9a0e"),
        "form": SampleForm(prefix="plain", initial={"title": LONG, "visibility": "group"}),
        "wrong_form": SampleForm({"wrong-title": "x" * 90, "wrong-hours": "-1"}, prefix="wrong"),
        "segments": SampleSegments(prefix="first", initial={"state": "working", "outcome": "held"}),
        "loud_segments": SampleSegments(prefix="second", initial={"state": "need_help"}),
        "wrong_segments": SampleSegments({}, prefix="third"),
        "filters": SampleFilters(prefix="filter"),
        "reason": SampleReason(),
        "conflict": Sample(
            by="Jonas Weber",
            at=NOW,
            fields=[
                Sample(label="Shared summary", theirs="We went through attention again.", yours=LONG),
                Sample(label="Request", theirs="A room for Friday", yours="", is_theirs=True),
                Sample(label="Private note", theirs="", yours="Bruno looks tired.\nAsk him on Friday."),
            ],
        ),
        "conflict_by_nobody": Sample(
            by=None, at=NOW, fields=[Sample(label="Hours", theirs="2.5", yours="3")]
        ),
        "changes": [
            Sample(at=NOW, by="Marta Pires", field="State", before="Working on it", after="Done"),
            Sample(at=NOW - timedelta(days=2), by=None, field="Note", before="", after=LONG),
        ],
        **questions(),
        **charts(),
        "page": page_of(QueryDict("page=2"), range(1, 96)),
        "tabs": [
            Sample(label="Progress", url="#", is_current=True, count=None),
            Sample(label="Check-ins", url="#", is_current=False, count=3),
        ],
        "shown_messages": [
            Message(SUCCESS, "Check-in of Clover saved"),
            Message(INFO, "You are looking at Clover as it was in spring."),
            Message(WARNING, "Clover now has four members; three is usual."),
            Message(ERROR, LONG),
        ],
    }  # fmt: skip


@audience(Audience.ANYBODY)
@login_not_required
@require_safe
def gallery(request: HttpRequest) -> HttpResponse:
    """Show each component in its states. Only DEBUG has an address for it."""
    undone = with_undo(request, "LLM basics of Bruno is done.", "#")
    return render(request, "gallery.html", {**samples(), "message_with_undo": undone})
