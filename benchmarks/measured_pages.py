"""The pages that are measured, and who looks at them. Sizes and roles differ; the pages are the same in every table."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from django.test import Client
from django.urls import reverse

from benchmarks.learners import Installation
from tests.sent_form import fields_of

type Fields = Callable[[Client, Installation], Mapping[str, str]]
# Half a line, as it stands while somebody types.
TYPED = "Why does the tokenizer fail with long"


class PageReader(StrEnum):
    STUDENT = "student"
    MENTOR = "mentor"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class MeasuredPage:
    """A page and who asks for it; with `fields` it is a form that is sent.

    Args:
        address: URL name, and its arguments: names of fields of `Installation`, or words as they are.
        query: what stands behind the question mark.
        target: what htmx will put the answer into, "" for a page of its own.
    """

    name: str
    reader: PageReader
    address: tuple[str, ...]
    query: Mapping[str, str] = field(default_factory=dict)
    fields: Fields | None = None
    target: str = ""

    def url(self, installation: Installation) -> str:
        name, *wanted = self.address
        return reverse(
            name, args=[_in_url(getattr(installation, each, each)) for each in wanted], query=self.query
        )

    def headers(self, installation: Installation) -> dict[str, str]:
        return {"HX-Request": "true", "HX-Target": self.target.format(installation)} if self.target else {}


def _in_url(thing: object) -> object:
    """A week and a course have a word in addresses, everything else has its id."""
    for name in ("iso", "slug", "pk"):
        if hasattr(thing, name):
            return getattr(thing, name)
    return thing


def _check_in(client: Client, installation: Installation) -> Mapping[str, str]:
    """The form as it is shown, with a note and a next step typed into it."""
    page = client.get(reverse("tracker:check-in-log", args=[installation.group.pk, installation.week.iso]))
    fields = fields_of(page.text, "check-in")
    return fields | {
        f"e{installation.enrolment.pk}-note": "Attention is clear now.",
        f"n{installation.enrolment.pk}-text": "Read the page on chunking",
    }


def _mark(client: Client, installation: Installation) -> Mapping[str, str]:
    return {"mark": f"{installation.enrolment.pk}-{installation.milestone.pk}-done"}


def _question(client: Client, installation: Installation) -> Mapping[str, str]:
    return {"title": f"{TYPED} documents?", "visibility": "cohort"}


_STUDENT, _MENTOR, _ADMIN = PageReader.STUDENT, PageReader.MENTOR, PageReader.ADMIN
FLOOR = MeasuredPage("floor", _STUDENT, ("floor",))
PAGES = (
    MeasuredPage("my week", _STUDENT, ("tracker:my-week",)),
    MeasuredPage("my groups, three", _MENTOR, ("tracker:my-groups",)),
    MeasuredPage("course of a student", _STUDENT, ("tracker:course-detail", "course")),
    MeasuredPage("course of a mentor", _MENTOR, ("tracker:course-detail", "course")),
    MeasuredPage("course of an admin", _ADMIN, ("tracker:course-detail", "course")),
    MeasuredPage("check-in form", _MENTOR, ("tracker:check-in-log", "group", "week")),
    MeasuredPage("group page", _ADMIN, ("tracker:group-detail", "group")),
    MeasuredPage("own history", _STUDENT, ("tracker:student-detail", "enrolment")),
    MeasuredPage("a student's history", _MENTOR, ("tracker:student-detail", "enrolment")),
    MeasuredPage("questions of a student", _STUDENT, ("questions:question-list",)),
    MeasuredPage("questions of a mentor", _MENTOR, ("questions:question-list",)),
    MeasuredPage("questions of an admin", _ADMIN, ("questions:question-list",)),
    MeasuredPage("search of a student", _STUDENT, ("questions:question-list",), {"q": "tokenizer fail"}),
    MeasuredPage("search of an admin", _ADMIN, ("questions:question-list",), {"q": "tokenizer fail"}),
    MeasuredPage("offers while typing", _STUDENT, ("questions:question-similar", "group"), {"title": TYPED}),
    MeasuredPage("board", _ADMIN, ("tracker:board", "cohort")),
    MeasuredPage("everybody", _ADMIN, ("tracker:everybody", "cohort")),
    MeasuredPage("people", _ADMIN, ("groups:cohort-people", "cohort")),
    MeasuredPage("groups", _ADMIN, ("tracker:cohort-groups", "cohort")),
    MeasuredPage("export page", _ADMIN, ("sheets:export", "cohort")),
    MeasuredPage("export of progress, CSV", _ADMIN, ("sheets:export-csv", "cohort", "progress")),
    MeasuredPage("trends of a mentor", _MENTOR, ("trends:trends", "course")),
    MeasuredPage("trends of an admin", _ADMIN, ("trends:trends", "course")),
    MeasuredPage("topics", _ADMIN, ("trends:topic-list", "course")),
    MeasuredPage(
        "mark a milestone",
        _MENTOR,
        ("tracker:progress-mark", "group"),
        fields=_mark,
        target="group-{0.group.pk}",
    ),
    MeasuredPage("save a check-in", _MENTOR, ("tracker:check-in-log", "group", "week"), fields=_check_in),
    MeasuredPage("ask a question", _STUDENT, ("questions:question-new", "group"), fields=_question),
)
