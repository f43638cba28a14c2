"""Typed text comes back: after the session ended, the server went away, or the network did."""

import json
import re
from collections.abc import Callable

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import BrowserContext, Dialog, Locator, Page, expect
from pytest_django.live_server_helper import LiveServer

from lib.weeks import Week
from questions.models import Answer, Question
from questions.models.question import asks_of
from tests.browser.clock import today
from tests.browser.conftest import settled, signed_in_context
from tests.conftest import Cast
from tests.factories.courses import MaterialFactory
from tests.factories.questions import QuestionFactory
from tests.factories.tracker import CodeReviewFactory
from tracker.models import CheckIn, CheckInDraft, CodeReview, MeetingNote

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("met")]
type Open = Callable[[str], Page]
PASSWORD = "three leaves on a stem"
NOTE = "Attention is clear to her now."


# The one group in which one asks.
ASK = "/search/?ask=on"


def ask_field(page: Page) -> Locator:
    return page.get_by_label("What do you want to know?")


@pytest.fixture
def open_as(cast: Cast, new_context: Callable[..., BrowserContext], live_server: LiveServer) -> Open:
    """Open a page in which that person is signed in; unlike `page_as`, errors on its console are expected."""

    def open_page(name: str) -> Page:
        person = cast.person(name)
        if not person.check_password(PASSWORD):
            person.set_password(PASSWORD)
            person.save()
        page = signed_in_context(new_context, live_server, person).new_page()
        page.set_default_timeout(10_000)
        return page

    return open_page


def lose_session(page: Page) -> None:
    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)


def lose_server(page: Page) -> None:
    page.context.route("**/*", lambda route: route.abort("connectionrefused"))


def expect_nothing_kept(page: Page) -> None:
    """Wait until the browser keeps nothing that was typed; the page takes it out once it has its answer."""
    page.wait_for_function("() => localStorage.length === 0")


