"""Mails, calendars and files, beside what the model says."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from django.core.mail import EmailMessage
from ical.calendar_stream import IcsCalendarStream

from tests.term.comparing import Difference, compared
from tests.term.model.facts import monday_of
from tests.term.model.mails import MONDAY, due, in_digest, meets_alone, morning, to_log
from tests.term.model.meetings import meets_on
from tests.term.model.standing import expected, own_day, plan_day
from tests.term.model.told import AT_ONCE, must_have_come
from tests.term.pages import Page
from tests.term.world import LISBON, World, kind_of_mail

DAY = timedelta(days=1)
# "At most five mails a day; the rest goes into the next summary."
MOST_A_DAY = 5
MANY_A_WEEK = 6
IN_THE_MORNING = {"due", "log", "news", "digest"}


def expect_morning(world: World, zone: str) -> None:
    """Work out, as the morning begins in this zone, who gets which mail in it."""
    for name, person in world.people.items():
        if person.zone.key == zone and (person.signed_in_on or name in world.term.admins):
            term, student, today = world.term, world.term.students.get(name), world.today
            world.mornings[name, today] = morning(term, name, today)
            world.says[name, today] = {
                "due": due(term, student, today) if student else set(),
                "log": to_log(term, name, today),
                "digest": in_digest(term, name, world.now),
            }
            # "Of a meeting without a mentor, on its morning"; "on Monday they are in the digest, each thing once".
            is_told = name in term.admins and today.weekday() != MONDAY
            for group in meets_alone(term, today) if is_told else ():
                words = (group, "today without a mentor")
                world.tell("group", [name], words, f"{group} is alone", by="")


def mails_of_the_day(world: World, day: date) -> Iterator[Difference]:
    """Which morning mails each person got; and that nobody got more than five, requests for help apart."""
    got: dict[str, list[str]] = {name: [] for name in world.people}
    mails: dict[str, list[EmailMessage]] = {name: [] for name in world.people}
    by_address = {person.email: name for name, person in world.people.items()}
    for at, sent in reversed(world.mails):
        if world.term.day(at) < day:
            break
        got[by_address[sent.to[0]]].append(kind_of_mail(sent))
        mails[by_address[sent.to[0]]].append(sent)
    for name, kinds in got.items():
        page = Page(f"mails of {day:%A}", 200, "")
        wanted = world.mornings.get((name, day), set())
        shown = [kind for kind in kinds if kind in IN_THE_MORNING]
        yield from compared(world, name, page, "one mail a morning", True, len(shown) <= 1)
        # The model does not know what waited: "everybody with a role, or with news for a summary".
        is_monday = day.weekday() == MONDAY
        if (shown == ["digest"] and is_monday and not wanted) or (shown == ["news"] and wanted != {"digest"}):
            wanted = set(shown)
        yield from compared(world, name, page, "morning mails", sorted(wanted), shown)
        for sent in mails[name]:
            is_told = "Kept private" in str(sent.body)
            yield from compared(world, name, page, "a private note in a mail", False, is_told)
            if (kind := kind_of_mail(sent)) in world.says.get((name, day), {}):
                says, wanted = said(world, kind, str(sent.body)), world.says[name, day][kind]
                # The first of a long list: its last line says how many more there are.
                wanted = wanted & says if re.search(r"^and \d+ more$", str(sent.body), re.M) else wanted
                yield from compared(world, name, page, f"what {kind} says", wanted, says)
        yield from at_once(world, name, page, mails[name])
        counts = Counter(kinds)
        # "A correction waits for no limit."
        undone = [sent for sent in mails[name] if any(each.is_undone for each in world.news_of[id(sent)])]
        many = sum(counts.values()) - counts["help"] - counts["invitation"] - len(undone)
        yield from compared(world, name, page, "at most five a day", True, many <= MOST_A_DAY)
        for kind, count in counts.items():
            world.mails_of_week[name, monday_of(day), kind] += count


def said(world: World, kind: str, body: str) -> set[str]:
    """The groups to log, what is due, or whom a digest names, beside what is new."""
    body, term = body.partition("ALSO NEW")[0], world.term
    if kind == "log":
        return {group for group, pk in world.groups.items() if f"/groups/{pk}/check-ins/" in body}
    if kind == "due":
        texts = [one.title for one in term.milestones.values()] + [step.text for step in term.steps]
        return {text for text in texts if re.search(f": {text}$", body, re.M)}
    numbers = re.findall(r"/students/(\d+)/$", body, re.M)
    return {name for name, one in world.people.items() if one.enrolment and f"{one.enrolment}" in numbers}


def at_once(world: World, name: str, page: Page, mails: list[EmailMessage]) -> Iterator[Difference]:
    """Each mail is of something that its reader hears of, in those words; and what must have come today has come."""
    subjects = [str(sent.subject) for sent in mails]
    for sent, subject in zip(mails, subjects, strict=True):
        if (kind := kind_of_mail(sent)) not in AT_ONCE:
            continue
        told = [news for news in world.news_of[id(sent)] if news.kind == kind and not news.is_for_summary]
        yield from compared(world, name, page, f"a mail of {kind} to them", True, bool(told) or subject)
        days = [news.days for news in told if news.days and world.term.day(news.at) == world.today]
        if days:
            says = any(all(day in subject for day in each) for each in days)
            yield from compared(world, name, page, f"the days of {kind}", True, says or subject)
    # What is over five is left for the summary.
    for news in world.term.news if len(mails) < MOST_A_DAY else ():
        is_today = news.reader == name and world.term.day(news.at) == world.today
        if is_today and must_have_come(world.term, news):
            what = f"a mail of {news.kind} that must come"
            # "A morning is one e-mail": a summary may say it among other things.
            bodies = (str(sent.body).casefold() for sent in mails if kind_of_mail(sent) == "news")
            is_said = news.sent_at or any(
                all(word.casefold() in body for word in news.words) for body in bodies
            )
            shown = bool(is_said) or f"no mail of {news.about}: {subjects}"
            yield from compared(world, name, page, what, True, shown)


def mails_a_week(world: World) -> Iterator[str]:
    """Of who has one role alone, and of mentors while they lead two groups: how many, requests for help apart."""
    found = {key: count for key, count in world.mails_of_week.items() if key[2] not in ("help", "invitation")}
    mondays = sorted({monday for _, monday, _ in found})
    for role in ("student", "mentor", "admin"):
        names = [name for name, person in world.people.items() if person.roles == {role}]
        weeks = [(name, monday) for name in names for monday in mondays]
        yield _in_a_week(f"{role}s", found, weeks)
        if role == "mentor":
            weeks = [week for week in weeks if len(_led_in(world, *week)) == 2]
            yield _in_a_week("mentors of two groups", found, weeks)


def _led_in(world: World, name: str, monday: date) -> set[str]:
    return {group for number in range(7) for group in world.term.led_by(name, monday + number * DAY)}


def _in_a_week(who: str, found: dict[tuple[str, date, str], int], weeks: list[tuple[str, date]]) -> str:
    kinds: Counter[str] = Counter()
    of_week = Counter(dict.fromkeys(weeks, 0))
    for (name, monday, kind), count in found.items():
        if (name, monday) in of_week:
            kinds[kind] += count
            of_week[name, monday] += count
    many = sum(count > MANY_A_WEEK for count in of_week.values())
    each = ", ".join(f"{kind} {count / len(weeks):.1f}" for kind, count in kinds.most_common())
    mean, most = kinds.total() / max(len(weeks), 1), max(of_week.values(), default=0)
    return f"{who} {mean:.1f}, at most {most}, over {MANY_A_WEEK} in {many} of {len(weeks)} weeks ({each})"


# Calendars


def calendar(world: World, name: str) -> Iterator[Difference]:
    """What is ahead: the meetings of eight weeks, and what is due, on one's own days."""
    if name not in world.calendars:
        page = world.get(name, "/account/calendar/")
        page = world.send(name, page.form("/account/calendar/", "Make an address"))
        found = re.search(r"/calendar-feed/[\w-]+/trefoil\.ics", page.html)
        assert found, "no address of a calendar"
        world.calendars[name] = found[0]
    answer = world.browser(name).get(world.calendars[name])
    page = Page("calendar", answer.status_code, "")
    meetings: set[tuple[str, str]] = set()
    due: set[tuple[str, date]] = set()
    for event in IcsCalendarStream.calendar_from_ics(answer.content.decode()).events:
        title, starts = event.summary or "", event.dtstart
        if title.startswith("Due: "):
            if starts and starts > world.today:
                due.add((title.removeprefix("Due: "), starts))
        elif " meets" in title and isinstance(starts, datetime) and event.status != "CANCELLED":
            local = starts.astimezone(LISBON)
            if local.date() > world.today:
                meetings.add((title.partition(" meets")[0], local.strftime("%d %b %H:%M")))
    yield from compared(world, name, page, "what is due", sorted(due_in_calendar(world, name)), sorted(due))
    wanted = meetings_in_calendar(world, name)
    yield from compared(world, name, page, "the meetings", sorted(wanted), sorted(meetings))


