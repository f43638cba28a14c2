"""What mentors do in their groups."""

from datetime import date, timedelta

from tests.term.deeds.students import active, answers_question, mark_form, set_state, tell_answer
from tests.term.model.facts import Answer, CheckIn, Period, Question, Snooze, monday_of
from tests.term.model.standing import all_reasons, is_away
from tests.term.pages import NotOnPageError, Page
from tests.term.world import World


def groups_of(world: World, name: str) -> list[str]:
    return world.term.led_by(name, world.today)


def students_of(world: World, name: str) -> list[str]:
    found = []
    for group in groups_of(world, name):
        found += [student.name for student in world.term.members(group, world.today)]
    return found


def iso(monday: date) -> str:
    year, week, _ = monday.isocalendar()
    return f"{year}-W{week:02}"


def logs_check_in(world: World, name: str, group: str) -> bool:
    """This week's, once its meeting is over; the dice say how it was."""
    monday = monday_of(world.today)
    meeting = monday + timedelta(days=world.term.meets_on[group])
    if (group, monday) in world.term.check_ins or world.today < meeting or world.term.in_break(meeting):
        return False
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
    answer = world.send(name, form, fill, button="Save check-in")
    if answer.errors:
        raise NotOnPageError(f"The check-in of {group} was refused: {answer.errors}")
    day = proposed if outcome == "group_absent" else held_on
    made = CheckIn(group, monday, outcome, day, name, world.now, minutes=30 if held_on else None)
    made.attendance = attendance
    world.term.check_ins[group, monday] = made
    for student_name, how in made.attendance.items():
        if how == "present":
            active(world, student_name, held_on)
    world.did(f"logs a check-in: {group} {outcome} {day} {attendance}", *attendance, by=name)
    if world.chance(0.08):
        return undoes_check_in(world, name, group, answer, made)
    return True


def logs_perfect_check_in(world: World, name: str, group: str) -> bool:
    """As the page proposes it, on the day of the meeting."""
    monday = monday_of(world.today)
    if world.today != monday + timedelta(days=world.term.meets_on[group]):
        return False
    page = world.get(name, world.group_url(group, f"check-ins/{iso(monday)}/log/?met=today"))
    world.send(name, page.form("/log/", "Save check-in"), button="Save check-in")
    made = CheckIn(group, monday, "held", world.today, name, world.now, minutes=30)
    made.attendance = {one.name: "present" for one in world.term.members(group, world.today)}
    world.term.check_ins[group, monday] = made
    for student_name in made.attendance:
        active(world, student_name)
    world.did(f"logs a check-in: {group}", *made.attendance, by=name)
    return True


def undoes_check_in(world: World, name: str, group: str, page: Page, made: CheckIn) -> bool:
    form = next((each for each in page.forms() if each.action.endswith("/undo/")), None)
    if form is None:
        return False
    world.send(name, form, button="Undo")
    del world.term.check_ins[group, made.monday]
    for student_name, how in made.attendance.items():
        if how == "present" and made.held_on:
            world.term.students[student_name].active_on.remove(made.held_on)
    world.did(f"undoes a check-in: {group}", *made.attendance, by=name)
    return True


def marks_for(world: World, name: str) -> bool:
    student = world.dice.choice(students_of(world, name) or [""])
    if not student:
        return False
    enrolment = world.people[student].enrolment
    page = world.get(name, f"/groups/?student={enrolment}")
    group = world.term.students[student].group_on(world.today) or ""
    milestone = world.dice.choice(sorted(world.term.plans[group]))
    state = world.dice.choice(["working", "done", "done", "skipped", "need_help"])
    if state == world.term.students[student].state(milestone):
        return False
    form, value = mark_form(world, page, student, milestone, state)
    world.send(name, form, value=value)
    set_state(world, student, milestone, state, name)
    world.did(f"marks for: {student} {milestone} {state}", student, by=name)
    return True


def answers_help(world: World, name: str) -> bool:
    waiting = [one for one in students_of(world, name) if open_requests(world, one)]
    if not waiting:
        return False
    student = world.dice.choice(waiting)
    milestone = open_requests(world, student)[0]
    number = world.milestones[milestone]
    url = f"/students/{world.people[student].enrolment}/help/?milestone={number}"
    page = world.get(name, url)
    # Where words were asked, the page of that question leads on.
    is_question = page.url.startswith("/questions/")
    form = page.form("/answer/" if is_question else "/help/", field_name="body")
    fill: dict[str, object] = {"body": f"{name} says: read it once more, slowly."}
    if "milestone" in form.options:
        fill["milestone"] = number
    world.send(name, form, fill)
    request = world.term.students[student].requests[milestone]
    if request.words is not None:
        tell_answer(world, request.words, name)
    if request.words is None:
        request.answered.append(Answer(name, world.now))
        group = world.term.students[student].group_on(world.today) or ""
        made = Question("", student, milestone, request.at, group, answers=[Answer(name, world.now)])
        world.term.questions.append(made)
    world.did(f"answers help: {student} {milestone}", student, by=name)
    return True


def open_requests(world: World, name: str) -> list[int]:
    student = world.term.students[name]
    return [
        number
        for number, request in student.requests.items()
        if student.state(number) == "need_help" and not any(each.by != name for each in request.answered)
    ]


