"""Rows for spreadsheets that read them by address: only columns named here, no text that somebody wrote.

The readers of the spreadsheet are not known. So no note, request, summary or question is among them, whatever the
owner of the address may read on pages.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from itertools import chain
from operator import itemgetter

from django.db.models import Count, Q, QuerySet

from courses.models import Cohort
from groups.models import Enrolment, Membership, Mentorship
from questions.models import Question
from sheets.dashboards.exports import CohortExport, ExportKind, file_of
from sheets.models import SheetAddress
from sheets.understanding.records.column import ExportRow

Kind = SheetAddress.Kind
type Sheet = tuple[Sequence[str], Iterator[ExportRow]]

_PROGRESS = ("Group", "Person", "Milestone", "State", "Since", "Hours", "Begun on", "Finished on", "Left on")
_CHECK_INS = ("Group", "Week of", "Outcome", "Held on", "Minutes", "Person", "Attendance", "Counts")


def living_sheet(address: SheetAddress, now: datetime) -> Sheet:
    """The header and the rows, which are read while they are sent."""
    cohort = address.cohort
    if address.kind == Kind.PROGRESS:
        header, rows = _columns(ExportKind.PROGRESS, cohort, _PROGRESS)
        return header, chain(rows, _without_progress(cohort, now))
    if address.kind == Kind.CHECK_INS:
        return _columns(ExportKind.CHECK_INS, cohort, _CHECK_INS)
    if address.kind == Kind.QUESTIONS:
        return ("Group", "Milestone", "Questions", "Times asked", "Answered"), _questions(cohort)
    has_email = address.kind == Kind.ADDRESSES
    names = ("Name", "Group", "Mentor", *(["E-mail"] if has_email else []))
    return names, _people(cohort, now, has_email=has_email)


def _columns(kind: ExportKind, cohort: Cohort, names: Sequence[str]) -> Sheet:
    header, rows = file_of(kind, CohortExport(cohort))
    return names, map(itemgetter(*map(header.index, names)), rows)


def _people(cohort: Cohort, now: datetime, *, has_email: bool) -> Iterator[ExportRow]:
    """Rows of today's students of the cohort."""
    today = cohort.today(now)
    mentors: dict[str | None, list[str]] = defaultdict(list)
    mentorships = Mentorship.objects.open(today).filter(group__cohort=cohort).order_by("started_on", "pk")
    for group, name in mentorships.values_list("group__name", "person__name"):
        mentors[group].append(name)
    groups = _groups(cohort, today)
    for pk, name, email in (
        _students(cohort, today).values_list("pk", "person__name", "person__email").iterator()
    ):
        title = groups.get(pk)
        yield (name, title, "; ".join(mentors[title]), *([email] if has_email else []))


def _without_progress(cohort: Cohort, now: datetime) -> Iterator[ExportRow]:
    """Rows of today's students who have no progress."""
    today = cohort.today(now)
    groups = _groups(cohort, today)
    nothing = [None] * len(_PROGRESS[2:])
    for pk, name in _students(cohort, today).filter(progress=None).values_list("pk", "person__name"):
        yield (groups.get(pk), name, *nothing)


def _groups(cohort: Cohort, today: date) -> dict[int, str]:
    stays = Membership.objects.open(today).filter(group__cohort=cohort)
    return dict(stays.values_list("enrolment", "group__name"))


def _students(cohort: Cohort, today: date) -> QuerySet[Enrolment]:
    return Enrolment.objects.open(today).filter(cohort=cohort).order_by("person__name", "pk")


def _questions(cohort: Cohort) -> Iterator[ExportRow]:
    """Count questions by group and milestone. A duplicate counts as asked again.

    A group is a few people, so those whose asker hides their name are not among them.
    """
    is_own = Q(duplicate_of=None)
    named = Question.objects.filter(cohort=cohort, is_asker_hidden=False)
    counted = named.values_list("group__name", "milestone__title")
    yield from counted.annotate(
        questions=Count("pk", distinct=True, filter=is_own),
        asked=Count("asks", distinct=True),
        answered=Count("pk", distinct=True, filter=is_own & Q(first_answered_at__isnull=False)),
    ).order_by("group__sort_key", "group", "milestone__position")