def own_groups(world: World, name: str) -> set[str]:
    """Those that one mentors or studies in today; a closed cohort has none."""
    term, student = world.term, world.term.students.get(name)
    if term.is_closed(world.today) or term.is_archived:
        return set()
    led = set(term.led_by(name, world.today))
    studied = student.group_on(world.today) if student else None
    return led | {studied} if studied else led


def until(world: World, name: str, group: str) -> date:
    """ "When a membership or mentorship ends, its events go; once it is known on which day, as of a planned move,
    those after it are not there" (decision 27).
    """
    student = world.term.students.get(name)
    stays = [stay for stay in (student.stays if student else ()) if stay.group == group]
    leads = [lead for lead in world.term.leads if lead.mentor == name and lead.group == group]
    ends = [each.end for each in stays if each.holds(world.today)]
    ends += [each.end for each in leads if each.holds(world.today)]
    return max((end or date.max for end in ends), default=date.max)


def due_in_calendar(world: World, name: str) -> set[tuple[str, date]]:
    """A student has what is expected of them on their own days; who mentors has the days of the group."""
    term, found = world.term, set()
    for group in own_groups(world, name):
        led = group in term.led_by(name, world.today)
        student = term.students.get(name)
        numbers = list(term.plans[group]) if led or not student else expected(term, student, world.today)
        for number in numbers:
            is_own = student is not None and not led
            day = own_day(term, student, number, world.today) if is_own else plan_day(term, group, number)
            if day and world.today < day < until(world, name, group):
                found.add((f"{term.milestones[number].title} ({group})", day))
    return found


