"""Course admins move students: to another group, out of the course and back; and undo it."""

from datetime import date, timedelta

from tests.term.model.facts import News, Period, Stay, Student
from tests.term.model.told import HOUR, fellows, withdraw
from tests.term.pages import Page
from tests.term.world import World

LEFT, JOINED = "left", "joined"


def may_move(world: World) -> list[Student]:
    """Who has been in one group for some days, and is to stay in it."""
    before = world.today - timedelta(days=8)
    here = [one for one in world.term.students.values() if one.group_on(world.today) and len(one.stays) < 4]
    return [one for one in here if one.stays[-1].end is None and one.stays[-1].start <= before]


def with_room(world: World, on: date, but: str | None = None) -> list[str]:
    """On a day and after it: who comes later has their place already, as has who was there then."""
    stays = [stay for one in world.term.students.values() for stay in one.stays]
    here = [stay.group for stay in stays if stay.end is None or stay.end > on]
    return [group for group in world.groups if group != but and here.count(group) < 4]


def previewed(world: World, name: str, student: Student, deed: str, fill: dict[str, object]) -> Page:
    """The page that follows a deed on the page of an enrolment, whose preview was confirmed."""
    page = world.get(name, f"/enrolments/{world.people[student.name].enrolment}/")
    form = page.form(f"/{deed}/", "Preview")
    filled = {f"{deed}-{field}": value for field, value in fill.items()}
    preview = world.send(name, form, filled, button="Preview")
    return world.send(name, preview.form(f"/{deed}/", field_name="seen"))


def goes_to(world: World, student: Student, group: str, on: date, by: str) -> None:
    """Tell the model of a stay that begins, and who hears of it."""
    term, today = world.term, world.today
    if student.stays[-1].end is None:
        student.stays[-1].end = on
    left = student.stays[-1].group if student.stays[-1].end == on else ""
    student.stays.append(Stay(group, on))
    # What waits to be told of the group before is no longer theirs to hear, but what is new in this one.
    if on <= today:
        withdraw(term, student.name, lambda news: is_about(news, left))
        # "What is undone is told to who got the mail of it."
        news = [each for each in term.news if is_about(each, group) and not each.is_undone]
        new = [each for each in news if is_new(world, each)]
        for about, words in sorted({(each.about, each.words) for each in new}):
            world.tell("group", [student.name], words, about, by=by)
    about = f"move of {student.name} to {group}, {on}"
    words = (f"You are in {group}", *(["now"] if on <= today else []))
    world.tell("group", [student.name], words, about, by=by, days=[on] if on > today else ())
    readers = fellows(term, group, today) - {student.name}
    world.tell("group", readers, (f"{student.name} joins {group}",), about, by=by)
    # "To others in the e-mail of the next morning": to its mentors, and to those of the group that they leave.
    mentors = set(term.mentors(group, today)) - readers
    world.tell("group", mentors, (f"{student.name} joins {group}",), about, by=by, is_for_summary=True)
    # By then they leave it, or left it.
    mentors = set(term.mentors(left, today)) - mentors - readers
    world.tell("group", mentors, (f"{student.name} le", left), about, by=by, is_for_summary=True)


def is_new(world: World, news: News) -> bool:
    """Mails about it are made some minutes later, for who is there then."""
    return not news.sent_at and world.now - news.at < HOUR


def is_about(news: News, group: str) -> bool:
    """Of its dates, of who joins it or steps in: "the group’s students and mentors" hear of it."""
    ends = (f" joins {group}", f" is {group}’s stand-in")
    is_of_dates = news.about.removesuffix(" undone") == f"dates of {group}"
    return is_of_dates or any(word.endswith(ends) for word in news.words)


def moves(world: World, name: str) -> None:
    """To another group with room: from a day that is over, today, or planned."""
    students = may_move(world)
    student = world.dice.choice(students) if students else None
    own = student.group_on(world.today) if student else None
    on = world.today + timedelta(days=world.dice.choice([-3, 0, 0, 3]))
    room = with_room(world, on, own)
    if not student or not room or len(world.term.members(own or "", world.today)) < 2:
        return
    group = world.dice.choice(room)
    fill: dict[str, object] = {"group": world.groups[group], "on": on, "reason": "a better hour"}
    previewed(world, name, student, "move", fill)
    goes_to(world, student, group, on, name)
    world.did(f"moves: {student.name} from {own} to {group} on {on}", student.name, by=name)


