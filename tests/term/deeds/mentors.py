"""What mentors do in their groups."""

import re
from collections.abc import Callable, Iterable
from datetime import date, datetime, time, timedelta
from functools import partial

from tests.term.deeds.students import active, answers_question, mark_form, says_away, set_state, tell_answer
from tests.term.model.facts import WEEK, CheckIn, Period, Question, Snooze, Step, Student, Term, monday_of
from tests.term.model.standing import all_reasons, is_away
from tests.term.model.told import fellows
from tests.term.pages import NotOnPageError, Page
from tests.term.world import World


def groups_of(world: World, name: str) -> list[str]:
    return world.term.led_by(name, world.today)


def students_of(world: World, name: str) -> list[Student]:
    return [one for group in groups_of(world, name) for one in world.term.members(group, world.today)]


def drawn(world: World, name: str, such: Callable[[Student], object] = lambda one: True) -> Student | None:
    found = [one for one in students_of(world, name) if such(one)]
    return world.dice.choice(found) if found else None


def page_of(world: World, name: str, student: Student, path: str = "") -> Page:
    return world.get(name, f"/students/{world.people[student.name].enrolment}/{path}")


def iso(monday: date) -> str:
    year, week, _ = monday.isocalendar()
    return f"{year}-W{week:02}"


def logs_check_in(world: World, name: str, group: str) -> None:
    """This week's, once its meeting is over; the dice say how it was."""
    monday = monday_of(world.today)
    meeting = monday + timedelta(days=world.term.meets_on[group])
    if (group, monday) in world.term.check_ins or world.today < meeting or world.term.in_break(meeting):
        return
    page = world.get(name, world.group_url(group, f"check-ins/{iso(monday)}/log/?met=today"))
    form = page.form("/log/", "Save check-in")
    outcome = world.dice.choice(["held"] * 8 + ["group_absent", "cancelled"])
    fill: dict[str, object] = {"outcome": outcome, "summary": f"{group} talked about {monday}."}
    attendance = {}
    proposed = date.fromisoformat(dict(form.fields)["held_on"])
    held_on: date | None = None
    if outcome == "held":
        # The rows of another day stand on the page once that day is chosen.
        stayed = world.term.members(group, proposed) == world.term.members(group, world.today)
        fill["held_on"] = held_on = world.dice.choice([proposed, world.today]) if stayed else proposed
    # Its members are those of the day on which it was held.
    for student in world.term.members(group, held_on) if held_on else ():
        field = f"e{world.people[student.name].enrolment}-attendance"
        if field not in form.names:
            raise NotOnPageError(f"{student.name} is not in the check-in of {group}")
        attendance[student.name] = world.dice.choice(["present"] * 6 + ["absent", "absent", "excused"])
        if is_away(student, meeting):
            attendance[student.name] = "excused"
        fill[field] = attendance[student.name]
    if outcome == "held":
        fill |= {"minutes": world.dice.choice([20, 30, 40])}
        # A group of one has no steps of the group, and who is not in it any longer has none.
        steps = sorted(name for name in form.names if re.fullmatch(r"(group|n\d+)-text", name))
        if attendance and world.chance(0.4):
            fill[world.dice.choice(steps)] = f"Read part {world.counts['deeds']} again"
    else:
        # What was typed before an undo is a draft, which the form shows.
        fill |= {name: "" for name in form.names if name.endswith("-text")}
    if world.chance(0.15):
        fill["request"] = f"A room for {group}, please."
    if world.chance(0.3):
        fill["private_note"] = f"Kept private: {group}, {monday}."
    answer = world.send(name, form, fill, button="Save check-in")
    if answer.errors:
        raise NotOnPageError(f"The check-in of {group} was refused: {answer.errors}")
    day = proposed if outcome == "group_absent" else held_on
    made = CheckIn(group, monday, outcome, day, name, world.now, minutes=30 if held_on else None)
    made.attendance = attendance
    sent = {name: values[0] for name, values in form.filled(fill).items()}
    made.private, made.request = sent["private_note"], sent["request"]
    world.term.check_ins[group, monday] = made
    agrees(world, made, meeting, sent)
    for student_name, how in made.attendance.items():
        if how == "present":
            active(world, student_name, held_on)
    world.did(f"logs a check-in: {group} {outcome} {day} {attendance}", *attendance, by=name)
    tells_of_check_in(world, name, made)
    if world.chance(0.08):
        undoes_check_in(world, name, group, answer, made)


def agrees(world: World, made: CheckIn, meeting: date, sent: dict[str, str]) -> None:
    """Steps are due at the next meeting."""
    due_on = meeting + WEEK
    while world.term.in_break(due_on):
        due_on += WEEK
    for whose in ["", *made.attendance] if made.held_on else ():
        text = sent.get(f"n{world.people[whose].enrolment}-text" if whose else "group-text")
        if text:
            world.term.steps.append(Step(text, made.group, whose, due_on, world.now))


