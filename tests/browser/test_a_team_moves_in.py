"""A team moves in out of its sheets and moves out again, on an empty server as in production with its worker.

The first operator does what the pages say: course, cohort, people, tracking sheets, invitations. A student and a mentor
come in by their mails. Then all of it is undone.
"""

import re
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import BrowserContext, FilePayload, Locator, Page, expect

from tests.browser.clock import BEGINS
from tests.browser.conftest import listen, settled
from tests.browser.phone_speed import best_first_load
from tests.browser.production import Production, production
from tests.sheets.workbooks import Rows, workbook

pytestmark = pytest.mark.browser

# Hashing a password, and the start of a process, take their time on a busy machine.
PATIENCE = 30_000
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PASSWORD = "three-leaves-and-a-half"

TODAY = BEGINS.astimezone(ZoneInfo("Europe/Lisbon")).date()
# A group whose students come in at a weekend has no check-in to log in that week.
IS_WEEKEND = TODAY.weekday() >= 5
IS_SUNDAY = TODAY.weekday() == 6
# This is the third of four teaching weeks.
START = TODAY - timedelta(days=14 + TODAY.weekday())
MODULES = ("LLM basics", "Prompt engineering", "Indexation and ingestion", "RAG")
README = """# Large Language Models

## Suggested learning calendar

Week 01 _(~3.5 hours)_

- LLM basics

Week 02 _(~3 hours)_

- Prompt engineering

Week 03 _(~2.5 hours)_

- Indexation and ingestion

Week 04 _(~3 hours)_

- RAG

## Learning structure

Students are to be divided into groups of 3. Mentors reserve at least 30 minutes per week for each group.

## Pre-requisites

- Basic Python.
"""
# Each group: its mentor, and how many modules each student has done.
GROUPS = {
    "Clover": ("Marta Pires", {"Ana Ruivo": 2, "Bruno Reis": 1, "Chidi Okafor": 2}),
    "Juniper": ("Tomas Brandt", {"Dalia Haddad": 1, "Emre Kaya": 0, "Fatima Nunes": 1}),
    "Willow": ("Nadia Rahal", {"Gus Lind": 2, "Hana Mori": 2, "Ivo Petrov": 1}),
}
WHY = "Why do we divide by the square root of the key size in attention?"
WHY_TOO = "Why divide by the square root of the key size in attention?"
UNDATED = "When does chain of thought make the answer worse?"
OPEN = "What is the difference between RAG and fine-tuning?"
QUESTIONS: dict[str, Rows] = {
    "Clover": [
        (
            START + timedelta(days=2),
            "Ana Ruivo",
            MODULES[0],
            WHY,
            "It keeps them small.",
            "Marta Pires",
            True,
        ),
        (START + timedelta(days=8), "Bruno Reis", MODULES[1], UNDATED, "On look-ups.", "Marta Pires", True),
    ],
    "Juniper": [(START + timedelta(days=3), "Emre Kaya", MODULES[0], WHY_TOO, None, None, False)],
    "Willow": [(START + timedelta(days=9), "Hana Mori", MODULES[3], OPEN, None, None, False)],
}
# Everything that is wrong, on any page.
NEVER = (
    "in no group",
    "not in a group",
    "Nothing else is needed",
    "Page not found",
    "no activity",
    "late joiner",
    "nothing was answered yet",
    "needs attention",
)


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Production]:
    with production(tmp_path / "trefoil") as running:
        yield running


@pytest.fixture
def new_page(new_context: Callable[..., BrowserContext], site: Production) -> Iterator[Callable[[], Page]]:
    """Another browser, of another person. In none of them may anything go wrong."""
    problems: list[str] = []

    def start() -> Page:
        context = new_context(base_url=site.url)
        context.set_default_timeout(PATIENCE)
        listen(context, site.url, problems)
        return context.new_page()

    yield start
    # The browser notes that a refused form is answered with 422, and that the server was stopped.
    noted = (
        "status of 422",
        "ERR_CONNECTION_REFUSED",
        "ERR_CONNECTION_RESET",
        "ERR_EMPTY_RESPONSE",
        "htmx:afterRequest",
        "htmx:sendError",
        "htmx:sendAbort",
    )
    assert [problem for problem in problems if not any(text in problem for text in noted)] == []


def address_of(name: str) -> str:
    return f"{name.split()[0].lower()}@example.org"


def roster() -> bytes:
    rows = [
        f"{student},{address_of(student)},{group},{mentor} <{address_of(mentor)}>"
        for group, (mentor, students) in GROUPS.items()
        for student in students
    ]
    return "\n".join(["Name,E-mail,Group,Mentor", *rows]).encode()


