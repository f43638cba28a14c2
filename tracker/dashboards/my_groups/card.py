from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from groups.models import Group, Mentorship
from lib.days import day_label, day_range_label
from lib.rows import Rows, day, moment
from lib.weeks import today_in
from questions.models import Ask, Question
from tracker.dashboards.chips import Chip
from tracker.dashboards.group_overviews import GroupOverview, Member
from tracker.dashboards.my_groups.check_ins import CheckInSummary, check_in_summary
from tracker.models import AgreedStep, CheckIn
from tracker.standing import Attention, CheckInState, Reason, ReasonCode, Severity

_QUESTIONS_SHOWN = 5
# Shown beside the button.
_SHOWN_AT_BUTTON = frozenset({ReasonCode.CHECK_IN_LATE})
# Shown once for the group rather than for each student.
_SHOWN_FOR_GROUP = frozenset({ReasonCode.SPREAD})


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenQuestion:
    id: int
    title: str
    details: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CardStep:
    who: str
    text: str
    due_label: str
    is_done: bool
    is_late: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupCard:
    """`reasons` come worst first; `notes` need no action but explain the rest, such as absences."""

    overview: GroupOverview
    reasons: tuple[Chip, ...]
    check_in: CheckInSummary
    questions: tuple[OpenQuestion, ...]
    question_count: int
    steps: tuple[CardStep, ...]
    notes: tuple[str, ...]
    role: str
    other_mentors: str
    severity: tuple[Severity, ...]
    expects_check_in: bool

    @property
    def group(self) -> Group:
        return self.overview.group

    @property
    def anchor(self) -> str:
        return f"#group-{self.group.pk}"


def with_card(groups: QuerySet[Group]) -> QuerySet[Group]:
    """Annotate groups with what `group_card` needs beside the overview; adds no query."""
    own = {"group": OuterRef("pk")}
    latest = CheckIn.objects.filter(group=OuterRef("group")).newest_first().values("pk")[:1]
    steps = AgreedStep.objects.filter(**own).exclude(state=AgreedStep.State.DROPPED)
    return groups.annotate(
        logged_rows=Rows(
            CheckIn.objects.filter(**own).newest_first()[:2],
            "week_starts_on",
            "held_on",
            "minutes",
            "outcome",
        ),
        question_rows=Rows(
            Question.objects.filter(**own)
            .open()
            .with_ask_count()
            .annotate(asker_id=_first_asker("pk"))
            .order_by("asked_at", "pk"),
            "pk",
            "title",
            "status",
            "asked_at",
            "ask_count",
            "asker_id",
            asker_name=Coalesce(_first_asker("person__name"), F("asked_by__name")),
            milestone_title="milestone__title",
        ),
        step_rows=Rows(
            steps.filter(Q(state=AgreedStep.State.OPEN) | Q(check_in=Subquery(latest))).order_by(
                "agreed_at", "pk"
            ),
            "text",
            "due_on",
            "state",
            "enrolment_id",
            who="enrolment__person__name",
        ),
    )


def _first_asker(field: str) -> Subquery:
    """A field of the enrolment that asked first; NULL if the mentor did not say who asked."""
    asks = Ask.objects.filter(question=OuterRef("pk")).order_by("asked_at", "pk")
    return Subquery(asks.values(f"enrolment__{field}")[:1])


def group_card(overview: GroupOverview, *, mentor_id: int) -> GroupCard:
    group: Any = overview.group
    names = _names(overview.members)
    reasons = sorted(_reasons(overview, names), key=lambda pair: pair[0])
    this_week = overview.status.this_week
    return GroupCard(
        overview=overview,
        reasons=tuple(chip for _, chip in reasons),
        check_in=check_in_summary(overview, group.logged_rows),
        questions=tuple(_question(row, overview, names) for row in group.question_rows[:_QUESTIONS_SHOWN]),
        question_count=len(group.question_rows),
        steps=tuple(_step(row, overview.today, names) for row in group.step_rows),
        notes=tuple(_notes(overview, names, mentor_id)),
        role=next((each.role for each in overview.mentors_now if each.person_id == mentor_id), ""),
        other_mentors=_other_mentors(overview, mentor_id),
        severity=tuple(
            sorted([overview.status.severity, *(member.standing.severity for member in overview.members)])
        ),
        expects_check_in=this_week is not None and this_week.state is not CheckInState.NONE,
    )