def sign_in(page: Page, cast: Cast, name: str) -> None:
    page.get_by_role("link", name="Use a password").click()
    page.get_by_label("E-mail").fill(cast.person(name).email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def check_in_url(cast: Cast) -> str:
    return reverse("tracker:check-in-log", args=[cast.clover.pk, Week.of(today()).iso])


def test_check_in_comes_back_after_signing_in_again(open_as: Open, cast: Cast) -> None:
    page = open_as("marta")
    page.goto(check_in_url(cast))
    lose_session(page)
    page.get_by_text("Note on Ana").click()
    page.get_by_role("textbox", name=re.compile("^Note")).first.fill(NOTE)
    page.get_by_text("Someone was missing").click()
    page.get_by_label("Absent").nth(1).check(force=True)
    page.get_by_label("Question", exact=True).first.fill("Which chunk size?")
    page.get_by_label("Question", exact=True).nth(1).fill("Which model?")
    status = page.locator("[data-draft-status]")
    expect(status).to_contain_text("Draft not saved, sign in")
    page.get_by_role("button", name="Save check-in").click()
    expect(page.get_by_text("Not saved: you were signed out.")).to_be_visible()
    sign_in(page, cast, "marta")
    expect(page.get_by_role("heading", name="Clover’s check-in")).to_be_visible()
    expect(page.get_by_text("Draft from this browser restored")).to_be_visible()
    expect(page.get_by_role("textbox", name=re.compile("^Note")).first).to_have_value(NOTE)
    expect(page.get_by_label("Absent").nth(1)).to_be_checked()
    expect(page.get_by_label("Question", exact=True).nth(1)).to_have_value("Which model?")
    page.get_by_role("button", name="Save check-in").click()
    expect(page.get_by_text("Clover’s check-in is saved")).to_be_visible()
    assert CheckIn.objects.latest("pk").entries.get(enrolment=cast.enrolment("ana")).note == NOTE
    assert set(Question.objects.values_list("title", flat=True)) == {"Which chunk size?", "Which model?"}
    page.goto(check_in_url(cast))
    expect(page.get_by_text("Draft from this browser")).to_have_count(0)


def test_words_of_a_request_for_help_come_back_after_signing_in_again(open_as: Open, cast: Cast) -> None:
    page = open_as("ana")
    page.goto("/week/")
    page.get_by_role("button", name="Need help").click()
    words = page.get_by_label("What do you need?")
    words.fill("Why is the mask needed?")
    lose_session(page)
    words.press("Control+Enter")
    page.locator("#messages").get_by_role("link", name="Sign in").click()
    sign_in(page, cast, "ana")
    expect(page.get_by_text("Draft from this browser restored")).to_be_visible()
    expect(words).to_have_value("Why is the mask needed?")
    words.press("Control+Enter")
    expect(page.locator(".helped").first).to_contain_text("Why is the mask needed?")
    expect_nothing_kept(page)
    assert Question.objects.get().title == "Why is the mask needed?"


def test_draft_of_this_browser_is_told_once_on_its_page_and_on_my_groups(open_as: Open, cast: Cast) -> None:
    page = open_as("marta")
    page.goto("/groups/")
    link = page.get_by_role("link", name=re.compile("Log check-in")).first
    page.goto(link.get_attribute("href") or "")
    page.get_by_text("Note on Ana").click()
    page.get_by_role("textbox", name=re.compile("^Note")).first.fill(NOTE)
    page.goto("/groups/")
    # Told once, whether the server has heard of it or not.
    expect(page.get_by_text(re.compile("Draft of .+ check-in"))).to_have_count(1)
    link.click()
    expect(page.get_by_text(re.compile("Draft from"))).to_have_count(1)


def test_link_beside_the_draft_leads_back_to_the_check_in(open_as: Open, cast: Cast) -> None:
    page = open_as("marta")
    page.goto(check_in_url(cast))
    lose_session(page)
    page.get_by_text("Note on Ana").click()
    page.get_by_role("textbox", name=re.compile("^Note")).first.fill(NOTE)
    page.locator("[data-draft-status]").get_by_role("link", name="sign in").click()
    sign_in(page, cast, "marta")
    expect(page.get_by_role("textbox", name=re.compile("^Note")).first).to_have_value(NOTE)
    expect(page.locator("[data-draft-status]")).to_have_text(re.compile("Draft saved"))
    assert CheckInDraft.objects.count() == 1


def test_question_answer_and_review_come_back(open_as: Open, cast: Cast) -> None:
    question = QuestionFactory.create(membership=cast.bruno)
    review = CodeReviewFactory.create(
        group=cast.clover,
        author=cast.enrolment("bruno"),
        reviewer=cast.enrolment("ana"),
        milestone=cast.milestones[0],
    )
    places = [
        (ASK, "What do you want to know?", "Ask"),
        (question.get_absolute_url(), "Answer", "Answer"),
        (review.get_absolute_url(), "Your review", "Ask for changes"),
    ]
    page = open_as("ana")
    for url, field, button in places:
        page.goto(url)
        box = page.get_by_role("textbox", name=field)
        if url == question.get_absolute_url():
            page.get_by_text("Answer it").click()
        box.fill("Why is it so?")
        lose_session(page)
        page.get_by_role("button", name=button, exact=True).last.click()
        sign_in(page, cast, "ana")
        expect(page.locator("form[data-keep] > .note")).to_contain_text("Draft from this browser")
        expect(box).to_have_value("Why is it so?")
        page.get_by_role("button", name=button, exact=True).last.click()
        expect(page.locator("#messages [data-message]")).to_be_visible()
        expect_nothing_kept(page)
    assert Question.objects.filter(title="Why is it so?").count() == 1
    assert Answer.objects.get().body == "Why is it so?"
    assert CodeReview.objects.get().state == "changes_asked"


LONG = "Four weeks of language models, for those who know Python, with a project of your own at the end."


def pages_to_type_much(cast: Cast) -> list[tuple[str, str, str, str]]:
    """The long forms of course admins: the address, the field, what is typed, and the button that saves it."""
    question = QuestionFactory.create(membership=cast.ana)
    course, group, milestone = cast.course.slug, cast.clover.pk, cast.milestones[0].pk
    material = MaterialFactory.create(milestone=cast.milestones[0]).pk
    return [
        (reverse("groups:course-edit", args=[course]), "summary", LONG, "Save course"),
        (reverse("groups:milestone-edit", args=[milestone]), "summary", LONG, "Save milestone"),
        (
            reverse("groups:milestone-detail", args=[milestone]),
            "title",
            "Tokens",
            "Add material",
        ),
        (reverse("groups:material-edit", args=[material]), "title", LONG, "Save material"),
        (reverse("groups:plan-edit", args=[group]), "reason", "The holidays", "Save plan"),
        (reverse("groups:group-meeting", args=[group]), "hello", LONG, "Save meeting"),
        (
            reverse("sheets:import-give", args=[cast.cohort.pk, "roster"]),
            "text",
            "Gil Neves <gil@example.org>",
            "Check",
        ),
        (
            f"{reverse('trends:need-new', args=[course])}?question={question.pk}",
            "why",
            LONG,
            "Save",
        ),
        (reverse("trends:change-new", args=[course]), "what", LONG, "Record"),
        (
            reverse("groups:mentor-note", args=[cast.ana.enrolment_id]),
            "mentor_note",
            LONG,
            "Save",
        ),
    ]


def test_what_course_admins_type_comes_back_until_it_is_saved(open_as: Open, cast: Cast) -> None:
    """Coming back after a new sign-in is tested above: the same script keeps all of them."""
    page = open_as("ines")
    for url, name, typed, button in pages_to_type_much(cast):
        page.goto(url)
        field = page.locator(f"form[data-keep] [name={name}]")
        field.fill(typed)
        page.goto(url)
        expect(page.get_by_text("Draft from this browser")).to_be_visible()
        expect(field).to_have_value(typed)
        page.get_by_role("button", name=button, exact=True).last.click()
        expect_nothing_kept(page)
        page.goto(url)
        expect(page.get_by_text("Draft from this browser")).to_have_count(0)


def test_what_the_server_changed_in_a_form_is_not_typed_over(open_as: Open, cast: Cast) -> None:
    """It shifts the dates of a plan."""
    page = open_as("ines")
    page.goto(reverse("groups:plan-edit", args=[cast.clover.pk]))
    first = page.locator("[name^=due-]").first
    before = first.input_value()
    page.get_by_label("Why the dates move").fill("The holidays")
    page.get_by_role("button", name="Move the dates").click()
    expect(first).not_to_have_value(before)
    expect(page.get_by_label("Why the dates move")).to_have_value("The holidays")
    expect(page.get_by_text("Draft from this browser")).to_have_count(0)


def test_mark_without_session_says_so_and_shows_no_sign_in_page(open_as: Open, cast: Cast) -> None:
    material = MaterialFactory.create(milestone=cast.milestones[0])
    page = open_as("ana")
    page.goto("/week/")
    lose_session(page)
    page.locator(f"#material-{material.pk}").click()
    expect(page.locator("#messages")).to_contain_text("Not saved: you are signed out.")
    expect(page.get_by_label("Password")).to_have_count(0)
    page.locator("#messages").get_by_role("link", name="Sign in").click()
    sign_in(page, cast, "ana")
    expect(page).to_have_url(re.compile("/week/$"))


def test_download_starts_after_signing_in_on_a_page_that_says_so(open_as: Open, cast: Cast) -> None:
    page = open_as("marta")
    lose_session(page)
    page.goto(reverse("sheets:export-workbook", args=[cast.clover.pk]))
    with page.expect_download() as download:
        sign_in(page, cast, "marta")
    assert download.value.suggested_filename.endswith(".xlsx")
    expect(page.get_by_role("heading", name="Your download")).to_be_visible()


@pytest.mark.parametrize("answer", ["<h1>Welcome to the hotel</h1>", "<!doctype html><title>Sign in</title>"])
def test_strange_answer_is_not_shown(open_as: Open, cast: Cast, answer: str) -> None:
    page = open_as("marta")
    page.goto("/groups/")
    page.route(
        "**/progress/**", lambda route: route.fulfill(status=200, content_type="text/html", body=answer)
    )
    page.locator(f"#cell-{cast.enrolment('ana').pk}-{cast.milestones[0].pk}").click()
    expect(page.locator("#messages")).to_contain_text("Not saved")
    expect(page.get_by_role("heading", name="Clover", exact=True)).to_be_visible()
    assert "hotel" not in page.content()


def test_answer_for_somebody_else_is_not_shown(open_as: Open, cast: Cast) -> None:
    page = open_as("ana")
    page.goto(ASK)
    bruno = open_as("bruno").context.cookies()
    page.context.add_cookies(bruno)
    ask_field(page).press_sequentially("Why")
    expect(page.locator("#messages")).to_contain_text("You are signed out.")


def test_server_that_went_away_loses_nothing(open_as: Open, cast: Cast) -> None:
    page = open_as("marta")
    page.goto(check_in_url(cast))
    lose_server(page)
    page.get_by_text("Note on Ana").click()
    page.get_by_role("textbox", name=re.compile("^Note")).first.fill(NOTE)
    expect(page.locator("[data-draft-status]")).to_contain_text("no answer from Trefoil")
    page.get_by_role("button", name="Save check-in").click()
    page.wait_for_url("chrome-error://chromewebdata/")
    page.context.unroute("**/*")
    page.goto(check_in_url(cast))
    expect(page.get_by_role("textbox", name=re.compile("^Note")).first).to_have_value(NOTE)
    expect(page.get_by_text("Draft from this browser")).to_be_visible()


def test_mark_without_server_is_said(open_as: Open, cast: Cast) -> None:
    page = open_as("marta")
    page.goto("/groups/")
    lose_server(page)
    cell = page.locator(f"#cell-{cast.enrolment('ana').pk}-{cast.milestones[0].pk}")
    cell.click()
    expect(page.locator("#messages")).to_contain_text("Not saved: no answer from Trefoil.")
    page.context.unroute("**/*")
    cell.click()
    expect(page.locator("#messages")).to_contain_text("Ana’s LLM basics is done.")


def test_offline_keeps_the_page_and_what_was_typed(open_as: Open, cast: Cast) -> None:
    page = open_as("ana")
    page.goto(ASK)
    ask_field(page).fill("Why a mask?")
    page.context.set_offline(True)
    page.wait_for_function("() => !navigator.onLine")
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.locator("#messages")).to_contain_text("You are offline, so this was not sent.")
    page.context.set_offline(False)
    page.wait_for_function("() => navigator.onLine")
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.locator("#messages")).to_contain_text("“Why a mask?” is asked.")
    assert Question.objects.count() == 1