def tracking_sheet(group: str) -> bytes:
    """A workbook as groups keep it: the courses, the tracker with its prepared rows, the questions."""
    mentor, students = GROUPS[group]
    shares = [sum(done > n for done in students.values()) / len(students) for n in range(len(MODULES))]
    ticks = [(name, mentor, *(done > n for n in range(len(MODULES)))) for name, done in students.items()]
    asked = [(datetime.combine(row[0], time()), *row[1:]) for row in QUESTIONS[group]]
    return workbook(
        {
            "Courses": [
                ("Learning Path", "Module", "Selected"),
                *(("LLM Specialization", module, True) for module in MODULES),
                ("Data Science", "Pandas 101", False),
            ],
            "Tracker": [
                ("Learning path:", None, "LLM Specialization"),
                (),
                (None, None, *MODULES),
                ("Name", "Mentor", *shares),
                *ticks,
                *[(None, None, *[False] * len(MODULES))] * 3,
            ],
            "Questions": [
                ("Date", "Student", "Module", "Question", "Answer", "Answered by", "Solved"),
                *asked,
            ],
        }
    )


def says(page: Page, *texts: str | re.Pattern[str]) -> None:
    """The page says all of this, and nothing that misleads."""
    main = page.locator("main")
    for text in texts:
        expect(main).to_contain_text(text, timeout=PATIENCE)
    for text in NEVER:
        expect(main).not_to_contain_text(text)


def link(place: Page | Locator, name: str) -> Locator:
    return place.get_by_role("link", name=name, exact=True).first


def run(page: Page, what: str) -> None:
    """Go where it is done, by the places of the cohort."""
    places = page.locator(".daily")
    if what != "Calendar":
        places.get_by_text("More", exact=True).click()
    link(places, what).click()


# The button that imports says how many changes it makes.
CHANGES = re.compile("^Import [0-9,]+ changes?$")


def press(page: Page, name: str | re.Pattern[str]) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def give(page: Page, *files: tuple[str, str, bytes]) -> None:
    """Upload the files and look at the preview."""
    page.get_by_label("Files").set_input_files(
        files=[FilePayload(name=name, mimeType=kind, buffer=content) for name, kind, content in files]
    )
    press(page, "Check")
    says(page, re.compile("Is this correct|Nothing is saved yet"))
    settled(page)
    if page.get_by_role("button", name="Preview changes").count():
        press(page, "Preview changes")
    says(page, "Importing saves")


def day(of: date) -> str:
    return f"{of.day} {of:%B %Y}"


def sign_in(page: Page) -> None:
    page.goto("/")
    page.get_by_role("link", name="Use a password").click()
    page.get_by_label("E-mail").fill("olga@example.org")
    page.get_by_label("Password").fill(PASSWORD)
    press(page, "Sign in")
    says(
        page,
        "From nothing to the first week",
        "Create the course, ideally from its README",
        "Invite everyone.",
    )


def create_the_course_from_its_readme(page: Page) -> None:
    link(page, "Create the first course").click()
    page.get_by_label("Title").fill("LLM specialisation")
    press(page, "Create it and import its README")
    says(page, "LLM specialisation created. You are its course admin. Next, its README.")
    give(page, ("README.md", "text/markdown", README.encode()))
    says(
        page, "Basic Python.", "week 1, 3.5 hours", "week 2, 3 hours", "week 3, 2.5 hours", "week 4, 3 hours"
    )
    expect(page.locator("main")).not_to_contain_text("enrols people")
    press(page, "Import what is ticked")
    link(page, "On to the course").click()
    says(page, "Left to set up", "4 weeks, 12 hours", "No cohort yet")


def create_a_cohort(page: Page) -> None:
    link(page.get_by_role("region", name="Left to set up"), "New cohort").click()
    page.get_by_label("Name").fill("Autumn")
    page.get_by_label("Starts on").fill(START.isoformat())
    page.get_by_label("Time zone").select_option("Europe/Lisbon")
    press(page, "Make the cohort")
    says(
        page,
        "Autumn created. Nobody was told. Check its calendar, then add people.",
        "Week 3 now",
        "No group yet.",
    )


def import_the_people(page: Page) -> None:
    link(page.get_by_role("region", name="Left to set up"), "Import people").click()
    says(page, "No imports yet.")
    link(page, "Import people").click()
    give(page, ("people.csv", "text/csv", roster()))
    says(page, f"12 people from {day(START)}, the start of the cohort", "15 new")
    for group, (mentor, students) in GROUPS.items():
        for student in students:
            row = page.get_by_role("row", name=f"{student} <{address_of(student)}>")
            expect(row).to_contain_text(
                re.compile(rf"joins the cohort; into {group}\s+· first day {day(START)}")
            )
        row = page.get_by_role("row", name=f"{mentor} <{address_of(mentor)}>")
        expect(row).to_contain_text(f"mentors {group}")
    press(page, CHANGES)
    says(page, "Imported on")
    link(page, "On to the groups").click()
    says(page, "12 people are not invited", "Ana Ruivo, Bruno Reis, Chidi Okafor", "Marta Pires")


