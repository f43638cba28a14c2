"""What course admins do."""

from datetime import date, timedelta

from tests.term.deeds.mentors import tells_away
from tests.term.deeds.moving import takes_back_a_move
from tests.term.deeds.students import line_of
from tests.term.model.facts import Lead, MaterialChange, Period
from tests.term.model.told import fellows, of_closing, withdraw
from tests.term.pages import NotOnPageError
from tests.term.world import World


def closes(world: World, name: str) -> None:
    """As of today; who finished every milestone finished, the others dropped out."""
    page = world.get(name, f"/cohorts/{world.cohort}/close/")
    form = page.form("/close/", field_name="on")
    fill: dict[str, object] = {"on": world.today}
    if "for_others" in form.names:
        fill["for_others"] = "dropped"
    preview = world.send(name, form, fill)
    world.send(name, preview.form("/close/", holding="Close"), button="Close")
    readers = of_closing(world.term, world.today)
    world.tell("closed", readers, ("Autumn is closed",), "closing", by=name)
    world.term.closed_on = world.today
    for student in world.term.students.values():
        if len(student.stays) > 1 and student.stays[-1].start > world.today:
            # "A move that is planned for after the closing is taken back with it" (decision 39).
            takes_back_a_move(world, student, name)
    here = [one for one in world.term.students.values() if one.ended_on is None]
    world.term.closed_with = [(student, student.stays[-1].end) for student in here]
    for student in here:
        student.ended_on = world.today
        student.stays[-1].end = student.stays[-1].end or world.today
    world.did("closes the cohort", by=name)


def reopens(world: World, name: str) -> None:
    """Enrolments that closed with it open again."""
    page = world.get(name, f"/cohorts/{world.cohort}/close/")
    world.send(name, page.form("/open-again/"))
    for student, end in world.term.closed_with:
        student.ended_on, student.stays[-1].end = None, end
    world.term.closed_on = None
    world.take_back("closing", ("Autumn is open again",), name)
    world.did("reopens the cohort", by=name)


def begins_the_next(world: World, name: str) -> None:
    """The next cohort of the course: nothing of this one is in it."""
    url = f"/courses/{world.course}/cohorts/new/"
    form = world.get(name, url).form("/new/", field_name="starts_on")
    starts_on = world.today + timedelta(days=21 - world.today.weekday())
    world.send(name, form, {"title": "Winter", "starts_on": starts_on})
    world.did("begins the next cohort", by=name)


def archives(world: World, name: str) -> None:
    page = world.get(name, f"/cohorts/{world.cohort}/edit/")
    world.send(name, page.form(f"/cohorts/{world.cohort}/archive/"))
    world.term.is_archived = True
    world.did("archives the cohort", by=name)


def finds_a_stand_in(world: World, name: str) -> None:
    """For a group whose mentor is away: another mentor, for those days."""
    today, term = world.today, world.term
    for who, days in term.away:
        groups = [lead.group for lead in term.leads if lead.mentor == who and lead.holds(today)]
        for group in groups if days.last > today else ():
            is_new = any(news.about == f"{group} begins" and not news.sent_at for news in term.news)
            if is_new or any(lead.role == "cover" and lead.group == group for lead in term.leads):
                continue
            free = [one for one in sorted(world.people) if may_stand_in(world, one, group, days)]
            if not free:
                continue
            assigns(world, name, world.dice.choice(free), group, max(days.first, today), days.last)
            return


def may_stand_in(world: World, name: str, group: str, days: Period) -> bool:
    term, student = world.term, world.term.students.get(name)
    if "mentor" not in world.people[name].roles or world.people[name].signed_in_on is None:
        return False
    is_there = not term.is_away(name, days.first) and not term.is_away(name, days.last)
    return is_there and group not in term.led_by(name, world.today) and not student


def assigns(world: World, name: str, who: str, group: str, first: date, last: date) -> None:
    """The dice may undo it at once, by the button of the message."""
    page = world.get(name, world.group_url(group, "set-up/"))
    found = {"mentor": world.people[who].email, "on": first, "until": last}
    page = world.send(name, page.form("/set-up/", field_name="mentor"), found)
    preview = world.send(name, page.form("/assign/", "Stand-in"), button="Stand-in")
    answer = world.send(name, preview.form("/assign/", field_name="seen"))
    if world.chance(0.25):
        world.send(name, answer.form("/undo/", "Undo"), button="Undo")
        world.did(f"undoes a stand-in: {who} for {group}", who, by=name)
        return
    world.term.leads.append(Lead(who, group, first, last + timedelta(days=1), "cover"))
    for days in days_away(world, who):
        tells_away(world, who, days, name, [group])
    told = f"{who} stands in for {group}"
    world.tell("group", [who], (f"You are {group}’s stand-in",), told, by=name)
    words = (f"{who} Silva is {group}’s stand-in",)
    world.tell("group", fellows(world.term, group, world.today), words, told, by=name)
    # "To others in the e-mail of the next morning."
    mentors = set(world.term.mentors(group, world.today)) - {who}
    world.tell("group", mentors, words, told, by=name, is_for_summary=True)
    world.did(f"finds a stand-in: {who} for {group}, {first} to {last}", who, by=name)


