"""What students do on their week."""

from datetime import date, datetime, timedelta

from tests.term.model.facts import Answer, HelpRequest, Mark, News, Note, Period, Question, Student
from tests.term.model.standing import first_answer, is_answered, next_milestone
from tests.term.model.told import fellows, who_helps
from tests.term.model.waiting import NEWS, agreed, run_of, sorted_out
from tests.term.pages import Form, NotOnPageError, Page
from tests.term.world import World

STATES = ["working"] * 3 + ["done"] * 5 + ["need_help"] * 2 + ["not_started"]
# The mark of a milestone, the request for help, and what is told, before a mark.
type Before = tuple[Mark | None, HelpRequest | None, list[News]]


def sign_in(world: World, name: str) -> None:
    """By the link of the invitation, which stands in the mail."""
    mails = [sent for _, sent in world.mails if sent.to == [world.people[name].email]]
    links = [word for sent in mails for word in str(sent.body).split() if "/invitation/" in word]
    if not links:
        return
    from django.test import Client

    person = world.people[name]
    person.client, person.signed_in_on = Client(), world.today
    page = world.get(name, links[-1].partition("8000")[2])
    if not page.tree.first("button", css="btn-primary"):
        return
    page = world.send(name, page.form(page.url, "Continue"), button="Continue")
    world.did("signs in", by=name)
    world.term.signed_in.add(name)
    if student := world.term.students.get(name):
        student.signed_in_on = world.today


def week_of(world: World, name: str, milestone: int | None = None) -> Page:
    group = world.term.students[name].group_on(world.today)
    at = f"?milestone={world.milestones[milestone]}" if milestone else ""
    return world.get(name, f"/week/{world.groups[group or '']}/{at}")


def active(world: World, name: str, on: date | None = None) -> None:
    if student := world.term.students.get(name):
        student.active_on.append(on or world.today)


def set_state(world: World, name: str, milestone: int, state: str, by: str, words: str = "") -> None:
    """Tell the model of a mark: a request for help begins with it, or ends by it."""
    student = world.term.students[name]
    was = student.marks.get(milestone)
    asked = was is not None and was.state == "need_help" and any(each.by == name for each in run_of(was))
    student.marks[milestone] = Mark(state, world.now, by, student.marks.get(milestone))
    active(world, name)
    title, group = world.term.milestones[milestone].title, student.group_on(world.today) or ""
    about = f"help of {name} with {title}"
    world.take_back(about)
    if by == name or state == "need_help":
        # What others mark leaves it: "it goes once the student marks on", and its mail is withdrawn "by the same rule".
        world.take_back(f"end of {about}")
    if asked and by != name:
        # *Sorted out* "tells a student who had asked for it" (decision 41).
        world.tell("answer", [name], (f"{title}: marked as",), f"end of {about}", by=by)
    if state != "need_help":
        return
    tells_of_help(world, name, title, by)
    request = HelpRequest(name, milestone, world.now)
    if words:
        request.words = Question(words, name, milestone, world.now, group, is_for_help=True)
        world.term.questions.append(request.words)
    student.requests[milestone] = request


def tells_of_help(world: World, name: str, title: str, by: str) -> None:
    """Who hears of it is asked when its mails are made."""
    words = (f"{name} needs help with", title)
    world.tell_later(
        "help", f"help of {name} with {title}", by, lambda day: (who_helps(world.term, name, day), words)
    )


def mark_form(world: World, page: Page, name: str, milestone: int, state: str) -> tuple[Form, str]:
    """The form with the button that sets this state, and the button's value."""
    value = f"{world.people[name].enrolment}-{world.milestones[milestone]}-{state}"
    for form in page.forms():
        if form.action.partition("?")[0].endswith("/progress/") and form.button(value=value):
            return form, value
    raise NotOnPageError(f"No button {value} on {page.url}")


def marks(world: World, name: str) -> None:
    student, dice = world.term.students[name], world.dice
    now_at = next_milestone(world.term, student, world.today)
    if now_at is None:
        return
    others = [number for number in world.term.plans[student.group_on(world.today) or ""] if number != now_at]
    milestone = dice.choice(others) if others and world.chance(0.15) else now_at
    state = dice.choice(STATES)
    if state == student.state(milestone):
        return
    page = week_of(world, name, milestone)
    form, value = mark_form(world, page, name, milestone, state)
    words = ""
    if state == "need_help" and world.chance(0.6):
        words = (
            f"{name} does not see how {world.term.milestones[milestone].title} works {len(world.deeds[name])}"
        )
    answer = world.send(name, form, {"words": words} if words else {}, value=value)
    was = student.marks.get(milestone), student.requests.get(milestone), [*world.term.news]
    set_state(world, name, milestone, state, name, words)
    world.did(f"marks: {milestone} {state}{' with words' if words else ''}", by=name)
    if not words and world.chance(0.12):
        undoes(world, name, answer, milestone, was)


