"""A team moves in on an empty server: README, people, three workbooks, invitations, a look at the board; and out again.

The background process runs all the while, as it does in production.
"""

from collections.abc import Callable, Iterator
from datetime import timedelta
from threading import Event, Thread
from typing import Any

import pytest
from django.core import mail
from django.db import close_old_connections, connections
from django.utils import timezone
from playwright.sync_api import FilePayload, Page, expect

from courses.models import Course
from lib.weeks import monday_of
from people.models import Invitation, User
from questions.models import Question, Topic
from tests.sheets.workbooks import workbook
from trends.management.commands.worker import JOBS, run

pytestmark = pytest.mark.browser

README = "# Agents\n\n## Week 1: Tools (3h)\n\n- What a tool is\n\n## Week 2: Memory (2h)\n\n- What lasts\n"
GROUPS = {"Aspen": ("Ana", "Bo"), "Beech": ("Cy", "Di"), "Cedar": ("Ed", "Flo")}
ASKED = (
    "Why does the notebook kernel die while loading the embedding model?",
    "Why does the kernel of my notebook die when loading the embedding model?",
    "How long is the exam?",
)


@pytest.fixture
def background(transactional_db: None) -> Iterator[None]:
    """Do the jobs of the background process again and again."""
    is_over = Event()

    def work() -> None:
        while not is_over.wait(0.2):
            close_old_connections()
            for name, _, job in JOBS:
                run(name, job)
        connections.close_all()

    thread = Thread(target=work)
    thread.start()
    yield
    is_over.set()
    thread.join()


def people() -> bytes:
    rows = ["Name,E-mail,Group,Mentor"]
    for group, names in GROUPS.items():
        rows += [f"{name},{name.lower()}@example.com,{group},Max <max@example.com>" for name in names]
    return "\n".join(rows).encode()


def sheet(group: str, day: str) -> bytes:
    first, second = GROUPS[group]
    return workbook(
        {
            "Tracker": [("Learning path:", None, "Agents", "Group:", group), (None, None, "Tools", "Memory"),
                        ("Name", "Mentor", 0.5, 0), (first, "Max", True, False), (second, "Max", False, False)],
            "Questions": [("Date", "Student", "Question"), (day, first, ASKED[list(GROUPS).index(group)])],
        }
    )  # fmt: skip


def import_(page: Page, link: str, *files: FilePayload) -> None:
    """Upload files, and import what the preview shows."""
    page.get_by_role("link", name="Import", exact=True).click()
    page.get_by_role("link", name=link).click()
    page.get_by_label("Files").set_input_files(files=list(files))
    page.get_by_role("button", name="Upload and check").click()
    page.get_by_role("button", name="Preview changes").click()
    page.get_by_role("button", name="Import", exact=True).click()
    expect(page.get_by_text("Imported on")).to_be_visible()


def undo(page: Page, row: str) -> None:
    page.get_by_role("link", name="Import", exact=True).click()
    page.get_by_role("link", name=row).first.click()
    page.get_by_role("link", name="Undo import").click()
    page.get_by_role("button", name="Undo import").click()
    expect(page.get_by_text("everything is back as it was")).to_be_visible()


def file(name: str, content: bytes) -> FilePayload:
    return FilePayload(name=name, mimeType="application/octet-stream", buffer=content)


@pytest.mark.django_db(transaction=True)
def test_team_moves_in_and_out_again(background: None, page_of: Callable[..., Page]) -> None:
    olga = User.objects.create_superuser("olga@example.com", name="Olga")
    page = page_of(olga)
    page.goto("/")
    expect(page.get_by_role("heading", name="From nothing to the first week")).to_be_visible()
    page.get_by_role("link", name="Create the first course").click()
    page.get_by_label("Title").fill("Agents")
    page.get_by_role("button", name="Create it and import its README").click()
    page.get_by_label("Or paste the text of the README").fill(README)
    page.get_by_role("button", name="Upload and check").click()
    page.get_by_role("button", name="Import", exact=True).click()
    page.get_by_role("link", name="On to the course").click()
    page.get_by_role("link", name="New cohort").first.click()
    page.get_by_label("Title").fill("Winter")
    start = monday_of(timezone.now().date()) - timedelta(weeks=1)
    page.get_by_label("Starts on").or_(page.get_by_label("Start", exact=False)).first.fill(f"{start}")
    page.get_by_role("button", name="Create cohort").click()

    import_(page, "Import people", file("people.csv", people()))
    expect(page.get_by_text("7 people from")).to_contain_text("the start of the cohort")
    day = f"{start + timedelta(days=1)}"
    books = [file(f"{group}.xlsx", sheet(group, day)) for group in GROUPS]
    import_(page, "Import tracking sheets", *books)
    page.get_by_role("link", name="On to the groups").click()
    page.get_by_role("link", name="Invite 7 people").first.click()
    page.get_by_role("button", name="Invite 7 people").click()
    wait_for(page, lambda: Invitation.objects.exclude(sent_at=None).count() == 7)
    assert len(mail.outbox) == 7
    page.get_by_role("link", name="Board", exact=True).click()
    expect(page.get_by_text("3 groups, 6 students")).to_be_visible()
    wait_for(page, lambda: Topic.objects.exists() and not Question.objects.filter(placement=None).exists())

    undo(page, "Tracking sheets, ")
    undo(page, "People, ")
    assert list(User.objects.all()) == [olga]
    assert not Topic.objects.exists()
    page.goto(Course.objects.get().get_absolute_url())
    page.get_by_role("link", name="Edit").first.click()
    page.get_by_role("link", name="Delete or archive this course").click()
    expect(page.get_by_text("1 cohort")).to_be_visible()
    page.get_by_label("Type “Agents” to confirm").fill("Agents")
    page.get_by_role("button", name="Delete permanently").click()
    expect(page.get_by_text("Agents is deleted.")).to_be_visible()
    assert not Course.objects.exists()


def wait_for(page: Page, is_so: Callable[[], Any]) -> None:
    """Wait for the background process, at most ten seconds."""
    for _ in range(100):
        if is_so():
            return
        page.wait_for_timeout(100)
    raise AssertionError("The background process did not do it.")