def days_away(world: World, name: str) -> list[Period]:
    return [days for who, days in world.term.away if who == name]


def undoes_a_stand_in(world: World, name: str) -> None:
    """Some days later: "it is not undone once who came has logged something there" (decision 34)."""
    term, url = world.term, f"/cohorts/{world.cohort}/moves/"
    leads = [lead for lead in term.leads if lead.role == "cover" and lead.end and lead.end > world.today]
    if not leads:
        return
    lead = world.dice.choice(leads)
    who, group = lead.mentor, lead.group
    line = f"{group} gets a stand-in: {who} Silva"
    forms = [form for form in world.get(name, url).forms() if line in line_of(form)]
    if not forms:
        raise NotOnPageError(f"No undo of {line}")
    if not world.send(name, forms[0], button="Undo").tree.first("div", css="message-success"):
        world.counts["an undo of a stand-in is refused"] += 1
        return
    words, away = (f"not mentor {group} after all",), f"{who} away from {group}"
    for days in days_away(world, who):
        world.take_back(f"{away}, {days.first}", words, name, group)
    world.take_back(f"{who} stands in for {group}", words, name, group)
    for news in term.news:
        if news.about.startswith(away) and not news.sent_at:
            # That they are not away after all: a mail "is written when it is sent".
            news.words = words
    term.leads.remove(lead)
    names = {group, *fellows(term, group, world.today)}
    withdraw(term, who, lambda news: news.words != words and any(one in news.about for one in names))
    world.did(f"undoes a stand-in, later: {who} for {group}", who, by=name)


def answers_a_request(world: World, name: str) -> None:
    """What a mentor asked the course admins for in a check-in, the longest wait first."""
    url = f"/cohorts/{world.cohort}/requests/"
    links = [
        node.attrs["href"]
        for node in world.get(name, url).main.all("a")
        if "/request/answer/" in node.attrs["href"]
    ]
    if not links:
        return
    page = world.get(name, links[0])
    world.send(name, page.form("/request/answer/", "Send the answer"), {"body": f"{name} sees to it."})
    group = next(group for group, pk in world.groups.items() if f"/groups/{pk}/" in links[0])
    asked = [one for one in world.term.check_ins.values() if one.group == group and one.waits_for_an_answer]
    asked[0].is_request_answered = True
    world.did(f"answers a request: {group}", asked[0].by, by=name)


def changes_material(world: World, name: str) -> None:
    """Because of a question; in the same hour who asked it is told, or on another day."""
    term = world.term
    untold = [change for change in term.changes if change.told_at is None]
    if untold:
        tells_of_a_change(world, name, untold[0])
        return
    questions = [
        one for one in term.questions if "Help with" not in one.title and one not in term.changed_because
    ]
    if not questions:
        return
    question = world.dice.choice(questions)
    url = f"/courses/{world.course}/changes/new/"
    what = f"A drawing of it, number {len(term.changes) + 1}"
    form = world.get(name, url).form("/changes/new/", "Record")
    page = world.send(name, form, {"what": what, "q": question.title}, button="Find")
    found = [
        part.first("input", name="questions")
        for part in page.main.all("div", css="form-check")
        if question.title in part.text
    ]
    if not found or found[0] is None:
        return
    fill = {"what": what, "questions": found[0].attrs["value"]}
    world.send(name, page.form("/changes/new/", "Record"), fill, button="Record")
    change = MaterialChange(what, [question])
    term.changes.append(change)
    world.did(f"changes material: {question.title}", question.by, by=name)
    if world.chance(0.5):
        tells_of_a_change(world, name, change)


def tells_of_a_change(world: World, name: str, change: MaterialChange) -> None:
    page = world.get(name, f"/courses/{world.course}/changes/")
    links = [node.attrs["href"] for node in page.main.all("a") if node.text == change.what]
    page = world.get(name, f"{links[0]}tell/")
    if not page.tree.first("button", css="btn-primary"):
        # Who asked has left: "No one to notify".
        change.questions.clear()
    else:
        world.send(name, page.form("/tell/", "Notify"))
    change.told_at = world.now
    world.did(f"tells of a change: {change.what}", *(one.by for one in change.questions), by=name)
