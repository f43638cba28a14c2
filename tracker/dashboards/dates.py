"""The dates that a group, and each of its students, can keep, and what was proposed of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from groups.access import GroupAccess
from groups.models import DatesProposal
from groups.promised import promised_days
from lib.days import day_label, day_range_label
from people.models import User
from tracker.dashboards.grid import Member
from tracker.dashboards.group_overviews import GroupOverview
from tracker.standing import DateToKeep, dates_to_propose, group_dates, is_finished, student_dates

_BEFORE = 5


@dataclass(frozen=True, slots=True)
class DateRow:
    """A milestone of the plan that is left. `proposed` is "" where its date stays."""

    title: str
    due_label: str
    # What was promised before the date moved, and why.
    promised: str
    likely_label: str
    range_label: str
    is_missed: bool
    proposed: str


@dataclass(frozen=True, slots=True)
class GroupDatesPage:
    """`line` says which promise is missed first. `shown` names the proposed days, to be sent back with a click."""

    overview: GroupOverview
    line: str
    basis: str
    is_of_agreed_hours: bool
    rows: tuple[DateRow, ...]
    proposal: DatesProposal | None
    days: dict[int, tuple[date, date]]
    before: tuple[DatesProposal, ...]
    # Nothing is left of the plan for most.
    is_finished: bool
    is_open: bool
    may_agree: bool
    may_drop: bool

    @property
    def shown(self) -> str:
        return shown_days(self.days)


def shown_days(days: Mapping[int, tuple[date, date]]) -> str:
    return ",".join(f"{pk}:{before}:{after}" for pk, (before, after) in sorted(days.items()))


def own_dates(member: Member) -> dict[int, DateToKeep]:
    return student_dates(member.facts, member.membership.enrolment.hours_a_week)


def dates_of(overview: GroupOverview) -> dict[int, DateToKeep]:
    plan = [each.milestone for each in overview.plan]
    return group_dates(plan, [(member.facts, own_dates(member)) for member in overview.members])


def missed_line(overview: GroupOverview, dates: Mapping[int, DateToKeep], whose: str = "") -> str:
    """ "At 2 h a week, RAG ends Sat 12 December, not Sat 5 December (Wed 9 to Fri 18 December)."; "" if none is missed.

    Args:
        whose: "your", of a student.
    """
    missed = next(
        (each for planned in overview.plan if _misses(each := dates.get(planned.milestone.id))), None
    )
    if missed is None or missed.milestone.due_on is None:
        return ""
    basis, today = _basis(missed, whose), overview.today
    likely, due = day_label(missed.likely_on, today), day_label(missed.milestone.due_on, today)
    days = day_range_label(missed.first_on, missed.last_on, today)
    return f"{basis[:1].upper()}{basis[1:]}, {missed.milestone.title} ends {likely}, not {due} ({days})."


def likely_label(date_to_keep: DateToKeep | None, today: date) -> str:
    """ "likely Sat 12 December (Wed 9 to Fri 18 December)" where the promised day is missed, else ""."""
    if date_to_keep is None or not date_to_keep.misses:
        return ""
    days = day_range_label(date_to_keep.first_on, date_to_keep.last_on, today)
    return f"likely {day_label(date_to_keep.likely_on, today)} ({days})"


def _misses(date_to_keep: DateToKeep | None) -> bool:
    return date_to_keep is not None and date_to_keep.misses


def _basis(date_to_keep: DateToKeep, whose: str = "") -> str:
    hours = f"{round(date_to_keep.hours_a_week, 1):g} h a week"
    return " ".join(filter(None, ("at", whose or "the", "agreed" if date_to_keep.is_agreed else "", hours)))


def open_proposals(overviews: Sequence[GroupOverview]) -> dict[int, DatesProposal]:
    """Those that fit the plan of now, by the id of the group. One query."""
    plans = {
        each.group.pk: {one.milestone.id: one.milestone.due_on for one in each.plan} for each in overviews
    }
    rows = DatesProposal.objects.filter(group__in=plans, agreed_at=None, dropped_at=None)
    return {row.group_id: row for row in rows.select_related("made_by") if row.fits(plans[row.group_id])}


def group_dates_page(access: GroupAccess, user: User, overview: GroupOverview) -> GroupDatesPage:
    dates, plan = dates_of(overview), [each.milestone for each in overview.plan]
    proposal = open_proposals([overview]).get(access.group.pk)
    days = dates_to_propose(plan, dates, overview.pauses)
    first = next((dates[pk] for pk in days), None) or next(iter(dates.values()), None)
    if proposal:
        kept = proposal.days.items()
        days = {int(pk): (date.fromisoformat(was), date.fromisoformat(to)) for pk, (was, to) in kept}
    today, cohort = overview.today, access.group.cohort
    decided = access.group.dates_proposals.exclude(agreed_at=None, dropped_at=None)
    decided = decided.select_related("made_by", "agreed_by", "dropped_by", "change").order_by(
        "-made_at", "-pk"
    )
    was = promised_days({access.group.pk: {each.id: each.due_on for each in plan}})
    is_open = not cohort.is_read_only(today)
    finished = sum(is_finished(member.facts) for member in overview.members)
    return GroupDatesPage(
        overview=overview,
        # The pace of others is told to who leads the group: members see the dates.
        line=missed_line(overview, dates) if access.may_lead else "",
        basis=_basis(first) if first else "",
        is_of_agreed_hours=first is not None and first.is_agreed,
        rows=tuple(
            DateRow(
                title=each.title,
                due_label=day_label(each.due_on, today) if each.due_on else "no date",
                promised=before.label(today) if (before := was.get((access.group.pk, each.id))) else "",
                likely_label=day_label(dates[each.id].likely_on, today) if each.id in dates else "–",
                range_label=(
                    day_range_label(dates[each.id].first_on, dates[each.id].last_on, today)
                    if each.id in dates
                    else ""
                ),
                is_missed=_misses(dates.get(each.id)),
                proposed=day_label(days[each.id][1], today) if each.id in days else "",
            )
            for each in plan
            if each.id in dates or each.id in days
        ),
        proposal=proposal,
        days=days,
        before=tuple(decided[:_BEFORE]),
        is_finished=bool(plan) and 2 * finished > len(overview.members),
        is_open=is_open,
        may_agree=access.may_lead,
        may_drop=proposal is not None and (access.may_lead or proposal.made_by_id == user.pk),
    )
