"""Search of the one box: questions like the text, with their answers, then names and titles of what its reader may
open, a few of each kind.

But for questions it looks at nothing that was said: no check-in, note, request or private message.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import islice
from typing import Any, NamedTuple

from django.db.models import Prefetch, Q, QuerySet, Value
from django.db.models.functions import Coalesce, NullIf
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from courses.models import Material, Milestone
from groups.access import groups_named
from groups.models import Mentorship, marks_of
from groups.relations import Relation
from lib.marks import leaf, mark
from lib.text import folded
from questions.access.needs import needs
from questions.access.questions import QuestionAccess, Reader, with_asker
from questions.access.sight import sight_of
from questions.dashboards.question_suggestions import Suggestion, answered_before, may_be_question
from questions.models import Topic
from questions.models.question import QuestionQuerySet
from questions.search import is_titled, matching, search_words
from tracker.access.students import students_named
from trends.access.topics import topics_to_read
from trends.access.trends import all_trends

# Shown of each kind.
MOST = 5
# Titles of questions that are read, several of which may have one original or topic.
_READ = 25
# Letters that are searched for; two begin a title in three, so titles of questions are looked for from three on.
_FEWEST, _BEGINS = 2, 3

# Of a question: its id, that of its original, its title, the ids of its course and topic.
type _Titled = tuple[int, int | None, str, int, int | None]
type _IsFound = Callable[[str], bool]


class _Row(NamedTuple):
    """`note` tells it from others of its name; `sign` is the mark of a person, the leaf of a group."""

    title: str
    url: str
    note: str
    sign: SafeString = SafeString("")


@dataclass(frozen=True, slots=True)
class HitKind:
    """The first hits of a kind, with the words marked in their titles."""

    label: str
    hits: Sequence[_Row]

    @property
    def is_cut(self) -> bool:
        return len(self.hits) > MOST

    @property
    def shown(self) -> Sequence[_Row]:
        return self.hits[:MOST]


@dataclass(frozen=True, slots=True)
class SearchResult:
    """`asks_in`: where what is offered would be asked; None where it is still to choose.

    `is_searched`: the text is not too short to search for.
    """

    text: str
    asks_in: Relation | None
    milestone: int | None = None
    offered: Sequence[Suggestion] = ()
    kinds: tuple[HitKind, ...] = ()
    is_searched: bool = True

    @property
    def count(self) -> int:
        return len(self.offered) + sum(len(kind.shown) for kind in self.kinds)

    @property
    def is_cut(self) -> bool:
        return any(kind.is_cut for kind in self.kinds)

    @property
    def is_promised(self) -> bool:
        """Whether the text may be a question of a student."""
        return bool(self.asks_in and self.asks_in.enrolment_id) and may_be_question(self.text)


def search(reader: Reader, text: str, asks_in: Relation | None, milestone: int | None) -> SearchResult:
    """Return questions that are like the text, and what has it in its name or title."""
    text = " ".join(text.split())
    words = search_words(text)
    if len(folded(text)) < _FEWEST or not words:
        return SearchResult(text, asks_in, is_searched=False)
    is_found: _IsFound = lambda title: is_titled(title, words)  # noqa: E731
    courses = sight_of(reader.user, reader.relations).courses
    visible = reader.visible_questions()
    is_long = any(len(word) >= _BEGINS or not word.isascii() for word in words)
    matches = (
        matching(visible, text, in_title=True).order_by("-asked_at", "-pk") if is_long else visible.none()
    )
    titled = list(
        matches.values_list("pk", "duplicate_of", "title", "cohort__course", "placement__topic")[:_READ]
    )
    offered = answered_before(reader, text, asks_in, milestone)
    offered_ids = {row.question.pk for row in offered}
    kinds = {
        "People": _people(reader, text),
        "Groups": _groups(reader, text),
        "Milestones": _milestones(courses, is_found),
        "Materials": _materials(courses, is_found),
        "Questions": _questions(reader, visible, titled, offered_ids),
        "Topics": _topics(reader, titled, is_found, matches),
        "To improve": _to_improve(reader, is_found),
    }
    found = (
        HitKind(label, [row._replace(title=_marked(row.title, words)) for row in islice(rows, MOST + 1)])
        for label, rows in kinds.items()
    )
    return SearchResult(text, asks_in, milestone, offered, tuple(kind for kind in found if kind.hits))


def _marked(title: str, words: Sequence[str]) -> SafeString:
    parts = (
        (format_html("<mark>{}</mark>", part) if folded(part).startswith(tuple(words)) else part,)
        for part in title.split(" ")
    )
    return format_html_join(" ", "{}", parts)


def _people(reader: Reader, text: str) -> Iterator[_Row]:
    now = reader.relations.now
    found = []
    for student in students_named(reader.user, text, now, MOST + 1):
        today = student.cohort.today(now)
        group = next((stay.group for stay in student.memberships.all() if stay.is_open(today)), None)
        found.append((student, group))
    marks = marks_of((group, student.person) for student, group in found if group)
    for student, group in found:
        url = reverse("tracker:student-detail", args=[student.pk])
        note = _note(group.name if group else "", student.cohort.title)
        sign = marks[group.pk, student.person_id] if group else student.person.mark
        yield _Row(student.person.name, url, note, mark(sign))


def _groups(reader: Reader, text: str) -> Iterator[_Row]:
    relations = reader.relations
    mentors = Mentorship.objects.open(relations.now.date()).select_related("person").order_by("pk")
    rows = groups_named(reader.user, text, relations.now).select_related("cohort")
    rows = rows.prefetch_related(Prefetch("mentorships", mentors))
    own = sight_of(reader.user, relations).groups
    for group in rows.order_by("-cohort__starts_on", "sort_key", "pk")[: MOST + 1]:
        # Former members read no more of a group than what was there in their time.
        is_led = group.pk in own or relations.administers(group.cohort.course_id)
        names = [each.person.name for each in group.mentorships.all() if is_led]
        yield _Row(group.name, group.get_absolute_url(), _note(group.cohort.title, *names), leaf(group.hue))


def _milestones(courses: Iterable[int], is_found: _IsFound) -> Iterator[_Row]:
    rows = Milestone.objects.filter(course__in=courses).order_by("course__title", "course", "position")
    for pk, title, course in rows.values_list("pk", "title", "course__title"):
        if is_found(title):
            yield _Row(title, reverse("questions:milestone-questions", args=[pk]), course)


def _materials(courses: Iterable[int], is_found: _IsFound) -> Iterator[_Row]:
    rows = Material.objects.in_use().filter(milestone__course__in=courses)
    rows = rows.order_by("milestone__course", "milestone__position", "position", "pk")
    for title, url, kind, milestone, about in rows.values_list(
        "title", "url", "kind", "milestone", "milestone__title"
    ):
        if is_found(title):
            address = url or reverse("questions:milestone-questions", args=[milestone])
            yield _Row(title, address, _note(about, Material.Kind(kind).label))


def _questions(
    reader: Reader, visible: QuestionQuerySet, titled: Iterable[_Titled], offered: Collection[int]
) -> Iterator[_Row]:
    originals = dict.fromkeys(original or pk for pk, original, *_ in titled)
    ids = [pk for pk in originals if pk not in offered][: MOST + 1]
    rows = {
        row.pk: row for row in with_asker(visible.filter(pk__in=ids), reader).defer("search_text", "detail")
    }
    for question in (rows[pk] for pk in ids if pk in rows):
        label = QuestionAccess(question, reader).asker_label
        yield _Row(question.title, question.get_absolute_url(), _note(label, question.get_status_display()))


def _topics(
    reader: Reader, titled: Iterable[_Titled], is_found: _IsFound, matches: QuestionQuerySet
) -> Iterator[_Row]:
    """By their name for course admins, who see all of their questions; for mentors by a question that they see."""
    accesses = all_trends(reader.user, reader.relations.now)
    administered = reader.relations.administered
    name = Coalesce(NullIf("title", Value("")), "representative__title", Value(""))
    topics = Topic.objects.standing().filter(course__in=administered).values_list("pk", "course", name)
    # Few have a name of their own; thousands are named by a question, whose titles have an index.
    named = topics.filter(~Q(title="") | Q(representative__in=matches.values("pk")))
    found = {pk: (course, title) for pk, course, title in named if is_found(title)}
    found |= {topic: (of, title) for *_, title, of, topic in titled if topic and of not in administered}
    courses = {course for course, _ in found.values()}
    readable: list[QuerySet[Any, Any]] = [
        topics_to_read(access).filter(pk__in=found).values_list("pk", "course__title")
        for access in accesses
        if access.course.pk in courses
    ]
    rows = reduce(lambda one, other: one.union(other), readable) if readable else ()
    for title, pk, course in sorted((found[pk][1], pk, course) for pk, course in rows):
        yield _Row(title, reverse("trends:topic-detail", args=[pk]), course)


def _to_improve(reader: Reader, is_found: _IsFound) -> Iterator[_Row]:
    """For people who see their list: the admins of the course."""
    if not reader.relations.administered:
        return
    rows = needs().filter(course__in=reader.relations.administered, course__archived_at=None)
    titles = ("question__title", "topic__title", "topic__representative__title", "material__title")
    found = [
        pk for pk, *of in rows.values_list("pk", *titles) if any(is_found(title) for title in of if title)
    ]
    for need in rows.filter(pk__in=found).order_by("-state_since", "-pk")[: MOST + 1]:
        yield _Row(str(need.subject), need.get_absolute_url(), _note(need.why, need.get_state_display()))


def _note(*parts: str) -> str:
    return " · ".join(part for part in parts if part)
