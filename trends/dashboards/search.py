"""What one box finds: names and titles of what its reader may open, a few of each kind.

It looks at nothing that was said: no detail or answer, no check-in, note, request or private message. 12 to 18
queries, whatever there is; up to eight more while questions that are alike fill up those with all words.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from courses.models import Material, Milestone
from groups.access import groups_named
from groups.models import Mentorship
from lib.text import folded
from questions.access.needs import needs
from questions.access.questions import QuestionAccess, Reader, with_asker
from questions.access.sight import questions_visible_to, sight_of
from questions.candidates import NOT_ASKED, alike
from questions.models import MaterialNeed, Topic
from questions.models.question import QuestionQuerySet
from questions.search import is_titled, matching, search_words
from questions.similar import Text
from tracker.access.students import students_named
from trends.access.topics import topics_to_read
from trends.access.trends import TrendsAccess, all_trends
from trends.dashboards.topic_rows import shown_topics

# Shown of each kind; how many questions that are alike fill those up whose titles have all words.
MOST, _ALIKE = 5, 3
# Of several questions with one original, so many times more are read than are shown.
_READ = 5
# Questions whose topics are looked at.
_MOST_TOPICS = 50
# Letters with which a title is looked for.
_BEGINS = 3
# Letters that are searched for.
_FEWEST = 2


@dataclass(frozen=True, slots=True)
class Hit:
    """`title` has the words that were looked for marked; `note` tells it from others of its name."""

    title: SafeString
    url: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class HitKind:
    label: str
    hits: Sequence[Hit]

    @property
    def is_cut(self) -> bool:
        return len(self.hits) > MOST

    @property
    def shown(self) -> Sequence[Hit]:
        return self.hits[:MOST]


@dataclass(frozen=True, slots=True)
class SearchResult:
    text: str
    kinds: tuple[HitKind, ...] = ()

    @property
    def count(self) -> int:
        return sum(len(kind.shown) for kind in self.kinds)

    @property
    def is_cut(self) -> bool:
        return any(kind.is_cut for kind in self.kinds)


def search(reader: Reader, text: str, milestone_id: int | None = None) -> SearchResult:
    """Return what has the text in its name or title; questions about the milestone are the likelier to be alike."""
    text = " ".join(text.split())
    words = search_words(text)
    if len(folded(text)) < _FEWEST or not words:
        return SearchResult(text)
    courses = sight_of(reader.user, reader.relations).courses
    visible = questions_visible_to(reader.user, reader.relations.now)
    # Two letters begin a title in three: as a word of its own they are among what is alike.
    has_beginning = any(len(word) >= _BEGINS or not word.isascii() for word in words)
    titles = visible if has_beginning else visible.none()
    titled = _titled(reader, titles, text)
    seen = {access.question.pk for access in titled}
    others = _alike(reader, visible, text, milestone_id, seen) if len(titled) < MOST else []
    kinds = {
        "People": _people(reader, text),
        "Groups": _groups(reader, text),
        "Milestones": _milestones(courses, words),
        "Materials": _materials(courses, words),
        "Questions": map(_question, titled),
        "Asked before?": map(_question, others),
        "Topics": _topics(reader, titles, text, words),
        "To improve": _to_improve(reader, words),
    }
    listed = (HitKind(label, [_hit(words, *row) for row in rows]) for label, rows in kinds.items())
    return SearchResult(text, tuple(kind for kind in listed if kind.hits))


type _Row = tuple[str, str, str]


def _hit(words: Sequence[str], title: str, url: str, note: str) -> Hit:
    return Hit(_marked(title, words), url, note)


def _marked(title: str, words: Sequence[str]) -> SafeString:
    is_found: Callable[[str], bool] = lambda part: folded(part).startswith(tuple(words))  # noqa: E731
    parts = ((format_html("<mark>{}</mark>", part) if is_found(part) else part,) for part in title.split(" "))
    return format_html_join(" ", "{}", parts)


def _people(reader: Reader, text: str) -> Iterator[_Row]:
    now = reader.relations.now
    for student in students_named(reader.user, text, now, MOST + 1):
        today = student.cohort.today(now)
        group = next((stay.group.name for stay in student.memberships.all() if stay.is_open(today)), "")
        url = reverse("tracker:student-detail", args=[student.pk])
        yield student.person.name, url, _note(group, student.cohort.title)


def _groups(reader: Reader, text: str) -> Iterator[_Row]:
    relations = reader.relations
    mentors = Mentorship.objects.open(relations.now.date()).select_related("person").order_by("pk")
    rows = groups_named(reader.user, text, relations.now).select_related("cohort")
    rows = rows.prefetch_related(Prefetch("mentorships", mentors))
    own = sight_of(reader.user, relations).groups
    for group in rows.order_by("-cohort__starts_on", "sort_key", "pk")[: MOST + 1]:
        # Who left a group reads no more of it than what was there then.
        is_led = group.pk in own or relations.administers(group.cohort.course_id)
        names = [each.person.name for each in group.mentorships.all() if is_led]
        yield group.name, group.get_absolute_url(), _note(group.cohort.title, *names)


def _milestones(courses: Iterable[int], words: Sequence[str]) -> list[_Row]:
    rows = Milestone.objects.filter(course__in=courses).select_related("course")
    found = [
        row for row in rows.order_by("course__title", "course", "position") if is_titled(row.title, words)
    ]
    return [
        (row.title, reverse("questions:milestone-questions", args=[row.pk]), row.course.title)
        for row in found[: MOST + 1]
    ]


def _materials(courses: Iterable[int], words: Sequence[str]) -> list[_Row]:
    columns = ("title", "url", "kind", "milestone", "milestone__title")
    rows = Material.objects.in_use().filter(milestone__course__in=courses).values_list(*columns)
    found = list(rows.order_by("milestone__course", "milestone__position", "position", "pk"))
    return [
        (
            title,
            url or reverse("questions:milestone-questions", args=[milestone]),
            _note(about, Material.Kind(kind).label),
        )
        for title, url, kind, milestone, about in found
        if is_titled(title, words)
    ][: MOST + 1]


def _titled(reader: Reader, visible: QuestionQuerySet, text: str) -> list[QuestionAccess]:
    # By ids first: what a question is shown by is read for the few that are shown.
    matches = matching(visible, text, in_title=True).order_by("-asked_at", "-pk")
    pairs = matches.values_list("pk", "duplicate_of")[: _READ * MOST]
    return _in_order(
        reader, visible, list(dict.fromkeys(original or pk for pk, original in pairs))[: MOST + 1]
    )


def _alike(
    reader: Reader, visible: QuestionQuerySet, text: str, milestone_id: int | None, leave_out: set[int]
) -> list[QuestionAccess]:
    typed = Text(NOT_ASKED, text, milestone=milestone_id)
    found = alike(visible, typed, leave_out=leave_out, limit=_ALIKE)
    return _in_order(reader, visible, [match.original for match in found])


def _in_order(reader: Reader, visible: QuestionQuerySet, ids: list[int]) -> list[QuestionAccess]:
    """The questions of these ids that the reader may see."""
    rows = {row.pk: row for row in with_asker(visible.filter(pk__in=ids)).defer("search_text", "detail")}
    return [QuestionAccess(rows[pk], reader) for pk in ids if pk in rows]


def _question(access: QuestionAccess) -> _Row:
    question = access.question
    return (
        question.title,
        question.get_absolute_url(),
        _note(access.asker_label, question.get_status_display()),
    )


def _topics(reader: Reader, visible: QuestionQuerySet, text: str, words: Sequence[str]) -> list[_Row]:
    """By the title that the reader may see: that of a question that they see, or its name if they see all of them."""
    accesses = all_trends(reader.user, reader.relations.now)
    if not accesses:
        return []
    courses = {access.course.pk: access.course.title for access in accesses}
    names = Topic.objects.standing().filter(course__in=courses).exclude(title="").values_list("pk", "title")
    named = {pk for pk, title in names if is_titled(title, words)}
    of_courses = visible.filter(cohort__course__in=courses).exclude(placement__topic=None)
    placed = matching(of_courses, text, in_title=True).order_by("-asked_at", "-pk")
    wanted = named.union(placed.values_list("placement__topic", flat=True)[:_MOST_TOPICS])
    if not wanted:
        return []
    of_course = [_topics_of(access, wanted) for access in accesses]
    found = of_course[0].union(*of_course[1:], all=True) if len(of_course) > 1 else of_course[0]
    rows = sorted((title, pk, course) for pk, title, course in found if title and is_titled(title, words))
    return [
        (title, reverse("trends:topic-detail", args=[pk]), courses[course])
        for title, pk, course in rows[: MOST + 1]
    ]


def _topics_of(access: TrendsAccess, wanted: Collection[int]) -> QuerySet[Any, Any]:
    readable = topics_to_read(access).filter(pk__in=wanted).values("pk")
    columns = ("pk", "shown_title", "course")
    return shown_topics(access).filter(pk__in=readable).order_by().values_list(*columns)


def _to_improve(reader: Reader, words: Sequence[str]) -> Iterator[_Row]:
    """For who sees their list: the admins of the course."""
    rows = MaterialNeed.objects.filter(
        course__in=reader.relations.administered, course__archived_at=None
    ).order_by("-state_since", "-pk")
    titles = ("question__title", "topic__title", "topic__representative__title", "material__title")
    found = [
        pk
        for pk, *of in rows.values_list("pk", *titles)
        if any(is_titled(title, words) for title in of if title)
    ][: MOST + 1]
    for need in needs().filter(pk__in=found).order_by("-state_since", "-pk") if found else ():
        yield str(need.subject), need.get_absolute_url(), _note(need.why, need.get_state_display())


def _note(*parts: str) -> str:
    return " · ".join(part for part in parts if part)
