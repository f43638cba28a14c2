"""What course admins do."""

from datetime import timedelta

from tests.term.model.facts import Stay
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
        student.ended_on = student.ended_on or world.today
    world.did("closes the cohort", by=name)
    return True


def reopens(world: World, name: str) -> bool:
    page = world.get(name, f"/cohorts/{world.cohort}/close/")
    world.send(name, page.form("/open-again/"))
    for student in world.term.students.values():
        student.ended_on = None if student.ended_on == world.term.closed_on else student.ended_on
    world.term.closed_on = None
    world.did("reopens the cohort", by=name)
    return True