def _names(members: tuple[Member, ...]) -> dict[int, str]:
    """First names, or full names where first names are the same."""
    count = Counter(member.short_name for member in members)
    return {
        member.enrolment_id: member.short_name if count[member.short_name] == 1 else member.name
        for member in members
    }


def _reasons(overview: GroupOverview, names: dict[int, str]) -> Iterator[tuple[tuple[int, ...], Chip]]:
    """Yield reasons with a sort key: act before watch, then first reasons first, students before the group."""
    worst_first = sorted(overview.members, key=lambda member: member.standing.severity)
    for rank, member in enumerate(worst_first):
        if member.standing.attention is Attention.NONE:
            continue
        own = [reason for reason in member.standing.reasons if reason.code not in _SHOWN_FOR_GROUP]
        for number, reason in enumerate(own):
            text = _of_member(names[member.enrolment_id], reason)
            yield (_level(reason), number, 0, rank), Chip(text=text, tone=reason.attention.value)
    group = [reason for reason in overview.status.reasons if reason.code not in _SHOWN_AT_BUTTON]
    for number, reason in enumerate(group):
        yield (_level(reason), number, 1, 0), Chip(text=reason.text, tone=reason.attention.value)


def _level(reason: Reason) -> int:
    return list(Attention).index(reason.attention)


def _of_member(name: str, reason: Reason) -> str:
    """ "Bruno needs help with RAG", but "Bruno: 2 milestones behind"."""
    return f"{name} {reason.text}" if reason.code is ReasonCode.NEEDS_HELP else f"{name}: {reason.text}"


def _question(row: dict[str, Any], overview: GroupOverview, names: dict[int, str]) -> OpenQuestion:
    asked_at = moment(row["asked_at"]) or overview.now
    days = (overview.today - today_in(overview.group.cohort.time_zone, asked_at)).days
    parts = [
        names.get(row["asker_id"]) or row["asker_name"],
        row["milestone_title"],
        "needs follow-up" if row["status"] == Question.Status.FOLLOW_UP else None,
        "asked today" if days <= 0 else f"open {days} day{'' if days == 1 else 's'}",
        f"asked {row['ask_count']} times" if row["ask_count"] > 1 else None,
    ]
    return OpenQuestion(
        id=row["pk"],
        title=row["title"],
        details=" · ".join(part for part in parts if part),
    )


def _step(row: dict[str, Any], today: date, names: dict[int, str]) -> CardStep:
    due_on = day(row["due_on"])
    is_done = row["state"] == AgreedStep.State.DONE
    is_late = due_on is not None and due_on < today and not is_done
    due_label = "" if due_on is None else f"{'was due' if is_late else 'by'} {day_label(due_on, today)}"
    return CardStep(
        who=names.get(row["enrolment_id"]) or row["who"] or "The group",
        text=row["text"],
        due_label=due_label,
        is_done=is_done,
        is_late=is_late,
    )


def _notes(overview: GroupOverview, names: dict[int, str], mentor_id: int) -> Iterator[str]:
    """Yield who was put aside, who has an accepted absence, and when this mentor is away."""
    today = overview.today
    for member in overview.members:
        name, facts = names[member.enrolment_id], member.facts
        if member.standing.is_set_aside and facts.set_aside_until is not None:
            yield f"{name} is snoozed until {day_label(facts.set_aside_until, today)}."
        for absence in facts.absences:
            if absence.ends_on is not None and today <= absence.ends_on:
                yield f"{name} is away {day_range_label(absence.starts_on, absence.ends_on, today)}, accepted."
    yield from _away(overview, mentor_id)


def _away(overview: GroupOverview, mentor_id: int) -> Iterator[str]:
    group: Any = overview.group
    mine = {row["pk"] for row in group.mentorship_rows if row["person_id"] == mentor_id}
    for row in group.away_rows:
        starts_on, ends_on = date.fromisoformat(row["starts_on"]), date.fromisoformat(row["ends_on"])
        if row["mentorship_id"] in mine and overview.today <= ends_on:
            yield f"You are away {day_range_label(starts_on, ends_on, overview.today)}."


def _other_mentors(overview: GroupOverview, mentor_id: int) -> str:
    """ "Tomás Reis (co-mentor)"; empty if nobody else mentors the group."""
    others = [each for each in overview.mentors_now if each.person_id != mentor_id]
    return ", ".join(f"{each.name} ({Mentorship.Role(each.role).label})" for each in others)
