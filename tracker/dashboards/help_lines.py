"""Requests for help that nobody has answered, as the red line says them on every page."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.urls import reverse

from courses.models import Cohort
from groups.models import Group
from lib.days import relative_day
from questions.models import Question
from tracker.dashboards.grid import Member
from tracker.standing import ReasonCode

# The newest open question of each student about each milestone, by the ids of the enrolment and the milestone.
type Asked = Mapping[tuple[int | None, int | None], Question]


@dataclass(frozen=True, slots=True, kw_only=True)
class HelpLine:
    """A request for help that nobody has answered: where, for how long, and with what words."""

    enrolment_id: int
    who: str
    group: Group
    milestone_id: int
    milestone: str
    since_label: str
    question: Question | None
    asked_label: str

    @property
    def answer_url(self) -> str:
        """The address to answer at: the question's, where there is one."""
        return reverse(
            "tracker:help-answer", args=[self.enrolment_id], query={"milestone": self.milestone_id}
        )


def help_lines_of(
    member: Member, asked: Asked, cohort: Cohort, *, names: Mapping[int, str] | None = None
) -> Iterator[HelpLine]:
    """Yield what a student asks for help with, unless they are snoozed.

    Args:
        names: what the students of their group are called on the page.
    """
    standing, facts = member.standing, member.facts
    if standing.is_set_aside or not any(each.code is ReasonCode.NEEDS_HELP for each in standing.reasons):
        return
    titles = {each.id: each.title for each in facts.plan}
    for milestone_id in member.requests:
        mark = facts.marks[milestone_id]
        days = (facts.today - facts.help_needed_on(mark)).days
        # An answer to another question would not help.
        question = asked.get((member.enrolment_id, milestone_id))
        asked_on = cohort.today(question.asked_at) if question else None
        yield HelpLine(
            enrolment_id=member.enrolment_id,
            who=names[member.enrolment_id] if names else member.short_name,
            group=member.membership.group,
            milestone_id=milestone_id,
            milestone=titles.get(milestone_id, "A milestone that is not in the plan"),
            since_label={0: "since today", 1: "since yesterday"}.get(days, f"for {days} days"),
            question=question,
            asked_label=relative_day(asked_on, facts.today)
            if asked_on and question and not question.is_undated
            else "",
        )