def test_tap_before_the_meeting_goes_back_offline_and_the_note_stays(open_as: Open, cast: Cast) -> None:
    cast.cohort.asks_before_meeting = True
    cast.cohort.save()
    page = open_as("ana")
    page.goto("/week/")
    stuck, well, note = (page.get_by_label(label, exact=True) for label in ("Stuck", "Well", "Note"))
    page.context.set_offline(True)
    # It may be back before `check` would look.
    well.click()
    expect(page.locator("#messages")).to_contain_text("Not saved: no answer from Trefoil.")
    expect(page.locator("#say :checked")).to_have_count(0)
    expect_nothing_kept(page)
    page.context.set_offline(False)
    well.check()
    expect(page.locator("#messages")).to_contain_text("Saved for the meeting.")
    page.get_by_text("Add a note").click()
    note.fill("The key does not work")
    page.context.set_offline(True)
    stuck.click()
    expect(page.locator("#messages")).to_contain_text("Not saved: no answer from Trefoil.")
    expect(well).to_be_checked()
    expect(note).to_have_value("The key does not work")
    page.context.set_offline(False)
    page.reload()
    expect(well).to_be_checked()
    expect(note).to_have_value("The key does not work")
    assert list(MeetingNote.objects.values_list("going", "note")) == [("well", "")]


