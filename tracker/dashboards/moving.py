"""What a move means, and the moves of a cohort."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce

from courses.calendar import is_expected
from groups.models import Enrolment, Group, Membership, MentorAway, Mentorship, Move, PlanItem, Wish
from lib.days import day_label, day_range_label
from lib.text import joined
from lib.weeks import after_pause
from people.models import User

# How many check-ins a sentence names.
_NAMED = 5


def meaning_of(move: Move, today: date) -> dict[str, Any]:
    """Say what a move that was just made means.

    Of each student in `places` it is told when milestones are due in the group before and in the one after, and what
    the move means in sentences; of a group whose mentors change, the sentences.
    """
    if move.group and move.person:
        sentences = list(_mentor_sentences(move, move.group, move.person, today))
        what, told = f"{move.get_kind_display()}, {move.label}", f"{move.person} and the group get an e-mail."
        places = [{"who": move.group, "sentences": sentences}]
        return {"who": move.group, "what": what, "places": places, "told": told}
    students = [each for each in (move.enrolment, move.other) if each is not None]
    ended = [pk for model, pk, before, _ in move.changes if model == "membership" and before]
    left, stays = Membership.objects.filter(pk__in=ended), Membership.objects.without_end()
    befores = {stay.enrolment_id: stay.group for stay in left.select_related("group")}
    stays = stays.filter(enrolment__in=students).select_related("group")
    afters = {stay.enrolment_id: stay.group for stay in stays}
    places = []
    for each in students:
        before, after = befores.get(each.pk), afters.get(each.pk)
        places.append(
            {
                "who": each.person,
                "before": before,
                "after": after,
                "dates": list(_dates(each, before, after, today)) if after else [],
                "sentences": list(_sentences(each, before, after, move.on, today)),
            }
        )
    told = "The student and their groups’ mentors get an e-mail." if befores or afters else ""
    return {"who": move.who, "what": move.label, "places": places, "told": told}


def _mentor_sentences(move: Move, group: Group, person: User, today: date) -> Iterator[str]:
    """Say in sentences who leads the group from then on, and what each may read."""
    day, eve = day_label(move.on, today), day_label(move.on - timedelta(days=1), today)
    leaders = _mentors(group, move.on)
    if move.kind == Move.Kind.STOOD_IN:
        beside = joined(each for each in leaders if each != person)
        yield (
            f"From {day} {move.what or 'on'} {person} leads {group}{f' beside {beside}' if beside else ''}: they log"
            " check-ins, and requests for help reach them."
        )
        yield f"On these days they can read what happened in {group} before; later only what happened then."
    else:
        yield f"From {day} on {person} mentors {group}, and can read what happened in it before."
    away = MentorAway.objects.not_over(move.on).filter(mentorship__in=group.mentorships.not_ended(move.on))
    for row in away.select_related("mentorship__person").order_by("starts_on", "pk"):
        yield f"{row.mentorship.person} is away {day_range_label(row.starts_on, row.ends_on, today)}."
    yield from _not_read(move, group, person, day)
    ended = [pk for _, pk, before, _ in move.changes if before]
    was = [row.person for row in Mentorship.objects.filter(pk__in=ended).select_related("person")]
    for each in was:
        if each in leaders:
            yield f"{each} goes on as co-mentor, and can do the same."
        else:
            yield f"{each} can read only what happened until {eve}."
    if move.on < today:
        then = joined(was or [each for each in leaders if each != person])
        now = joined(_mentors(group, today))
        yield f"{group}’s mentors on {day}: {then or 'nobody'}; today: {now or 'nobody'}."
        if days := _days_since(group.check_ins.all(), move.on, today):
            yield f"The check-ins since ({days}) stay as they are, and say who logged them."


def _not_read(move: Move, group: Group, person: User, day: str) -> Iterator[str]:
    """Say what of a group and its students its new mentor cannot read: decisions 7 and 23."""
    students = Membership.objects.open(move.on).filter(group=group).values("enrolment")
    if Membership.objects.filter(enrolment__in=students).exclude(group=group).exists():
        when = "on these days" if move.kind == Move.Kind.STOOD_IN else f"on {day} or later"
        yield f"Of what its students asked other groups alone, {person} can read the questions that are open {when}."
    if Membership.objects.filter(group=group, enrolment__person=person).exists():
        yield f"What mentors wrote about {person} stays hidden from them."


def _days_since(check_ins: QuerySet[Any], on: date, today: date) -> str:
    """Return the days of these check-ins from that day on; a few days by name."""
    since = check_ins.annotate(day=Coalesce("held_on", "week_starts_on")).filter(day__gte=on)
    return _named_days(since.order_by("day").values_list("day", flat=True), today)


def _named_days(days: Iterable[date], today: date) -> str:
    return joined((day_label(day, today) for day in days), _NAMED)


def since_then(moves: Sequence[Move], group: Group | None, on: date, today: date) -> Iterator[str]:
    """Return the further sentences about many who are moved at once, on a day that has passed.

    Members of the group then and today, without them; and which check-ins stay with each group that they leave.
    """
    if on >= today:
        return
    if group:
        yield _then_and_now(group, [move.enrolment_id for move in moves if move.enrolment_id], on, today)
    left = [pk for move in moves for model, pk, before, _ in move.changes if model == "membership" and before]
    check_ins = Group.objects.filter(
        memberships__in=left, check_ins__entries__enrolment=F("memberships__enrolment")
    ).annotate(day=Coalesce("check_ins__held_on", "check_ins__week_starts_on"))
    days: dict[str, list[date]] = {}
    rows = check_ins.filter(day__gte=on).order_by("sort_key", "pk", "day").distinct()
    for name, day in rows.values_list("name", "day"):
        days.setdefault(name, []).append(day)
    for name, its_days in days.items():
        yield f"Check-ins since then that they were in ({_named_days(its_days, today)}) stay with {name}."


def _then_and_now(group: Group, without: Sequence[int], on: date, today: date) -> str:
    then, now = (joined(_members(group, day, without)) or "nobody" for day in (on, today))
    return f"In {group} on {day_label(on, today)}: {then}; today: {now}."


def _members(group: Group, on: date, without: Sequence[int]) -> list[str]:
    stays = group.members_on(on).exclude(enrolment__in=without)
    names = stays.order_by("enrolment__person__name").values_list("enrolment__person__name", flat=True)
    return list(names)


def _dates(
    enrolment: Enrolment, before: Group | None, after: Group, today: date
) -> Iterator[tuple[str, str, str]]:
    """Milestones of both plans, in plan order."""
    pauses = enrolment.cohort.pause_periods
    groups = [group.pk for group in (before, after) if group]
    due: dict[str, dict[int, str]] = {}
    items = PlanItem.objects.filter(group__in=groups).select_related("milestone")
    for item in items.order_by("milestone__position"):
        label = "no date"
        if item.due_on is not None:
            due_on = after_pause(item.due_on, pauses) or item.due_on
            expected = "" if is_expected(due_on, enrolment.started_on) else ", not expected"
            label = f"{day_label(due_on, today)}{expected}"
        due.setdefault(item.milestone.title, {})[item.group_id] = label
    for title, days in due.items():
        yield (
            title,
            days.get(before.pk, "not in the plan") if before else "",
            days.get(after.pk, "not in the plan"),
        )


def apart(*students: Enrolment) -> list[str]:
    """Return a sentence for each two who would be in one group, though a wish says that they should not."""
    return [wish.warning for wish in Wish.objects.broken_for(students).by_name()]


def _sentences(
    enrolment: Enrolment, before: Group | None, after: Group | None, on: date, today: date
) -> Iterator[str]:
    """Say in sentences who sees what from then on."""
    name, day, eve = (
        enrolment.person.get_short_name(),
        day_label(on, today),
        day_label(on - timedelta(days=1), today),
    )
    leaders = _mentors(after, on) if after else []
    if after:
        yield from apart(enrolment)
        names = _members(after, on, [enrolment.pk])
        size, usual = len(names) + 1, enrolment.cohort.course.group_size
        if size > usual:
            yield f"{after} then has {size} students; groups of this course have {usual}."
        fellows = joined(names) or "nobody yet"
        yield f"From {day} on {name} learns with {fellows}: they see each other’s progress."
        lead = "lead" if len(leaders) > 1 else "leads"
        who = joined(leaders) or f"Who will mentor {after}"
        yield f"{who} can read {name}’s history from then on, and {lead} {after}."
        yield f"{name} can read what {after} shared before, too."
        if on < today:
            yield _then_and_now(after, [enrolment.pk], on, today)
    if before:
        mentors = _mentors(before, on)
        admins = set(enrolment.cohort.course.admins.values_list("person", flat=True))
        no_longer = [each for each in mentors if each not in leaders and each.pk not in admins]
        if no_longer or not mentors:
            who = joined(no_longer) or f"Who mentored {before}"
            yield f"{who} can read only what happened until {eve}, and later answers to what was asked until then."
        newly = [each for each in leaders if each not in mentors and each.pk not in admins]
        if newly or (after and not leaders):
            who = joined(newly) or f"Who will mentor {after}"
            yield f"Of what {name} asked {before} alone, {who} can read the questions that are open on {day} or later."
        yield f"{name} can read what {before} shared until {eve}."
        yield (
            f"Earlier weeks stay with {before}: check-ins and their private notes, questions, code reviews, exports and"
            " figures."
        )
        if days := _days_since(before.check_ins.filter(entries__enrolment=enrolment), on, today):
            yield f"So do {name}’s check-ins since then ({days})."
    if not after:
        yield f"{name} is in no group from {day} on. What they did is kept."
    if after:
        yield f"Progress, hours and agreed steps move with {name}."


def _mentors(group: Group, on: date) -> list[User]:
    return group.mentorships.open(on).people()


def last_moves(enrolment: Enrolment, now: datetime) -> tuple[Move | None, Move | None]:
    """The last move of a student that holds, and a later one that was undone."""
    rows = Move.objects.filter(Q(enrolment=enrolment) | Q(other=enrolment), made_at__lte=now)
    moves = list(rows.select_related("made_by", "undone_by").order_by("-made_at", "-pk"))
    last = next((move for move in moves if move.undone_at is None), None)
    return last, moves[0] if moves and moves[0] != last else None
