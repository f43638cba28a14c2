"""Requests for help that nobody has answered, as the red line says them on every page."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from courses.models import Cohort
from groups.models import Group
from lib.marks import PersonMark
from questions.models import Question
from tracker.dashboards.grid import Member
from tracker.models import Progress
from tracker.standing import Mark, ReasonCode, help_age


@dataclass(frozen=True, slots=True, kw_only=True)
class HelpLine:
    """A request for help that nobody has answered: where, since when, and its words, if it has any."""

    enrolment_id: int
    who: str
    mark: PersonMark
    group: Group
    milestone_id: int
    milestone: str
    since: datetime
    age: str
    question: Question | None

    @property
    def words(self) -> str:
        return f"“{self.question.title}”" if self.question else "No words yet."

    @property
    def answer_url(self) -> str:
        """The address to answer at: the question's, where there is one."""
        return reverse(
            "tracker:help-answer", args=[self.enrolment_id], query={"milestone": self.milestone_id}
        )


def age_of(need: Mark, cohort: Cohort, now: datetime) -> str:
    """Return the age of a request for help, on every page and in every mail; late only if its moment is known."""
    since = need.state_since or need.changed_at
    wait = cohort.wait(since, now, days=cohort.course.help_days)
    days = (cohort.today(now) - cohort.today(since)).days
    return help_age(days, wait.late_days if need.state_since else None)


def help_lines_of(
    member: Member,
    cohort: Cohort,
    now: datetime,
    *,
    names: Mapping[int, str] | None = None,
    marks: Mapping[int, PersonMark] | None = None,
) -> Iterator[HelpLine]:
    """Yield what a student asks for help with, unless they are snoozed.

    Args:
        names: what the students of their group are called on the page.
        marks: those of the group, by person.
    """
    standing, facts = member.standing, member.facts
    if standing.is_set_aside or not any(each.code is ReasonCode.NEEDS_HELP for each in standing.reasons):
        return
    person, group = member.membership.enrolment.person, member.membership.group
    titles = {each.id: each.title for each in facts.plan}
    for milestone_id in member.requests:
        need = facts.marks[milestone_id]
        assert isinstance(need, Progress), "facts have rows of the database"  # noqa: S101
        yield HelpLine(
            enrolment_id=member.enrolment_id,
            who=names[member.enrolment_id] if names else member.short_name,
            mark=(marks or group.marks([person]))[person.pk],
            group=group,
            milestone_id=milestone_id,
            milestone=titles.get(milestone_id, "a milestone that is not in the plan"),
            since=facts.help_needed_at(need),
            age=age_of(need, cohort, now),
            question=need.question,
        )