def test_other_person_signing_out_or_a_week_remove_what_is_kept(open_as: Open, cast: Cast) -> None:
    page = open_as("ana")
    page.goto(ASK)
    box = ask_field(page)

    def kept() -> list[str]:
        return page.evaluate("Object.keys(localStorage).filter((name) => name.startsWith('trefoil:'))")

    ask_field(page).fill("Why a mask?")
    assert len(kept()) == 1
    page.goto(ASK)
    expect(box).to_have_value("Why a mask?")
    page.evaluate("""() => {
      const [name] = Object.keys(localStorage);
      const entry = JSON.parse(localStorage.getItem(name));
      localStorage.setItem(name, JSON.stringify({ ...entry, at: entry.at - 7 * 24 * 3600 * 1000 - 1 }));
    }""")
    page.goto(ASK)
    expect(box).to_have_value("")
    assert kept() == []
    ask_field(page).fill("Why a mask?")
    page.context.add_cookies(open_as("bruno").context.cookies())
    page.goto(ASK)
    expect(box).to_have_value("")
    assert kept() == []
    ask_field(page).fill("Why two masks?")
    page.keyboard.press("Escape")
    page.locator("header").get_by_text("Bruno").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="A course in groups of three")).to_be_visible()
    assert kept() == []


def test_what_came_back_can_be_deleted(open_as: Open, cast: Cast) -> None:
    page = open_as("ana")
    page.goto(ASK)
    ask_field(page).fill("Why a mask?")
    page.goto(ASK)
    page.get_by_role("button", name="Delete draft").click()
    expect(ask_field(page)).to_have_value("")
    page.goto(ASK)
    expect(page.get_by_text("Draft from this browser")).to_have_count(0)