def sorts_out(world: World, name: str) -> bool:
    waiting = [one for one in students_of(world, name) if open_requests(world, one)]
    if not waiting:
        return False
    student = world.dice.choice(waiting)
    milestone = open_requests(world, student)[0]
    try:
        form, value = mark_form(world, world.get(name, "/groups/"), student, milestone, "sorted_out")
    except NotOnPageError:
        return False
    world.send(name, form, value=value)
    set_state(world, student, milestone, "working", name)
    world.did(f"sorts out: {student} {milestone}", student, by=name)
    return True


def answers_a_question(world: World, name: str) -> bool:
    groups = groups_of(world, name)
    found = [each for each in world.term.questions if each.group in groups and each.is_open and each.title]
    return bool(found) and answers_question(world, name, world.dice.choice(found))


def accepts_absence(world: World, name: str) -> bool:
    student = world.dice.choice(students_of(world, name) or [""])
    if not student:
        return False
    first = world.today + timedelta(days=world.dice.choice([-2, 0, 3]))
    days = Period(first, first + timedelta(days=world.dice.choice([1, 4, 8])))
    known = world.term.students[student]
    if any(each.first <= days.last and days.first <= each.last for each in known.absences):
        return False
    if days.first < known.started_on:
        return False
    url = f"/students/{world.people[student].enrolment}/absences/accept/"
    form = world.get(name, url).form("/accept/", "Save")
    answer = world.send(
        name, form, {"starts_on": days.first, "ends_on": days.last, "reason": "a fair"}, button="Save"
    )
    if answer.errors:
        raise NotOnPageError(f"The absence of {student} was refused: {answer.errors}")
    known.absences.append(days)
    world.did(f"accepts an absence: {student} {days.first} to {days.last}", student, by=name)
    return True


def waives(world: World, name: str) -> bool:
    student = world.dice.choice(students_of(world, name) or [""])
    if not student:
        return False
    page = world.get(name, f"/students/{world.people[student].enrolment}/?kind=progress")
    forms = [form for form in page.forms() if form.action.endswith("/waive/")]
    if not forms:
        return False
    form = world.dice.choice(forms)
    number = int(dict(form.fields)["milestone"])
    milestone = next(key for key, pk in world.milestones.items() if pk == number)
    known = world.term.students[student]
    is_back = form.action.endswith("/unwaive/")
    world.send(name, form)
    if is_back:
        known.waived.discard(milestone)
    else:
        known.waived.add(milestone)
    world.did(f"{'requires again' if is_back else 'waives'}: {student} {milestone}", student, by=name)
    return True


def snoozes(world: World, name: str) -> bool:
    """Whoever has an alert; a request for help that stands is answered first."""
    here = [world.term.students[one] for one in students_of(world, name)]
    alerted = [
        one
        for one in here
        if all_reasons(world.term, one, world.now, "mentor") and not open_requests(world, one.name)
    ]
    if not alerted:
        return False
    student = world.dice.choice(alerted)
    url = f"/students/{world.people[student.name].enrolment}/snooze/"
    form = world.get(name, url).form("/snooze/", "Snooze")
    until = world.today + timedelta(days=world.dice.choice([2, 5]))
    world.send(name, form, {"until_on": until, "reason": "We talk on Friday."}, button="Snooze")
    found = frozenset(each.code for each in all_reasons(world.term, student, world.now, "mentor"))
    student.snooze = Snooze(until, world.now, found)
    world.did(f"snoozes: {student.name} until {until}", student.name, by=name)
    return True


def is_away_soon(world: World, name: str) -> bool:
    """Some days from soon on, for all of their groups."""
    if any(who == name for who, _ in world.term.away):
        return False
    first = world.today + timedelta(days=world.dice.choice([0, 2, 5]))
    days = Period(first, first + timedelta(days=world.dice.choice([2, 6])))
    form = world.get(name, "/away/").form("/away/", "Save")
    groups = [value for value, _ in form.options["mentorships"]]
    fill = {"starts_on": days.first, "ends_on": days.last, "mentorships": groups}
    world.send(name, form, fill, button="Save")
    world.term.away.append((name, days))
    world.did(f"is away: {days.first} to {days.last}", by=name)
    return True


def changes_the_plan(world: World, name: str) -> bool:
    """A milestone to come is due some days later in a group."""
    group = world.dice.choice(groups_of(world, name) or [""])
    if not group:
        return False
    plan = world.term.plans[group]
    coming = [number for number, day in plan.items() if day > world.today + timedelta(days=3)]
    if not coming:
        return False
    number = world.dice.choice(coming)
    day = plan[number] + timedelta(days=world.dice.choice([-1, 2, 4]))
    form = world.get(name, world.group_url(group, "plan/")).form("/plan/", "Save plan")
    fill = {f"due-{world.milestones[number]}": day, "reason": "a fair"}
    answer = world.send(name, form, fill, button="Save plan")
    if answer.errors:
        raise NotOnPageError(f"The plan of {group} was refused: {answer.errors}")
    plan[number] = day
    members = [student.name for student in world.term.members(group, world.today)]
    world.did(f"changes the plan: {number} of {group} to {day}", *members, by=name)
    return True