def sets(world: World, name: str, milestone: int, state: str) -> None:
    form, value = mark_form(world, week_of(world, name, milestone), name, milestone, state)
    world.send(name, form, value=value)
    set_state(world, name, milestone, state, name)
    world.did(f"marks: {milestone} {state}", by=name)


def undoes(world: World, name: str, page: Page, milestone: int, was: Before) -> None:
    """At once, by the button of the message. "A wrong click that is undone within half an hour leaves that day as it
    was" (decision 8): what was asked before is asked again, since the day on which it was. "A request for help that
    comes back by *Undo* is told in the same way": to a mentor of today who never heard of it, unless it was answered.
    """
    form = page.form("/", "Undo")
    if "/undo/" not in form.action:
        return
    world.send(name, form, button="Undo")
    student, (mark, request, world.term.news) = world.term.students[name], was
    for kept, before in ((student.marks, mark), (student.requests, request)):
        kept.pop(milestone, None)
        if before is not None:
            kept[milestone] = before  # type: ignore[assignment]
    if mark and mark.state == "need_help" and not (request and is_answered(request)):
        tells_of_help(world, name, world.term.milestones[milestone].title, mark.by)
    world.did(f"undoes: {milestone}", by=name)


def notes_hours(world: World, name: str) -> None:
    page = week_of(world, name)
    forms = [form for form in page.forms() if form.action.endswith("/hours/")]
    if not forms:
        return
    hours = world.dice.choice(["0.5", "1", "2.5", "4"])
    world.send(name, forms[0], {"hours": hours})
    active(world, name)
    world.did(f"notes hours: {hours}", by=name)


def ticks(world: World, name: str) -> None:
    page = week_of(world, name)
    forms = [form for form in page.forms() if form.action.endswith("/tick/") and "ticked" in form.names]
    open_ones = [form for form in forms if not any(key == "ticked" for key, _ in form.fields)]
    if not open_ones:
        return
    world.send(name, open_ones[0], {"ticked": "yes"})
    active(world, name)
    world.did("ticks a material", by=name)


def ticks_a_step(world: World, name: str) -> None:
    texts = agreed(world.term, world.term.students[name], world.today)
    if not texts:
        return
    forms = week_of(world, name).forms()
    form = next((each for each in forms if "/steps/" in each.action and texts[0] in line_of(each)), None)
    if form is None:
        raise NotOnPageError(f"No box of {texts[0]}")
    world.send(name, form, {"state": "done"})
    step = next(each for each in world.term.steps if each.text == texts[0])
    step.is_done = True
    active(world, name)
    world.did(f"ticks a step: {step.text}", *fellows(world.term, step.group, world.today), by=name)


def line_of(form: Form) -> str:
    line = form.node.within("li")
    return line.text if line else ""


def ends_help(world: World, name: str) -> None:
    """ "That helps" where it was answered, else "Sorted out"."""
    student = world.term.students[name]
    waiting = [number for number in student.requests if student.state(number) == "need_help"]
    if not waiting:
        return
    milestone = waiting[0]
    page = week_of(world, name, milestone)
    form, value = mark_form(world, page, name, milestone, "sorted_out")
    world.send(name, form, value=value)
    if answer := first_answer(student.requests[milestone]):
        # "*That helps* is told to who gave the answer that it stands beside, the first" (decision 41).
        answer.helped_at = world.now
    set_state(world, name, milestone, "working", name)
    world.did(f"ends help: {milestone}", by=name)


def says_not_yet(world: World, name: str) -> None:
    """ "*Not yet* makes it a request again as it was: with its age, and its words open" (decision 41)."""
    student = world.term.students[name]
    titles = {milestone.title: number for number, milestone in world.term.milestones.items()}
    ended = [
        titles[title] for _, mark, title in sorted_out(world.term, student) if mark.at > world.now - NEWS
    ]
    if not ended:
        return
    request = student.requests[ended[0]]
    form, value = mark_form(world, world.get(name, "/week/"), name, ended[0], "not_yet")
    world.send(name, form, value=value)
    set_state(world, name, ended[0], "need_help", name)
    student.requests[ended[0]] = request
    if is_answered(request):
        world.take_back(f"help of {name} with {world.term.milestones[ended[0]].title}")
    world.did(f"says not yet: {ended[0]}", by=name)


