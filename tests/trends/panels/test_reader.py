"""A panel counts what its reader may count, in whatever course."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.http import QueryDict

import trends
from people.models import User
from questions.models import Question
from tests.conftest import NOW, Cast
from tests.factories.courses import CohortFactory
from tests.factories.groups import GroupFactory, MembershipFactory
from tests.factories.questions import AnswerFactory, AskFactory, QuestionFactory
from tests.factories.tracker import ProgressFactory
from tests.trends.asked_story import AskedStory, tell_asked
from tracker.models import MaterialTick
from trends.access.trends import trends_access
from trends.counts import TrendCounts, trend_view
from trends.panels import PANELS
from trends.panels.head import trend_head


@pytest.mark.parametrize("query", ["", "since=2026-09-07", "group=Clover"])
def test_mentor_reads_of_no_other_group(cast: Cast, query: str) -> None:
    story = tell_asked(cast)
    before = _read(cast, query)
    _fill_other_groups(cast, story)
    after = _read(cast, query)
    assert [name for name, shown in before.items() if shown != after[name]] == []


def test_only_the_view_reads_rows_for_panels() -> None:
    app = Path(trends.__file__).parent
    modules = [*(app / "panels").rglob("*.py"), *(app / "counts").rglob("*.py")]
    assert [path.name for path in modules if ".objects" in path.read_text()] == ["view.py"]


def _read(cast: Cast, query: str) -> dict[str, Any]:
    """What Marta reads in each panel, and in the head of the page."""
    marta = User.objects.get(pk=cast.marta.pk)
    counts = TrendCounts(trend_view(trends_access(marta, cast.course.slug, NOW), QueryDict(query)))
    contents = {name: panel.content(counts) for name, panel in PANELS.items()}
    # Another cohort is compared only if it asked, and no other has this group.
    assert [name for name, shown in contents.items() if not shown] == (
        ["cohorts"] if "group" in query else []
    )
    findings = {f"finding of {name}": panel.finding(counts) for name, panel in PANELS.items()}
    return contents | findings | {"head": trend_head(counts)}


def _fill_other_groups(cast: Cast, story: AskedStory) -> None:
    """Marta mentors Clover and Willow. In all other groups of the course they are at everything, and ask a lot."""
    summer = CohortFactory.create(
        course=cast.course, title="Summer 2026", starts_on=NOW.date() - timedelta(60)
    )
    ines = cast.person("ines")
    groups = [cast.juniper, *GroupFactory.create_batch(2, cohort=cast.cohort)]
    groups += [*GroupFactory.create_batch(2, cohort=summer), GroupFactory.create(cohort=story.spring)]
    for group in groups:
        stays = MembershipFactory.create_batch(3, group=group)
        for n, stay in enumerate(stays):
            MaterialTick.objects.create(
                enrolment=stay.enrolment,
                material=story.material,
                group=group,
                opinion="confusing",
                ticked_at=NOW,
            )
            for milestone in cast.milestones:
                ProgressFactory.create(enrolment=stay.enrolment, milestone=milestone, started_on=NOW.date())
                question = QuestionFactory.create(
                    membership=stay,
                    milestone=milestone,
                    material=story.material if milestone == story.material.milestone else None,
                    category=Question.Category.values[n],
                    asked_at=NOW - timedelta(days=20 * n),
                    visibility="course",
                )
                AskFactory.create(
                    question=question, group=group, asked_at=NOW - timedelta(days=1), logged_by=ines
                )
        AskFactory.create(question=story.why, group=group, asked_at=NOW - timedelta(days=1), logged_by=ines)
        answered = QuestionFactory.create(
            membership=stays[0], milestone=cast.milestones[0], asked_at=NOW - timedelta(days=9)
        )
        AnswerFactory.create(question=answered, answered_by=ines, answered_at=NOW)
        Question.objects.filter(pk=answered.pk).update(status="answered", first_answered_at=NOW)
