"""How groups come about: mentors are asked, groups are proposed, corrected and published, and say when they meet."""

from collections.abc import Iterable
from datetime import date, timedelta

from tests.term.deeds.mentors import tells_away
from tests.term.deeds.students import sign_in
from tests.term.model.facts import Lead, Stay, calendar_of, monday_of
from tests.term.pages import Page
from tests.term.world import BEGINS, LATE, MEETS, World

NEXT_WEEK = timedelta(days=7)


def asks_mentors(world: World, name: str) -> None:
    """ "Mentors of this cohort": people who would mentor, and how many groups."""
    url = f"/cohorts/{world.cohort}/groups/form/mentors/"
    for mentor in world.mentors:
        form = world.get(name, url).form("/mentors/", "Add")
        world.send(name, form, {"email": world.people[mentor].email, "most_groups": 3}, button="Add")
    world.did("asks mentors", by=name)


def enrols_late(world: World, name: str) -> None:
    """Three who come once the cohort has begun, in no group yet."""
    url = f"/cohorts/{world.cohort}/people/enrol/"
    for late in LATE:
        form = world.get(name, url).form("/enrol/", "Enrol")
        fill = {"name": f"{late} Silva", "email": f"{late.lower()}@example.com", "started_on": world.today}
        world.send(name, form, fill, button="Enrol")
        world.add_student(late, world.today)
    world.did("enrols late", *LATE, by=name)


def publishes(world: World, name: str) -> None:
    """Groups of all who are in none: formed, given a mentor, one student moved by hand, and published."""
    url = f"/cohorts/{world.cohort}/groups/form/"
    page = world.get(name, url)
    page = world.send(name, page.form("/anew/", "Form"), button="Form")
    page = moves_one(world, name, page)
    made: dict[str, list[str]] = {}
    for part in page.main.all("li", css="part"):
        links = {node.attrs["href"]: node.text.removesuffix(" Silva") for node in part.all("a")}
        students = [one for href, one in links.items() if href.startswith("/enrolments/")]
        number, group = len(world.groups) + len(made), part.all("h3")[0].text
        edit = next(href for href in links if href.endswith("/edit/"))
        made[group] = students
        # Nobody mentors the group in which they study.
        mentors = [*world.mentors[number // 2 % len(world.mentors) :], *world.mentors]
        mentor = next(one for one in mentors if one not in students)
        form = world.get(name, edit).form("/edit/", "Save")
        world.send(name, form, {"mentor": world.people[mentor].pk}, button="Save")
        world.term.leads.append(Lead(mentor, group, BEGINS))
    form = world.get(name, url).form("/publish/", "Publish")
    starts_late = "is_next_week" in form.names
    first = world.today if starts_late else BEGINS
    fill: dict[str, object] = {"on": first}
    fill |= {field: "on" for field in ("is_inviting", "is_telling", "is_next_week") if field in form.names}
    world.send(name, form, fill, button="Publish")
    begun(world, name, made, first, monday_of(world.today) + NEXT_WEEK if starts_late else BEGINS)


def moves_one(world: World, name: str, page: Page) -> Page:
    """Somebody goes to another of the proposed groups, and the groups are as they were before."""
    form = page.form("/form/move/", "Move")
    if "student" not in form.options or len(form.options["group"]) < 3:
        return page
    student = world.dice.choice([value for value, _ in form.options["student"] if value])
    group = world.dice.choice([value for value, _ in form.options["group"] if value])
    return world.send(name, form, {"student": student, "group": group}, button="Move")


def begun(world: World, name: str, made: dict[str, list[str]], first: date, week_one: date) -> None:
    """Tell the model of the published groups. "If the cohort has begun, you choose whether the plans run from next
    week instead of the calendar’s first week, so that nobody begins behind."
    """
    term = world.term
    page = world.get(name, f"/cohorts/{world.cohort}/groups/")
    for node in page.main.first("table", css="groups-listed").all("a"):  # type: ignore[union-attr]
        if node.text in made:
            world.groups[node.text] = int(node.attrs["href"].split("/")[2])
    for number, (group, students) in enumerate(made.items()):
        term.plans[group] = calendar_of(term, week_one)
        term.meets_on[group], meeting = MEETS[number % len(MEETS)]
        world.meets_at[group] = meeting.split()[1]
        mentor = next(lead for lead in term.leads if lead.group == group)
        mentor.start = first
        for student in students:
            known = term.students[student]
            known.stays.append(Stay(group, max(first, known.started_on)))
            known.is_invited_on = known.is_invited_on or (None if student in term.signed_in else world.today)
        # "Who comes to a group before its beginning is told hears of that alone."
        tells_members(world, group, students, (f"You are in {group}",), f"{group} begins", name)
        world.tell("group", [mentor.mentor], (f"You mentor {group}",), f"{group} begins", by=name)
    for who, days in term.away:
        if days.last >= world.today:
            tells_away(world, who, days, name, made)
    everybody = [one for students in made.values() for one in students]
    world.did(f"publishes {len(made)} groups: {', '.join(made)}", *everybody, by=name)


def tells_members(
    world: World, group: str, names: Iterable[str], words: tuple[str, ...], about: str, by: str
) -> None:
    """ "People who have signed in before are told by e-mail": who is in it, or will be, as the mails are made."""
    students = [world.term.students[name] for name in names]
    world.tell_later(
        "group", about, by, lambda day: ([one.name for one in students if one.belongs_to(group, day)], words)
    )


def says_when(world: World, name: str) -> None:
    """The mentor sets when their groups meet, and where the call is."""
    for group in world.groups:
        if group not in world.term.met and any(
            (one.mentor, one.group) == (name, group) for one in world.term.leads
        ):
            form = world.get(name, world.group_url(group, "meeting/")).form("/meeting/", "Save")
            call = f"https://call.example.com/{group.lower()}"
            weekday = "Mondays Tuesdays Wednesdays Thursdays".split()[world.term.meets_on[group]]
            world.send(
                name, form, {"meeting": f"{weekday} {world.meets_at[group]}", "call": call}, button="Save"
            )
            world.term.met.add(group)
            words = (f"{group} meets {weekday} {world.meets_at[group]}",)
            tells_members(world, group, world.term.students, words, f"meeting of {group}", name)
            world.did(f"says when: {group}", by=name)


def first_days(world: World, *, all_sign_in: bool) -> None:
    """The course admin forms and publishes the groups, and most people sign in before the first day."""
    world.go_to(BEGINS - timedelta(days=4), 10)
    asks_mentors(world, "Inês")
    publishes(world, "Inês")
    # Until then it can be undone.
    world.go_to(BEGINS - timedelta(days=4), 10, 10)
    world.work()
    others = [name for name in world.people if name not in world.term.admins]
    comes = [name for name in others if all_sign_in or name in world.mentors or world.chance(0.85)]
    on = {name: BEGINS - timedelta(days=world.dice.choice([1, 2, 3])) for name in comes}
    for day in sorted(set(on.values())):
        world.go_to(day, 15)
        today = [name for name in comes if on[name] == day]
        for name in today:
            if name not in world.term.signed_in:
                sign_in(world, name)
        for name in today:
            says_when(world, name)
        world.work()


def all_say_when(world: World, name: str) -> None:
    for mentor in world.mentors:
        says_when(world, mentor)


def signs_in_late(world: World, name: str) -> None:
    for late in LATE:
        sign_in(world, late)