def tells_of_check_in(world: World, name: str, made: CheckIn) -> None:
    """ "The students who were in the group on the day of the check-in", after ten minutes; that there is no meeting,
    the group’s students and mentors.
    """
    term, group, about = world.term, made.group, f"check-in of {made.group} {made.monday}"
    if made.outcome == "cancelled":
        readers = fellows(term, group, world.today) | set(term.mentors(group, world.today))
        words = (f"{group} does not meet in the week of",)
        world.tell("meeting", readers, words, about, by=name)
    elif made.outcome == "held" and made.held_on:
        words = (f"{group}: what you agreed",)
        readers = fellows(term, group, made.held_on)
        world.tell("check-in", readers, words, about, by=name, days=[made.held_on])


def logs_perfect_check_in(world: World, name: str, group: str) -> None:
    """As the page proposes it, on the day of the meeting."""
    monday = monday_of(world.today)
    if world.today != monday + timedelta(days=world.term.meets_on[group]):
        return
    page = world.get(name, world.group_url(group, f"check-ins/{iso(monday)}/log/?met=today"))
    world.send(name, page.form("/log/", "Save check-in"), button="Save check-in")
    made = CheckIn(group, monday, "held", world.today, name, world.now, minutes=30)
    made.attendance = {one.name: "present" for one in world.term.members(group, world.today)}
    world.term.check_ins[group, monday] = made
    for student_name in made.attendance:
        active(world, student_name)
    world.did(f"logs a check-in: {group}", *made.attendance, by=name)


def undoes_check_in(world: World, name: str, group: str, page: Page, made: CheckIn) -> None:
    form = next((each for each in page.forms() if each.action.endswith("/undo/")), None)
    if form is None:
        return
    world.send(name, form, button="Undo")
    del world.term.check_ins[group, made.monday]
    world.term.steps = [each for each in world.term.steps if each.at != made.at]
    world.take_back(f"check-in of {group} {made.monday}")
    for student_name, how in made.attendance.items():
        if how == "present" and made.held_on:
            world.term.students[student_name].active_on.remove(made.held_on)
    world.did(f"undoes a check-in: {group}", *made.attendance, by=name)


def marks_for(world: World, name: str) -> None:
    student = drawn(world, name)
    if student is None:
        return
    page = world.get(name, f"/groups/?student={world.people[student.name].enrolment}")
    milestone = world.dice.choice(sorted(world.term.plans[student.group_on(world.today) or ""]))
    state = world.dice.choice(["working", "done", "done", "skipped", "need_help"])
    if state == student.state(milestone):
        return
    form, value = mark_form(world, page, student.name, milestone, state)
    world.send(name, form, value=value)
    set_state(world, student.name, milestone, state, name)
    world.did(f"marks for: {student.name} {milestone} {state}", student.name, by=name)


def answers_help(world: World, name: str) -> None:
    student = drawn(world, name, open_requests)
    if student is None:
        return
    milestone = open_requests(student)[0]
    number, title = world.milestones[milestone], world.term.milestones[milestone].title
    page = page_of(world, name, student, f"help/?milestone={number}")
    # Where words were asked, the page of that question leads on.
    is_question = page.url.startswith("/questions/")
    form = page.form("/answer/" if is_question else "/help/", field_name="body")
    fill: dict[str, object] = {"body": f"{name} says: read it once more, slowly."}
    if "milestone" in form.options:
        fill["milestone"] = number
    world.send(name, form, fill)
    request = student.requests[milestone]
    if request.words is None:
        group = student.group_on(world.today) or ""
        # It was asked with the request, in a group that they joined later from that day on.
        joined = next(stay.start for stay in reversed(student.stays) if stay.holds(world.today))
        at = max(request.at, datetime.combine(joined, time(), world.term.zone))
        request.words = Question(f"Help with {title}", student.name, milestone, at, group)
        world.term.questions.append(request.words)
    tell_answer(world, request.words, name)
    world.did(f"answers help: {student.name} {milestone}", student.name, by=name)


def open_requests(student: Student) -> list[int]:
    return [
        number
        for number, request in student.requests.items()
        if student.state(number) == "need_help"
        and not any(each.by != student.name for each in request.answered)
    ]


def sorts_out(world: World, name: str) -> None:
    student = drawn(world, name, open_requests)
    if student is None:
        return
    milestone = open_requests(student)[0]
    form, value = mark_form(world, world.get(name, "/groups/"), student.name, milestone, "sorted_out")
    world.send(name, form, value=value)
    set_state(world, student.name, milestone, "working", name)
    world.did(f"sorts out: {student.name} {milestone}", student.name, by=name)


def answers_a_question(world: World, name: str) -> None:
    groups = groups_of(world, name)
    found = [each for each in world.term.questions if each.group in groups and each.is_open and each.title]
    if found:
        answers_question(world, name, world.dice.choice(found))


def accepts_absence(world: World, name: str) -> None:
    student = drawn(world, name)
    first = world.today + timedelta(days=world.dice.choice([-2, 0, 3]))
    days = Period(first, first + timedelta(days=world.dice.choice([1, 4, 8])))
    if student is None or days.first < student.started_on:
        return
    says_away(world, name, student, days)


