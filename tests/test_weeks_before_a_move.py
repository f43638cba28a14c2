"""Weeks before a move stay with the group of then: Ana goes from Clover to Juniper in week 3, and back in week 5.

Just before and after the way back, all that tells of the weeks before it is read by everybody who may, and compared.
"""

import csv
import io
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import time_machine
from django.http import QueryDict
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook

from groups.actions.enrolment import join_group
from groups.models import Group
from lib.weeks import Week
from questions.models import Question
from tests.conftest import Cast
from tests.factories.questions import QuestionFactory
from tests.factories.tracker import AgreedStepFactory, CheckInEntryFactory, CheckInFactory, CodeReviewFactory
from tracker.actions.progress import mark
from tracker.models import CodeReview, Progress
from trends.access.trends import trends_access
from trends.counts import TrendCounts, trend_view
from trends.panels import PANELS

_CHANGING = re.compile(
    r'name="(csrfmiddlewaretoken|form_key)" value="[^"]*"|nonce="[^"]*"|"X-CSRFToken": "[^"]*"'
)
_ENTRY = re.compile(r'<h2 id="e\d+">(.*)</h2>')
_DAY = re.compile(r"20\d\d-\d\d-\d\d")


def at(month: int, day: int, hour: int = 10) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=UTC)


def week_happens(cast: Cast, monday: date, milestone: int) -> None:
    """Each group meets on Thursday; Ana, Bruno and Dalia ask, mark and have code reviewed."""
    thursday = datetime.combine(monday + timedelta(days=3), datetime.min.time(), UTC) + timedelta(hours=9)
    ana = cast.enrolment("ana")
    her_group = ana.memberships.get(ended_on=None).group
    for group, mentor in ((cast.clover, cast.marta), (cast.juniper, cast.tomas)):
        check_in = CheckInFactory.create(
            group=group, week_starts_on=monday, held_on=thursday.date(), logged_by=mentor, logged_at=thursday,
            summary=f"{group} met", private_note=f"{group} is tired",
        )  # fmt: skip
        if group == her_group:
            CheckInEntryFactory.create(check_in=check_in, enrolment=ana, note="needs time")
            AgreedStepFactory.create(
                group=group, enrolment=ana, check_in=check_in, agreed_by=mentor, agreed_at=thursday, state="done",
                closed_at=thursday, closed_by=mentor,
            )  # fmt: skip
    for name in ("ana", "bruno", "dalia"):
        stay = cast.enrolment(name).memberships.get(ended_on=None)
        QuestionFactory.create(
            membership=stay, asked_at=thursday, visibility="group", title=f"{name} {monday}"
        )
        if milestone < len(cast.milestones):
            row = cast.milestones[milestone]
            for n, state in enumerate(("working", "need_help") if name == "ana" else ("done",)):
                at_ = thursday + timedelta(hours=n)
                mark(enrolment=stay.enrolment, milestone=row, state=state, by=stay.enrolment.person, at=at_)
    if her_group == cast.clover:
        CodeReviewFactory.create(
            group=her_group, milestone=cast.milestones[milestone], author=ana, reviewer=cast.enrolment("bruno"),
            state="approved", requested_at=thursday, changed_at=thursday + timedelta(hours=2),
        )  # fmt: skip


def shown(browser: Client, url: str, **fields: Any) -> str:
    answer = browser.get(url, fields)
    if answer.status_code != 200:
        return str(answer.status_code)
    body = b"".join(answer) if answer.streaming else answer.content
    return _CHANGING.sub("", body.decode())


def until_then(rows: list[list[str]], until: date) -> list[list[str]]:
    """Rows of a table whose first day is not later. Days from then on are left out of them: what became of it since."""
    kept = []
    for row in rows:
        days = _DAY.findall(" ".join(row))
        if days and min(days) <= until.isoformat():
            kept.append(
                [cell for cell in row if not (_DAY.findall(cell) and max(_DAY.findall(cell)) > str(until))]
            )
    return kept