def import_the_tracking_sheets(page: Page) -> None:
    run(page, "Import")
    link(page, "Import tracking sheets").click()
    give(page, *((f"{group}.xlsx", XLSX, tracking_sheet(group)) for group in GROUPS))
    says(page, "4 new", "8 changed", "1 unchanged", "3 rows without a person")
    for name, what in (
        ("Chidi Okafor <chidi@example.org>", "LLM basics: done; Prompt engineering: done"),
        (WHY, f"Ana Ruivo, LLM basics, {day(START + timedelta(days=2))}, answered"),
        (OPEN, f"Hana Mori, RAG, {day(START + timedelta(days=9))}"),
    ):
        expect(page.get_by_role("row", name=name)).to_contain_text(what)
    press(page, CHANGES)
    says(page, "Imported on")


def invite_everybody(page: Page) -> None:
    link(page, "On to the groups").click()
    link(page, "Invite 12 people").click()
    press(page, "Invite 12 people")
    says(page, "12 invitations are being sent.")
    page.get_by_text("Filter", exact=True).click()
    page.get_by_label("Show").select_option(label="Not invited")
    expect(page).to_have_url(re.compile("show=not-invited"))
    expect(page.locator("main")).not_to_contain_text("Ana Ruivo")


def accept(page: Page, site: Production, name: str) -> None:
    mail = site.mail.mail_to(address_of(name))
    assert re.match(r"\w+, your group is \w+|Olga Reis invites you to Trefoil", mail["Subject"])
    body = mail.get_body(("plain",))
    assert body is not None
    found = re.search(r"http\S+/invitation/\S+", body.get_content())
    assert found is not None
    page.goto(found[0])
    says(page, "Olga Reis invited you", f"Your sign-in address is {address_of(name)}")
    expect(page.get_by_label("Your name")).to_have_value(name)
    press(page, "Continue")
    says(page, f"Welcome, {name.split()[0]}. You are signed in.")


def student_looks_at_the_first_page(page: Page, site: Production) -> None:
    accept(page, site, "Ana Ruivo")
    expect(page.get_by_role("heading", level=1)).to_have_text("Indexation and ingestion")
    says(page, "Week 3 of 4 · Clover", re.compile("Due (today|tomorrow|Sunday)"), "Tell Marta")
    # All that was due is done, as the sheets say.
    for module in MODULES[:2]:
        expect(page.locator("#week-group").get_by_role("button", name=f"{module}: done")).to_have_count(1)
    nobody_of_another_group(page)
    page.goto("/questions/")
    says(page, WHY, UNDATED)
    nobody_of_another_group(page)


def nobody_of_another_group(page: Page) -> None:
    for text in ("Emre", WHY_TOO, OPEN):
        expect(page.locator("main")).not_to_contain_text(text)


def student_types_while_the_server_stops(page: Page, site: Production) -> None:
    page.goto("/week/")
    page.keyboard.press("/")
    page.get_by_role("searchbox", name="Search, or ask a question").fill("Why?")
    press(page, "Ask")
    asked = page.get_by_label("What do you want to know?")
    expect(asked).to_have_value("Why?")
    address = settled(page).url
    asked.fill("Why a mask?")
    site.stop()
    page.get_by_role("button", name="Ask", exact=True).click()
    page.wait_for_url("chrome-error://chromewebdata/")
    site.start()
    page.goto(address)
    says(page, "Draft from this browser restored")
    expect(asked).to_have_value("Why a mask?")
    press(page, "Delete draft")


def mentor_looks_at_the_first_page(page: Page, site: Production) -> None:
    accept(page, site, "Marta Pires")
    # One of the two milestones that were due is not done, nor is that of this Sunday; and nothing was logged yet.
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Bruno is {2 if IS_SUNDAY else 1} behind")
    # A mentor from after Thursday owes no minutes of that week.
    minutes = "" if IS_WEEKEND else " · 0 of 30 minutes used"
    says(page, f"Week 3 of 4{minutes}", "Ana", "Find a time")
    clover = page.get_by_role("region", name="Clover", exact=True)
    expect(clover.get_by_role("link", name="Log check-in")).to_have_count(1)
    expect(page.locator("main")).not_to_contain_text("Juniper")


def it_loads_fast_on_a_phone(page: Page, site: Production, path: str) -> None:
    """At most 80 kB with everything, nothing moves, and the largest paint is there within a second."""
    found = best_first_load(page.context, site.url + path, paint_ms=1_000)
    assert found.bytes <= 80_000
    assert found.shift == 0
    assert found.largest_paint_ms <= 1_000