def removes_absence(world: World, name: str) -> None:
    """One that was accepted is taken back: those days count again."""
    student = drawn(world, name, lambda one: one.absences)
    if student is None:
        return
    forms = page_of(world, name, student).forms()
    # The latest stands first.
    world.send(name, next(form for form in forms if form.action.endswith("/remove/")))
    days = max(student.absences, key=lambda each: each.first)
    student.absences.remove(days)
    about = f"{student.name} is away from {days.first}"
    world.take_back(about, (f"{student.name} is",), name, student.group_on(world.today) or "")
    world.did(f"removes an absence: {student.name} {days.first} to {days.last}", student.name, by=name)


def ends_snooze(world: World, name: str) -> None:
    """Before its day: what it hid is shown again."""
    student = drawn(world, name, lambda one: one.snooze and world.today < one.snooze.until)
    if student is None:
        return
    world.send(name, page_of(world, name, student).form("/end/", "End snooze"))
    student.snooze = None
    world.did(f"ends a snooze: {student.name}", student.name, by=name)


def waives(world: World, name: str) -> None:
    student = drawn(world, name)
    if student is None:
        return
    page = page_of(world, name, student, "?kind=progress")
    forms = [form for form in page.forms() if form.action.endswith("/waive/")]
    if not forms:
        return
    form = world.dice.choice(forms)
    number = int(dict(form.fields)["milestone"])
    milestone = next(key for key, pk in world.milestones.items() if pk == number)
    is_back = form.action.endswith("/unwaive/")
    world.send(name, form)
    (student.waived.discard if is_back else student.waived.add)(milestone)
    what = "requires again" if is_back else "waives"
    world.did(f"{what}: {student.name} {milestone}", student.name, by=name)


def snoozes(world: World, name: str) -> None:
    """Whoever has an alert; a request for help that stands is answered first."""
    reasons = partial(all_reasons, world.term, now=world.now, reader="mentor")
    student = drawn(world, name, lambda one: reasons(one) and not open_requests(one))
    if student is None:
        return
    form = page_of(world, name, student, "snooze/").form("/snooze/", "Snooze")
    until = world.today + timedelta(days=world.dice.choice([2, 5]))
    world.send(name, form, {"until_on": until, "reason": "We talk on Friday."}, button="Snooze")
    student.snooze = Snooze(until, world.now, frozenset(each.code for each in reasons(student)))
    world.did(f"snoozes: {student.name} until {until}", student.name, by=name)


def is_away_soon(world: World, name: str) -> None:
    """Some days from soon on, for all of their groups."""
    if any(who == name for who, _ in world.term.away):
        return
    first = world.today + timedelta(days=world.dice.choice([0, 2, 5]))
    days = Period(first, first + timedelta(days=world.dice.choice([2, 6])))
    form = world.get(name, "/away/").form("/away/", "Save")
    groups = [value for value, _ in form.options["mentorships"]]
    fill = {"starts_on": days.first, "ends_on": days.last, "mentorships": groups}
    world.send(name, form, fill, button="Save")
    world.term.away.append((name, days))
    tells_away(world, name, days, name, world.groups)
    world.did(f"is away: {days.first} to {days.last}", by=name)


def tells_away(world: World, name: str, days: Period, by: str, groups: Iterable[str]) -> None:
    """ "When a mentor is away, or who is away comes to a group, its other mentors, or the course admins if there are
    none."
    """
    for group, day in missed(world, name, days):
        if group in groups:
            ask = partial(hears_of_away, world.term, name, group, day)
            world.tell_later("group", f"{name} away from {group}, {days.first}", by, ask)


def hears_of_away(term: Term, name: str, group: str, day: date, today: date) -> tuple[set[str], tuple[str]]:
    others = set(term.mentors(group, max(day, today)))
    words = f"{name} Silva is away" if others else f"{group} needs a stand-in"
    return others or set(term.admins), (words,)


def missed(world: World, name: str, days: Period) -> list[tuple[str, date]]:
    """The groups that they lead on some of these days, "a stand-in with a last day too", and the first of those."""
    leads = [one for one in world.term.leads if one.mentor == name and one.start <= days.last]
    return [
        (one.group, max(one.start, days.first)) for one in leads if one.end is None or one.end > days.first
    ]


def is_back(world: World, name: str) -> None:
    """Takes back the days away that are not over, of all groups."""
    days = next((days for who, days in world.term.away if who == name and days.last >= world.today), None)
    if days is None:
        return
    while form := next((f for f in world.get(name, "/away/").forms() if f.action.endswith("/remove/")), None):
        world.send(name, form)
    world.term.away.remove((name, days))
    words = (f"{name} Silva is",)
    for group, _ in missed(world, name, days):
        world.take_back(f"{name} away from {group}, {days.first}", words, name, group)
    world.did(f"is not away: {days.first} to {days.last}", by=name)