def asks(world: World, name: str) -> None:
    group = world.term.students[name].group_on(world.today) or ""
    page = world.get(name, world.group_url(group, "questions/new/"))
    form = page.form("/questions/new/", field_name="title")
    topic = world.dice.choice("loss masks tokens layers caches chunks scores prompts ranks".split())
    verb = world.dice.choice(["grow", "fail", "differ"])
    title = f"Why do {topic} {verb} for {name}, {len(world.deeds[name])}?"
    milestone = next_milestone(world.term, world.term.students[name], world.today)
    fill: dict[str, object] = {"title": title, "visibility": world.dice.choice(["group", "cohort"])}
    if milestone:
        fill["milestone"] = world.milestones[milestone]
    answer = world.send(name, form, fill, button="Ask")
    while "Not the same" in answer.html:
        # "Questions that very likely are the same stop it, each of them once."
        form = answer.form("/questions/new/", "Not the same")
        answer = world.send(name, form, button="Not the same")
    asked = Question(title, name, milestone, world.now, group, visibility=str(fill["visibility"]))
    world.term.questions.append(asked)
    active(world, name)
    world.did(f"asks: {title}", by=name)


def says_before_meeting(world: World, name: str) -> None:
    page = week_of(world, name)
    forms = [form for form in page.forms() if "/before-meeting/" in form.action]
    if not forms:
        return
    going = world.dice.choice(["stuck", "so_so", "well", "well"])
    group = world.term.students[name].group_on(world.today) or ""
    week = forms[0].action.partition("/before-meeting/")[2].partition("/")[0]
    monday = datetime.strptime(week + "-1", "%G-W%V-%u").date()  # noqa: DTZ007 - a day
    world.send(name, forms[0], {"going": going, "note": f"{name} says {going}"})
    world.term.notes[name, group, monday] = Note(name, group, monday, going, world.now)
    active(world, name)
    world.did(f"says before the meeting: {going} ({monday:%d %b})", by=name)


def answers(world: World, name: str) -> None:
    """A question of somebody else in the group that is open."""
    group = world.term.students[name].group_on(world.today)
    found = [
        each for each in world.term.questions if each.group == group and each.is_open and each.by != name
    ]
    if found:
        answers_question(world, name, world.dice.choice(found))


def answers_question(world: World, name: str, question: Question) -> None:
    page = world.get(name, f"/questions/?q={question.title.replace(' ', '+').rstrip('?')}&status=open")
    links = [node.attrs["href"] for node in page.main.all("a") if node.text == question.title]
    if not links:
        return
    page = world.get(name, links[0])
    form = page.form("/answer/", field_name="body")
    world.send(name, form, {"body": f"{name} would try it with fewer of them."}, button="Answer")
    tell_answer(world, question, name)
    active(world, name)
    world.did(f"answers: {question.title}", question.by, by=name)


def tell_answer(world: World, question: Question, by: str) -> None:
    """An answer is one to a request for help of who asked it, if it is about what that request is about."""
    answer = Answer(by, world.now)
    question.answers.append(answer)
    words = ("Answered:", question.title)
    student = world.term.students.get(question.by)
    if student is None or student.ended_on is None:
        # Who dropped out hears of their group no longer.
        world.tell("answer", [question.by], words, f"question {question.title}", by=by)
    for request in student.requests.values() if student else ():
        is_about = request.words is question or (
            request.words is None and request.milestone == question.milestone
        )
        if is_about:
            request.answered.append(answer)
            if student and student.state(request.milestone) == "need_help":
                title = world.term.milestones[request.milestone].title
                world.take_back(f"help of {question.by} with {title}")


def is_away_soon(world: World, name: str) -> None:
    """ "*I’m away*: from today or later, for at most 14 days; your mentor is told." """
    first = world.today + timedelta(days=world.dice.choice([0, 1, 4]))
    days = Period(first, first + timedelta(days=world.dice.choice([0, 3, 6])))
    says_away(world, name, world.term.students[name], days)


def says_away(world: World, by: str, student: Student, days: Period) -> None:
    """Days that touch others would be one absence with them: the dice leave these out."""
    near = Period(days.first - timedelta(days=1), days.last + timedelta(days=1))
    if any(each.first <= near.last and near.first <= each.last for each in student.absences):
        return
    url = f"/students/{world.people[student.name].enrolment}/away/"
    fill = {"starts_on": days.first, "ends_on": days.last, "reason": "a fair"}
    answer = world.send(by, world.get(by, url).form("/away/", "Save"), fill, button="Save")
    if answer.errors:
        raise NotOnPageError(f"The absence of {student.name} was refused: {answer.errors}")
    student.absences.append(days)
    if by == student.name:
        # "Of a student who is away by tomorrow, after ten minutes", else "in the e-mail of the next morning".
        term, is_later = world.term, days.first > world.today + timedelta(days=1)
        world.tell_later(
            "group", f"{by} is away from {days.first}", by,
            lambda day: (term.mentors(student.group_on(day) or "", day) or term.admins, (f"{by} is away",)),
            is_for_summary=is_later,
        )  # fmt: skip
    what = "is away" if by == student.name else "accepts an absence"
    world.did(f"{what}: {student.name} {days.first} to {days.last}", student.name, by=by)