def meetings_in_calendar(world: World, name: str) -> set[tuple[str, str]]:
    term, found = world.term, set()
    for group in own_groups(world, name):
        hour = time.fromisoformat(world.meets_at[group])
        for number in range(1, 7 * 8):
            day = world.today + number * DAY
            if meets_on(term, group, day) and day < until(world, name, group):
                found.add((group, f"{day:%d %b} {hour:%H:%M}"))
    return found


# Files


def rows_of(world: World, name: str, kind: str) -> list[dict[str, str]]:
    answer = world.browser(name).get(f"/cohorts/{world.cohort}/export/csv/{kind}/")
    text = answer.getvalue().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def exports(world: World, name: str) -> Iterator[Difference]:
    """The requests of mentors that wait; states, attendance and stays, as they are on record."""
    term = world.term
    page = world.get(name, f"/cohorts/{world.cohort}/requests/")
    asked = sum(one.waits_for_an_answer for one in term.check_ins.values())
    part = page.main.first("section", aria_label="Requests")
    yield from compared(
        world, name, page, "requests of mentors", asked, len(part.all("li")) if part else None
    )
    page = Page("export of progress", 200, "")
    titles = {milestone.title: number for number, milestone in term.milestones.items()}
    labels = {"working on it": "working", "need help": "need_help"}
    states = {
        (row["Person"].removesuffix(" Silva"), titles[row["Milestone"]], labels.get(state, state))
        for row in rows_of(world, name, "progress")
        if (state := row["State"].strip().lower()) != "not started"
    }
    wanted = {
        (student.name, number, mark.state)
        for student in term.students.values()
        for number, mark in student.marks.items()
        if mark.state != "not_started"
    }
    yield from alike(world, name, page, "states", wanted, states)
    page = Page("export of check-ins", 200, "")
    came = {
        (row["Group"], row["Week of"][:10], row["Person"].removesuffix(" Silva"), row["Attendance"].lower())
        for row in rows_of(world, name, "check-ins")
        if row["Person"]
    }
    expected_came = {
        (check_in.group, f"{check_in.monday}", student, how)
        for check_in in term.check_ins.values()
        for student, how in check_in.attendance.items()
    }
    yield from alike(world, name, page, "attendance", expected_came, came)
    page = Page("export of people", 200, "")
    stays = {
        (row["Name"].removesuffix(" Silva"), row["Group"], row["From"][:10], row["Until"][:10])
        for row in rows_of(world, name, "people")
        if row["Role"].lower() == "student"
    }
    expected_stays = {
        (student.name, stay.group, f"{stay.start}", f"{stay.end or ''}")
        for student in term.students.values()
        for stay in student.stays
    }
    yield from alike(world, name, page, "stays", expected_stays, stays)


def alike(
    world: World, name: str, page: Page, what: str, model: set[Any], shown: set[Any]
) -> Iterator[Difference]:
    odd = sorted(model ^ shown)
    about = [part for row in odd for part in row if part in world.term.students]
    yield from compared(world, name, page, what, [], odd, about[0] if about else "")
