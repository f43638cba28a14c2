"""The student's week: the milestone to work on, the next meeting, what was agreed, and what waits for them."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from django.db.models import Q, prefetch_related_objects

from courses.models import Material
from groups.models import Group, Mentorship
from lib.marks import PersonMark
from people.models import User
from tracker.actions.progress import why_read_only
from tracker.beginning import Beginning
from tracker.dashboards.grid import ShownStep
from tracker.dashboards.group_overviews import GroupOverview, group_overview
from tracker.dashboards.live import group_version
from tracker.dashboards.meetings import next_meeting
from tracker.dashboards.week.milestones import (
    KEEPS_ITS_PLACE,
    MilestoneCard,
    milestone_cards,
    titles_in,
)
from tracker.dashboards.week.news import news_for, news_since
from tracker.dashboards.week.student_week import StudentWeek
from tracker.dashboards.week.waiting import (
    before_meeting,
    help_of,
    recently_ended,
    waiting_for,
)
from tracker.models import AgreedStep
from tracker.standing import ProgressState, StudentFacts, is_away

# For how many days a finished step stays visible.
_STEP_DAYS = 7
# For so long after a milestone was done the page of the next one asks how its materials were.
_ASKED_FOR = timedelta(days=1)


def student_week(
    *,
    group: Group,
    enrolment_id: int,
    person: User,
    now: datetime,
    milestone_id: int | None = None,
    just: str = "",
    is_unfolded: bool = False,
    is_visit: bool = False,
) -> StudentWeek | None:
    """Return the week of a student in a group; None if they are not a member.

    Args:
        is_visit: the student opens the page, which alone shows what is new.
        milestone_id: the milestone to show; without a match, the one to work on.
        just: the id of the cell whose tick the student set a moment ago.
    """
    version = group_version(group.pk, of_week=True)
    overview = group_overview(group, now=now, reader=None)
    prefetch_related_objects([group], "mentorships__away")
    me = next((member for member in overview.members if member.enrolment_id == enrolment_id), None)
    if me is None:
        return None
    enrolment = me.membership.enrolment
    enrolment.cohort = group.cohort
    read_only = why_read_only(enrolment, now)
    cards = milestone_cards(overview, me)
    to_do = None if read_only else cards.get(me.standing.next_milestone_id or 0)
    shown = cards.get(milestone_id or 0) or to_do
    others = tuple(card for card in cards.values() if card is not shown)
    left = (cards[each.id] for each in me.standing.work.to_do if cards[each.id] is not shown)
    needs_help = any(mark.state == "need_help" for mark in me.facts.marks.values())
    help_needed = help_of(enrolment, now) if needs_help and not read_only else ()
    check_ins = tuple(group.check_ins.shared().newest_first())
    meeting = next_meeting(group, check_ins, now, reader_zone=person.time_zone)
    marks = overview.marks
    ended = recently_ended(person, me.facts.marks.values(), now)
    finished = None if read_only else _finished(shown, list(cards.values()), me.facts)
    read = {card.milestone.pk for card in (shown, finished) if card}
    titles = titles_in(Material.objects.filter(milestone__in=read), enrolment_id, now) if read else {}
    absences = me.facts.absences
    away = enrolment.absences.overlapping(overview.today, overview.today)
    return StudentWeek(
        overview=overview,
        me=me,
        away=away.order_by("ends_on").last() if is_away(me.facts) and not read_only else None,
        read_only=read_only,
        shown=shown,
        titles=titles.get(shown.milestone.pk, ()) if shown else (),
        known_count=shown.milestone.questions.known().count() if shown else 0,
        finished=finished,
        worth=tuple(title for title in titles.get(finished.milestone.pk, ()) if title.is_ticked)
        if finished
        else (),
        following=to_do if shown is not to_do else next(left, None),
        others=others,
        help=help_needed,
        steps=_steps(group, enrolment_id, overview, now),
        waiting=waiting_for(group, enrolment_id, now, ended=ended, marks=marks),
        news=news_for(
            person,
            group,
            enrolment,
            now,
            ended=ended,
            people=_people(overview, marks),
            shown_above={each.answer.question_id for each in help_needed if each.answer},
        )
        if is_visit and not read_only
        else (),
        news_on=max(group.cohort.today(news_since(enrolment, now)), me.membership.started_on),
        check_ins=check_ins,
        meeting=meeting,
        before=None
        if read_only
        else before_meeting(group, enrolment, check_ins, absences, meeting, overview.today),
        beginning=None
        if read_only or any(each.week.ends_on >= me.membership.started_on for each in check_ins)
        else Beginning(
            group=overview.group,
            others=tuple(one.membership.enrolment.person for one in overview.members if one is not me),
            mentors=tuple(row.person for row in overview.mentors_now if row.role != Mentorship.Role.STAND_IN),
            starts_on=me.membership.started_on,
            today=overview.today,
            first=None,
        ),
        has_said_when=not group.regular_meeting and group.free_times.filter(person=person).exists(),
        version=version,
        just=just,
        is_unfolded=is_unfolded,
    )


def _people(overview: GroupOverview, marks: Mapping[int, PersonMark]) -> dict[int, tuple[User, PersonMark]]:
    """Members and mentors of the group by their id, each with the mark."""
    mentors = {each.person_id: (each.person, each.person.mark) for each in overview.mentors_now}
    members = (each.membership.enrolment.person for each in overview.members)
    return mentors | {each.pk: (each, marks[each.pk]) for each in members}


def _finished(
    shown: MilestoneCard | None, cards: Sequence[MilestoneCard], facts: StudentFacts
) -> MilestoneCard | None:
    """The milestone shown if it is done, else the one that was done last: for a day, or if none is left to do."""
    if shown and shown.state is ProgressState.DONE:
        return shown
    since = date.min if shown is None else facts.today - _ASKED_FOR
    done = [
        (facts.day(card.mark.state_since) if card.mark.state_since else date.min, card)
        for card in reversed(cards)
        if card.mark and card.state is ProgressState.DONE
    ]
    on, last = max(done, key=lambda each: each[0], default=(date.min, None))
    return last if on >= since else None


def _steps(group: Group, enrolment_id: int, overview: GroupOverview, now: datetime) -> tuple[ShownStep, ...]:
    """Open and recently finished steps of the student, from any group, and of the whole group; the finished last."""
    steps = AgreedStep.objects.of_groups([group.pk], [enrolment_id]).filter(
        Q(state=AgreedStep.State.OPEN)
        | Q(state=AgreedStep.State.DONE, closed_at__gt=now - timedelta(days=_STEP_DAYS))
    )
    in_order = sorted(
        steps,
        key=lambda step: (
            step.closed_at is not None and step.closed_at < now - KEEPS_ITS_PLACE,
            step.due_on or date.max,
            step.agreed_at,
            step.pk,
        ),
    )
    return tuple(overview.shown_step(step) for step in in_order)