def test_what_an_offered_question_dealt_with_does_not_come_back(open_as: Open, cast: Cast) -> None:
    offered = QuestionFactory.create(membership=cast.bruno, title="Why do we use a causal mask?")
    page = open_as("ana")
    asked_to_stay: list[str] = []

    def leave(dialog: Dialog) -> None:
        asked_to_stay.append(dialog.type)
        dialog.accept()

    page.on("dialog", leave)
    page.goto(ASK)
    ask_field(page).press_sequentially("Why do we use a causal mask")
    settled(page)
    page.get_by_role("button", name="I have this too: Why do we").click()
    expect(page.locator("#messages")).to_contain_text("You asked “Why do we use a causal mask?” too.")
    assert asks_of([offered.pk]).filter(enrolment=cast.enrolment("ana")).count() == 1
    assert asked_to_stay == []
    page.goto(ASK)
    expect(ask_field(page)).to_have_value("")
    expect(page.get_by_text("Draft from this browser")).to_have_count(0)


def test_lines_that_came_and_choices_that_were_none_are_deleted_too(open_as: Open, cast: Cast) -> None:
    cast.cohort.asks_before_meeting = True
    cast.cohort.save()
    page = open_as("ana")
    page.goto("/week/")
    page.get_by_text("Add a note").click()
    page.get_by_label("Note").fill("The key does not work")
    page.goto("/week/")
    expect(page.get_by_label("Note")).to_have_value("The key does not work")
    page.get_by_role("button", name="Delete draft").click()
    expect(page.get_by_label("Note")).to_have_value("")
    page = open_as("marta")
    page.goto(check_in_url(cast))
    lines = page.get_by_label("Question", exact=True)
    page.route("**/draft/", lambda route: route.abort("connectionrefused"))
    for number, title in enumerate(("Which chunk size?", "Which model?")):
        lines.nth(number).fill(title)
    page.goto(check_in_url(cast))
    expect(lines.nth(1)).to_have_value("Which model?")
    page.get_by_role("button", name="Delete draft").click()
    assert {line.input_value() for line in lines.all()} == {""}


def test_what_somebody_else_saved_meanwhile_is_not_overwritten(open_as: Open, cast: Cast) -> None:
    question = QuestionFactory.create(membership=cast.ana, title="Why a mask?")
    url = reverse("questions:question-edit", args=[question.pk])
    page = open_as("ana")
    page.goto(url)
    page.get_by_label("What do you want to know?").fill("Why a triangular mask?")
    question.refresh_from_db()
    question.title = "Why a causal mask?"
    question.touch(by=cast.marta, at=timezone.now())
    question.save()
    page.goto(url)
    expect(page.get_by_label("What do you want to know?")).to_have_value("Why a triangular mask?")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Why a causal mask?").first).to_be_visible()
    question.refresh_from_db()
    assert question.title == "Why a causal mask?"
    assert json.loads(page.evaluate("JSON.stringify(Object.keys(localStorage))")) != []


def test_session_is_renewed_by_people_once_a_day(open_as: Open, cast: Cast) -> None:
    page = open_as("ana")
    page.goto(ASK)

    def ends() -> object:
        return Session.objects.get(pk=page.context.cookies()[0]["value"]).expire_date

    first = ends()
    ask_field(page).press_sequentially("Why")
    settled(page)
    page.goto(ASK)
    assert ends() == first
