"""Sheets as teams have them, through *What is what*: two tables side by side, and a sign-up from Google Forms."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, FilePayload, Page, expect
from pytest_django.live_server_helper import LiveServer

from groups.models import Enrolment, Membership
from tests.browser.conftest import settled, signed_in_context
from tests.conftest import Cast
from tests.sheets.workbooks import Rows, workbook
from tracker.models import Progress

pytestmark = pytest.mark.browser
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SIDE_BY_SIDE: Rows = [
    ["Group 1 | Mentor: Marta Pires", None, None, None, "Group 2 | Mentor: Tomás Reis"],
    ["Name", "LLM basics", "RAG", None, "Name", "LLM basics", "RAG"],
    ["Gus <gus@example.com>", "🟢", "⏳", None, "Ivo <ivo@example.com>", "⏳", "🟢"],
    ["Hana <hana@example.com>", "🟢", None, None, "Jun <jun@example.com>", None, "⏳"],
]
SIGN_UP = (
    "Timestamp,Email Address,What is your name?,How many hours a week do you have?,Which group would you like?,"
    "Anything else?\n"
    '10/09/2026 14:03:21,gus@example.com,"Lind, Gus","2,5",Willow,\n'
    "10/09/2026 15:30:02,hana@example.com,Hana Mori,4,Willow,I am new\n"
)


def choose_at_once(page: Page, values: dict[str, str]) -> None:
    """Choose quicker than the answers come: none of it gets lost."""
    settled(page)
    chosen = [
        [select.get_attribute("id"), value]
        for label, value in values.items()
        for select in page.get_by_label(label).all()
    ]
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        page.evaluate(
            """(chosen) => chosen.forEach(([id, value]) => {
                const select = document.getElementById(id);
                select.value = value;
                select.dispatchEvent(new Event("change", { bubbles: true }));
            })""",
            chosen,
        )
    settled(page)
    for id, value in chosen:
        expect(page.locator(f"#{id}")).to_have_value(value)


@pytest.fixture
def page(new_context: Callable[..., BrowserContext], live_server: LiveServer, cast: Cast) -> Page:
    # Not `page_as`: htmx notes on the console what it no longer waits for.
    return signed_in_context(new_context, live_server, cast.ines).new_page()


def test_tables_side_by_side_give_each_person_their_own_ticks(cast: Cast, page: Page) -> None:
    page.goto(f"/cohorts/{cast.cohort.pk}/imports/sheet/")
    content = workbook({"Progress": SIDE_BY_SIDE})
    file = FilePayload(name="all.xlsx", mimeType=XLSX, buffer=content)
    page.get_by_label("Files").set_input_files(files=[file])
    page.get_by_role("button", name="Check").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("What is what?")
    choose_at_once(page, {"“🟢”": "done", "“⏳”": "working"})
    page.get_by_role("button", name="Preview changes").click()
    expect(page.get_by_text("2 tables side by side")).to_be_visible()
    page.get_by_role("button", name=re.compile("^Import [0-9,]+ change")).click()
    expect(page.get_by_text("Imported on")).to_be_visible()

    states = Progress.objects.exclude(state="not_started")
    assert set(states.values_list("enrolment__person__name", "milestone__title", "state")) == {
        ("Gus", "LLM basics", "done"), ("Gus", "RAG", "working"), ("Hana", "LLM basics", "done"),
        ("Ivo", "LLM basics", "working"), ("Ivo", "RAG", "done"), ("Jun", "RAG", "working"),
    }  # fmt: skip
    stays = Membership.objects.filter(group__name__startswith="Group ")
    assert {
        (stay.enrolment.person.name, stay.group.name, str(stay.group.mentorships.get().person))
        for stay in stays
    } == {
        ("Gus", "Group 1", "Marta Pires"), ("Hana", "Group 1", "Marta Pires"),
        ("Ivo", "Group 2", "Tomás Reis"), ("Jun", "Group 2", "Tomás Reis"),
    }  # fmt: skip


def test_sign_up_of_a_form_becomes_students(cast: Cast, page: Page) -> None:
    page.goto(f"/cohorts/{cast.cohort.pk}/imports/roster/")
    file = FilePayload(name="Sign-up (Responses).csv", mimeType="text/csv", buffer=SIGN_UP.encode())
    page.get_by_label("Files").set_input_files(files=[file])
    page.get_by_role("button", name="Check").click()

    expect(page.get_by_label("Column B, “Email Address”")).to_have_value("email")
    choose_at_once(page, {"Column C, “": "name", "Column D, “": "hours_a_week", "Column E, “": "group"})
    expect(page.get_by_text("2 people, 1 group")).to_be_visible()
    page.get_by_role("button", name="Preview changes").click()
    expect(
        page.get_by_text(re.compile("columns left out: A “Timestamp” .2 cells., F “Anything else"))
    ).to_be_visible()
    page.get_by_role("button", name=re.compile("^Import [0-9,]+ change")).click()
    expect(page.get_by_text("Imported on")).to_be_visible()
    enrolled = Enrolment.objects.filter(memberships__group__name="Willow")
    assert set(enrolled.values_list("person__name", "person__email", "hours_a_week")) == {
        ("Gus Lind", "gus@example.com", 2.5), ("Hana Mori", "hana@example.com", 4),
    }  # fmt: skip
