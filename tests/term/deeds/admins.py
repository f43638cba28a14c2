"""What course admins do."""

from datetime import date, timedelta

from tests.term.model.facts import Lead, Period, Stay
from tests.term.world import World


def invites_everybody(world: World, name: str) -> bool:
    url = f"/cohorts/{world.cohort}/people/invite/"
    page = world.get(name, url)
    if not page.tree.first("button", css="btn-primary"):
        return False
    names = [node.text for node in page.main.all("li")]
    world.send(name, page.form(url, "Invite"), button="Invite")
    for known in world.term.students.values():
        if any(line.startswith(f"{known.name} ") for line in names):
            known.is_invited_on = world.today
    world.did("invites everybody", by=name)
    return True


def moves(world: World, name: str) -> bool:
    """To another group with room: from a day that is over, today, or planned."""
    today = world.today
    here = [one for one in world.term.students.values() if one.group_on(today) and len(one.stays) < 3]
    here = [
        one for one in here if one.stays[-1].end is None and one.stays[-1].start <= today - timedelta(days=8)
    ]
    if not here:
        return False
    student = world.dice.choice(here)
    own = student.group_on(today)
    # Who comes on a later day has their place already.
    stays = [stay.group for one in world.term.students.values() for stay in one.stays if stay.end is None]
    sizes = {group: stays.count(group) for group in world.groups}
    room = [group for group, size in sizes.items() if group != own and size < 4]
    if not room or sizes[own or ""] < 2:
        return False
    group = world.dice.choice(room)
    on = today + timedelta(days=world.dice.choice([-3, 0, 0, 3]))
    url = f"/enrolments/{world.people[student.name].enrolment}/move/"
    form = world.get(name, url.removesuffix("move/")).form("/move/", "Preview")
    fill = {"move-group": world.groups[group], "move-on": on, "move-reason": "a better hour"}
    preview = world.send(name, form, fill, button="Preview")
    confirm = preview.form("/move/", field_name="seen")
    world.send(name, confirm)
    student.stays[-1].end = on
    student.stays.append(Stay(group, on))
    world.did(f"moves: {student.name} from {own} to {group} on {on}", student.name, by=name)
    return True


def ends(world: World, name: str) -> bool:
    """Somebody drops out, as of today."""
    here = [
        one for one in world.term.students.values() if one.group_on(world.today) and one.stays[-1].end is None
    ]
    if len(here) < 6:
        return False
    student = world.dice.choice(here)
    page = world.get(name, f"/enrolments/{world.people[student.name].enrolment}/")
    form = page.form("/end/", "Preview")
    preview = world.send(name, form, {"end-end_reason": "dropped", "end-on": world.today}, button="Preview")
    world.send(name, preview.form("/end/", field_name="seen"))
    student.stays[-1].end = student.ended_on = world.today
    world.did(f"ends: {student.name} dropped", student.name, by=name)
    return True


def closes(world: World, name: str) -> bool:
    """As of today; who finished every milestone finished, the others dropped out."""
    page = world.get(name, f"/cohorts/{world.cohort}/close/")
    form = page.form("/close/", field_name="on")
    fill: dict[str, object] = {"on": world.today}
    if "for_others" in form.names:
        fill["for_others"] = "dropped"
    preview = world.send(name, form, fill)
    world.send(name, preview.form("/close/", holding="Close"), button="Close")
    world.term.closed_on = world.today
    for student in world.term.students.values():
        if student.ended_on is None:
            student.ended_on = world.today
            if student.stays[-1].end is None:
                student.stays[-1].end = world.today
    world.did("closes the cohort", by=name)
    return True


def reopens(world: World, name: str) -> bool:
    """Enrolments that closed with it open again."""
    page = world.get(name, f"/cohorts/{world.cohort}/close/")
    world.send(name, page.form("/open-again/"))
    for student in world.term.students.values():
        if student.ended_on == world.term.closed_on:
            student.ended_on = student.stays[-1].end = None
    world.term.closed_on = None
    world.did("reopens the cohort", by=name)
    return True


def begins_the_next(world: World, name: str) -> bool:
    """The next cohort of the course: nothing of this one is in it."""
    url = f"/courses/{world.course}/cohorts/new/"
    form = world.get(name, url).form("/new/", field_name="starts_on")
    starts_on = world.today + timedelta(days=21 - world.today.weekday())
    world.send(name, form, {"title": "Winter", "starts_on": starts_on})
    world.did("begins the next cohort", by=name)
    return True


def archives(world: World, name: str) -> bool:
    page = world.get(name, f"/cohorts/{world.cohort}/edit/")
    world.send(name, page.form(f"/cohorts/{world.cohort}/archive/"))
    world.term.is_archived = True
    world.did("archives the cohort", by=name)
    return True


def finds_a_stand_in(world: World, name: str) -> bool:
    """For a group whose mentor is away: another mentor, for those days."""
    today, term = world.today, world.term
    for who, days in term.away:
        groups = [lead.group for lead in term.leads if lead.mentor == who and lead.holds(today)]
        for group in groups if days.last > today else ():
            if any(lead.role == "cover" and lead.group == group for lead in term.leads):
                continue
            free = [one for one in sorted(world.people) if may_stand_in(world, one, group, days)]
            if not free:
                continue
            return assigns(world, name, world.dice.choice(free), group, max(days.first, today), days.last)
    return False


def may_stand_in(world: World, name: str, group: str, days: Period) -> bool:
    term, student = world.term, world.term.students.get(name)
    if "mentor" not in world.people[name].roles or world.people[name].signed_in_on is None:
        return False
    is_there = not term.is_away(name, days.first) and not term.is_away(name, days.last)
    return is_there and group not in term.led_by(name, world.today) and not student


def assigns(world: World, name: str, who: str, group: str, first: date, last: date) -> bool:
    page = world.get(name, world.group_url(group, "set-up/"))
    found = {"mentor": world.people[who].email, "on": first, "until": last}
    page = world.send(name, page.form("/set-up/", field_name="mentor"), found)
    preview = world.send(name, page.form("/assign/", "Stand-in"), button="Stand-in")
    world.send(name, preview.form("/assign/", field_name="seen"))
    world.term.leads.append(Lead(who, group, first, last + timedelta(days=1), "cover"))
    world.did(f"finds a stand-in: {who} for {group}, {first} to {last}", who, by=name)
    return True