def told(cast: Cast, until: date) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Everything that is told of the weeks until that Sunday: by the mentors of each group, and by the course admin."""
    yield from told_to_mentor(cast, cast.clover, "marta", until)
    yield from told_to_mentor(cast, cast.juniper, "tomas", until)
    yield from told_to_course_admin(cast, until)


def told_to_mentor(
    cast: Cast, group: Group, name: str, until: date
) -> Iterator[tuple[tuple[str, ...], object]]:
    browser = browser_of(cast, name)
    week = Week.of(cast.cohort.starts_on)
    while week.ends_on <= until:
        url = f"/groups/{group.pk}/check-ins/{week.iso}/"
        yield (url,), shown(browser, url)
        # The form has those of its week, in the order of today's attention.
        yield (f"{url}log/",), sorted(_ENTRY.findall(shown(browser, f"{url}log/")))
        week = week.next()
    weeks = browser.get(f"/groups/{group.pk}/check-ins/").context["weeks"]
    yield ("check-ins", str(group)), [row for row in weeks if row["week"].ends_on <= until]
    for tab, rows in workbook_of(browser, group.pk).items():
        # A new member brings all that they did along, and it names the group of then.
        own = [row for row in rows if tab != "Progress" or row[0] == group.name]
        yield ("workbook", str(group), tab), until_then(own, until)
    yield from figures(cast, group, name, until)


def figures(cast: Cast, group: Group, name: str, until: date) -> Iterator[tuple[tuple[str, ...], object]]:
    chosen = QueryDict(urlencode({"until": until, "group": group}))
    counts = TrendCounts(
        trend_view(trends_access(cast.person(name), cast.course.slug, timezone.now()), chosen)
    )
    for panel in PANELS.values():
        yield (name, panel.name, str(group)), panel.content(counts)


def told_to_course_admin(cast: Cast, until: date) -> Iterator[tuple[tuple[str, ...], object]]:
    ines = browser_of(cast, "ines")
    for group in (cast.clover, cast.juniper):
        yield from figures(cast, group, "ines", until)
    for question in Question.objects.filter(asked_at__date__lte=until):
        yield ("question", question.title), shown(ines, f"/questions/{question.pk}/")
    for review in CodeReview.objects.filter(requested_at__date__lte=until):
        yield ("review", str(review.pk)), shown(ines, review.get_absolute_url())
    # Of mentors, whoever leads today reads all of a story, others their own weeks: she reads all before and after.
    story = ines.get(f"/students/{cast.ana.enrolment_id}/?earlier=1").context["timeline"]
    events = [event for week in story.weeks for event in week.events if event.day <= until]
    yield ("story",), [(event.day, event.lead, event.what, event.note, event.summary) for event in events]
    days = {"progress": "Since", "check-ins": "Week of", "questions": "Asked on", "people": "From"}
    for kind, day in days.items():
        body = shown(ines, f"/cohorts/{cast.cohort.pk}/export/csv/{kind}/")
        rows = csv.DictReader(io.StringIO(body.removeprefix("\ufeff"), newline=""))
        # A later end of a stay stands in its row, but not where it was.
        later = ("Until", "Why it ended", "Last active")
        of_then = [row for row in rows if row[day][:10] <= str(until)]
        yield (kind,), [{k: v for k, v in row.items() if k not in later} for row in of_then]
    listed = ines.get(f"/cohorts/{cast.cohort.pk}/", {"show": "check-ins"}).context["list"]
    past = [n for n, week in enumerate(listed["weeks"]) if week.ends_on <= until]
    yield ("board",), {str(group): [cells[n] for n in past] for group, cells in listed["page"]}


def browser_of(cast: Cast, name: str) -> Client:
    browser = Client()
    browser.force_login(cast.person(name))
    return browser


def workbook_of(browser: Client, group_id: int) -> dict[str, list[list[str]]]:
    answer = browser.get(f"/groups/{group_id}/workbook/")
    book = load_workbook(io.BytesIO(answer.content))
    # The tracker, the plan and the people say how it is today.
    return {
        sheet.title: [
            ["" if cell is None else str(cell) for cell in row] for row in sheet.iter_rows(values_only=True)
        ]
        for sheet in book
        if sheet.title in {"Progress", "Check-ins", "Agreed steps", "Code reviews", "Answers", "Asks"}
    }


def test_weeks_before_a_move_stay_as_they_were(cast: Cast) -> None:
    ana = cast.enrolment("ana")
    Progress.objects.create(
        enrolment=ana,
        milestone=cast.milestones[3],
        state="working",
        changed_at=at(8, 31),
        changed_by=cast.marta,
    )
    for n, monday in enumerate((date(2026, 8, 31), date(2026, 9, 7))):
        week_happens(cast, monday, n)
    with time_machine.travel(at(9, 16, 12), tick=False):
        join_group(enrolment=ana, group=cast.juniper, on=date(2026, 9, 16), by=cast.ines, at=at(9, 16, 12))
    for n, monday in enumerate((date(2026, 9, 14), date(2026, 9, 21)), start=2):
        week_happens(cast, monday, n)
    with time_machine.travel(at(9, 30, 12), tick=False):
        before = dict(told(cast, date(2026, 9, 27)))
        join_group(enrolment=ana, group=cast.clover, on=date(2026, 9, 30), by=cast.ines, at=at(9, 30, 12))
        after = dict(told(cast, date(2026, 9, 27)))
    # Her earlier mentors read no less of the weeks before, and nobody reads something else.
    assert len(before) > 70
    changed = [key for key in before if before[key] != after.get(key)]
    assert {key: (before[key], after.get(key)) for key in changed} == {}
    of_ana = {(row["Milestone"], row["Group"]) for row in after["progress",] if row["Person"] == "Ana Ruivo"}
    assert of_ana == {
        ("LLM basics", "Clover"),
        ("Prompt engineering", "Clover"),
        ("Indexation", "Juniper"),
        ("RAG", "Juniper"),
    }