def swaps(world: World, name: str) -> None:
    """Two students of two groups, as of today."""
    students = may_move(world)
    one = world.dice.choice(students) if students else None
    own = one.group_on(world.today) if one else None
    others = [other for other in students if other.group_on(world.today) != own]
    if one is None or not others:
        return
    other = world.dice.choice(others)
    theirs = other.group_on(world.today) or ""
    previewed(world, name, one, "swap", {"other": f"{other.name} Silva, {theirs}", "on": world.today})
    for student in (one, other):
        student.stays[-1].end = world.today
    goes_to(world, one, theirs, world.today, name)
    goes_to(world, other, own or "", world.today, name)
    world.did(f"swaps: {one.name} of {own} with {other.name} of {theirs}", one.name, other.name, by=name)


def ends(world: World, name: str) -> None:
    """Somebody drops out, or leaves the group and stays enrolled, as of today."""
    students = may_move(world)
    if len(students) < 6:
        return
    student, stay = (one := world.dice.choice(students)), one.stays[-1]
    if world.chance(0.5):
        previewed(world, name, student, "leave", {"on": world.today})
        words, what = (f"You are no longer in {stay.group}",), f"takes out of {stay.group}: {student.name}"
    else:
        previewed(world, name, student, "end", {"end_reason": "dropped", "on": world.today})
        student.ended_on = world.today
        words, what = (f"Thank you, {student.name}",), f"ends: {student.name} dropped"
    stay.end = world.today
    # An answer is for who is enrolled.
    withdraw(world.term, student.name, lambda news: news.kind != "answer" or student.ended_on)
    world.tell("group", [student.name], words, f"end of {student.name}", by=name)
    world.did(what, student.name, by=name)


def comes_back(world: World, name: str) -> None:
    """Into a group. Who had ended: "the days between are an accepted absence" (decision 34)."""
    gone = [
        one
        for one in world.term.students.values()
        if one.stays and (one.stays[-1].end or world.today) < world.today
    ]
    room = with_room(world, world.today)
    if not gone or not room:
        return
    student, group = world.dice.choice(gone), world.dice.choice(room)
    deed = "return" if student.ended_on else "move"
    previewed(world, name, student, deed, {"group": world.groups[group], "on": world.today})
    if student.ended_on:
        student.absences.append(Period(student.ended_on, world.today - timedelta(days=1)))
    student.ended_on = None
    goes_to(world, student, group, world.today, name)
    world.did(f"comes back: {student.name} to {group}", student.name, by=name)


def undoes_a_move(world: World, name: str) -> None:
    """The last one of a student, of this hour or of some days ago; a page refuses it once something hangs on it."""
    moved = [one for one in world.term.students.values() if len(one.stays) > 1 and one.stays[-1].end is None]
    moved = [one for one in moved if one.stays[-2].end == one.stays[-1].start and one.ended_on is None]
    if not moved:
        return
    student = world.dice.choice(moved)
    page = world.get(name, f"/enrolments/{world.people[student.name].enrolment}/")
    last = page.main.first("section", aria_labelledby="stays-title")
    if last is None or "Last: moved" not in last.text.replace("Last: Moved", "Last: moved"):
        return
    answer = world.send(name, page.form("/undo/", "Undo"), button="Undo")
    if not answer.tree.first("div", css="message-success"):
        world.counts["an undo of a move is refused"] += 1
        return
    takes_back_a_move(world, student, name)
    world.did(f"undoes a move: {student.name} stays in {student.stays[-1].group}", student.name, by=name)


def takes_back_a_move(world: World, student: Student, by: str) -> None:
    gone = student.stays.pop()
    student.stays[-1].end = None
    about, stays = f"move of {student.name} to {gone.group}, {gone.start}", student.stays[-1].group
    world.take_back(about, ("after all",), by, gone.group, stays)
