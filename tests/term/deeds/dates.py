"""What mentors change in the due dates of a group."""

from datetime import date, timedelta

from tests.term.deeds.mentors import groups_of
from tests.term.model.standing import expected, own_day, plan_day
from tests.term.pages import NotOnPageError
from tests.term.world import World


def changes_the_plan(world: World, name: str) -> None:
    """A milestone to come is due some days later in a group."""
    group = world.dice.choice(groups_of(world, name) or [""])
    if not group:
        return
    plan = world.term.plans[group]
    coming = [number for number, day in plan.items() if day > world.today + timedelta(days=3)]
    if not coming:
        return
    number = world.dice.choice(coming)
    moved_from = plan[number]
    day = moved_from + timedelta(days=world.dice.choice([-1, 2, 4]))
    form = world.get(name, world.group_url(group, "plan/")).form("/plan/", "Save plan")
    fill = {f"due-{world.milestones[number]}": day, "reason": "a fair"}
    answer = world.send(name, form, fill, button="Save plan")
    if answer.errors:
        raise NotOnPageError(f"The plan of {group} was refused: {answer.errors}")
    world.moved[group] = number, moved_from, world.now
    members = moves_date(world, group, number, day)
    about, words = f"dates of {group}", (world.term.milestones[number].title,)
    for reader, days in members.items():
        # "All else that a mentor hears waits for the one e-mail of the next morning", but for "every correction": also
        # "another day for a milestone within a day of the mail".
        is_correction = any(
            each.sent_at and each.sent_at > world.now - timedelta(days=1)
            for each in world.term.news
            if (each.about, each.words, each.reader) == (about, words, reader)
        )
        is_later = group in world.term.led_by(reader, world.today) and not is_correction
        world.tell("group", [reader], words, about, by=name, days=days, is_for_summary=is_later)
    world.did(f"changes the plan: {number} of {group} to {day}", *members, by=name)


def moves_date(world: World, group: str, number: int, to: date) -> dict[str, tuple[date, date]]:
    """ "The plan shows the group’s day; my week and mails the student’s": whose day it moves, from when and to when; of
    days that are over nobody is told. Who leads the group reads the group's.
    """
    term, today = world.term, world.today
    members = [one for one in term.members(group, today) if number in expected(term, one, today)]
    leads = {lead.mentor for lead in term.leads if lead.group == group and lead.holds(today)}
    before = dict.fromkeys(leads, plan_day(term, group, number))
    before |= {one.name: own_day(term, one, number, today) for one in members}
    term.plans[group][number] = to
    after = dict.fromkeys(leads, plan_day(term, group, number))
    after |= {one.name: own_day(term, one, number, today) for one in members}
    pairs = ((name, before[name], after[name]) for name in after)
    return {
        name: (was, now) for name, was, now in pairs if was and now and was != now and max(was, now) >= today
    }


def undoes_dates(world: World, name: str) -> None:
    """The last change of a plan, told as in `told.take_back`."""
    term, led = world.term, groups_of(world, name)
    groups = [group for group in world.moved if group in led]
    if not groups:
        return
    group = world.dice.choice(groups)
    forms = world.get(name, world.group_url(group, "plan/history/")).forms()
    form = next((form for form in forms if "/plan-changes/" in form.action), None)
    if form is None:
        raise NotOnPageError(f"Nothing to undo in the plan of {group}")
    world.send(name, form, button="Undo")
    number, before, at = world.moved.pop(group)
    members = moves_date(world, group, number, before)
    about, words = f"dates of {group}", (term.milestones[number].title,)
    told = [each for each in term.news if (each.about, each.words, each.at) == (about, words, at)]
    term.news = [each for each in term.news if each.sent_at or each not in told]
    for each in told:
        if each.sent_at and each.reader in members:
            world.tell("group", [each.reader], words, f"{about} undone", by=name, days=members[each.reader])
    world.did(f"undoes dates: {number} of {group} to {before}", *members, by=name)