def look_at_the_board(page: Page, site: Production) -> None:
    # The worker would do it within a minute.
    site.manage("worker", "--once")
    page.goto("/")
    says(page, "Autumn", "week 3")
    expect(page.get_by_role("region", name="Left to set up").get_by_role("listitem")).to_have_count(2)
    says(page, "Clover, Juniper and Willow have no meeting", "have no material")
    # On the day on which the team moves in, Emre is on it alone, with no box ticked of the two that were due; on a
    # Sunday with who lacks one of them and that day's: they are to watch. Nobody is silent, no check-in was missed.
    expect(page.get_by_role("heading", level=1)).to_have_text("2 things left to set up")
    page.get_by_text(f"{5 if IS_SUNDAY else 1} to watch", exact=True).click()
    alerts = page.locator("main").get_by_role("link", name=re.compile("|".join(everybody())))
    expect(alerts).to_have_count(5 if IS_SUNDAY else 1)
    expect(alerts.filter(has_text="Emre Kaya")).to_have_count(1)
    board = page.url
    page.get_by_role("link", name="Check-ins by week").click()
    check_ins = page.get_by_role("region", name="Check-ins by group and week")
    for group in GROUPS:
        cells = check_ins.get_by_role("row", name=group).get_by_role("cell")
        expect(cells.last).to_contain_text("–" if IS_WEEKEND else "due")
    expect(check_ins).not_to_contain_text("missed")
    page.goto(board)
    page.get_by_role("link", name="Open questions").click()
    asked = page.get_by_role("region", name="Questions by milestone")
    expect(asked).to_contain_text(re.compile(r"2\s+\d+\s+1\s·\s+(today|\d+ days?)"))


def look_at_the_trends(page: Page) -> None:
    link(page.get_by_role("navigation", name="Main"), "Trends").click()
    says(page, "2 answered, without a date")
    link(page, "2 answered, without a date").click()
    says(page, "2 answered questions were imported without the date of the answer")
    page.go_back()
    link(page, "Who is counted").click()
    says(page, "without dates asked")
    page.go_back()
    # Two groups asked the same.
    link(page, "All topics").click()
    says(page, "2 questions, 1 of 2 answered")


def everybody() -> list[str]:
    return [student for _, students in GROUPS.values() for student in students]


def undo(page: Page, import_named: str) -> None:
    page.goto("/")
    run(page, "Import")
    page.get_by_role("link", name=re.compile(f"^{import_named}, ")).click()
    link(page, "Undo import").click()
    says(page, "Undo this import?", "Accounts that people have signed in to stay.")
    press(page, "Undo import")
    says(page, "everything is back as it was. Accounts that people have signed in to stayed.")


def take_it_all_back(page: Page, site: Production) -> None:
    undo(page, "Tracking sheets")
    page.goto("/")
    expect(page.get_by_role("link", name="Open questions")).to_have_count(0)
    site.manage("worker", "--once")
    undo(page, "People")
    page.goto("/")
    says(page, "Nobody is enrolled", "left to set up")


def archive_cohort_and_course(page: Page) -> None:
    page.goto("/")
    run(page, "Settings of this cohort")
    press(page, "Archive this cohort")
    says(page, "Autumn is archived.")
    page.goto("/")
    link(page, "LLM specialisation").click()
    link(page, "Settings").click()
    press(page, "Archive this course")
    says(page, "LLM specialisation is archived.")


def student_finds_nothing_of_it(page: Page) -> None:
    page.goto("/")
    expect(page.locator("main")).to_contain_text("You are not in a group yet")
    expect(page.locator("main")).not_to_contain_text("Autumn")


def test_a_team_moves_in_and_out_again(site: Production, new_page: Callable[[], Page]) -> None:
    operator: dict[str, Any] = {"EMAIL": "olga@example.org", "NAME": "Olga Reis", "PASSWORD": PASSWORD}
    site.manage(
        "createsuperuser",
        "--noinput",
        **{f"DJANGO_SUPERUSER_{name}": value for name, value in operator.items()},
    )
    page, student, mentor = new_page(), new_page(), new_page()
    sign_in(page)
    create_the_course_from_its_readme(page)
    create_a_cohort(page)
    import_the_people(page)
    import_the_tracking_sheets(page)
    invite_everybody(page)
    student_looks_at_the_first_page(student, site)
    mentor_looks_at_the_first_page(mentor, site)
    it_loads_fast_on_a_phone(student, site, "/week/")
    it_loads_fast_on_a_phone(mentor, site, "/groups/")
    student_types_while_the_server_stops(student, site)
    look_at_the_board(page, site)
    look_at_the_trends(page)
    # A page that looks at a group asks every few seconds what is new there, and would find it gone.
    student.goto("about:blank")
    mentor.goto("about:blank")
    take_it_all_back(page, site)
    archive_cohort_and_course(page)
    student_finds_nothing_of_it(student)
    assert " ERROR " not in site.log
    assert "Traceback" not in site.log
