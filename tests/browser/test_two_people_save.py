"""Two people save one form: the second sees both versions, then saves theirs over the first, or takes the first's."""

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from lib.weeks import monday_of
from questions.models import Question
from tests.browser.clock import today
from tests.browser.conftest import PageAs, settled
from tests.conftest import Cast
from tests.factories.questions import QuestionFactory
from tests.factories.tracker import CheckInEntryFactory, CheckInFactory
from tracker.models import CheckIn, MeetingNote

pytestmark = pytest.mark.browser


@pytest.fixture(params=[True, False], ids=["with-script", "without-script"])
def script(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


def assert_fits_a_phone(page: Page) -> None:
    """Both versions are on the screen, side by side, and nothing is to be scrolled to the side."""
    settled(page).set_viewport_size({"width": 390, "height": 844})
    for cell in page.get_by_role("region", name="Both versions").locator("td").all():
        box = cell.bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 390
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def assert_nothing_kept(page: Page, *, script: bool) -> None:
    settled(page)
    expect(page.get_by_text("Draft from this browser")).to_have_count(0)
    if script:
        assert page.evaluate("Object.keys(localStorage)") == []


# A question


def conflict_over_a_question(page: Page, cast: Cast) -> tuple[Question, Locator]:
    """Ana changes the title while Marta does; return the field with hers."""
    question = QuestionFactory.create(membership=cast.ana, title="Why a mask?")
    page.goto(reverse("questions:question-edit", args=[question.pk]))
    title = page.get_by_label("What do you want to know?")
    title.fill("Why a triangular mask?")
    page.get_by_label("Details").fill("https://example.org/" + "a-long-path-without-a-space-" * 8)
    question.title = "Why a causal mask?"
    question.touch(by=cast.marta, at=timezone.now())
    question.save()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("alert").first).to_contain_text("Someone else saved this")
    expect(page.get_by_text("Draft from this browser")).to_have_count(0)
    expect(title).to_have_value("Why a triangular mask?")
    return question, title


def test_question_is_saved_over_theirs(page_as: PageAs, cast: Cast, script: bool) -> None:
    page = page_as("ana", java_script_enabled=script)
    question, _ = conflict_over_a_question(page, cast)
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("#messages")).to_contain_text("“Why a triangular mask?” is saved.")
    question.refresh_from_db()
    assert (question.title, question.version) == ("Why a triangular mask?", 3)
    page.goto(reverse("questions:question-edit", args=[question.pk]))
    assert_nothing_kept(page, script=script)


def test_question_of_theirs_is_taken(page_as: PageAs, cast: Cast, script: bool) -> None:
    page = page_as("ana", java_script_enabled=script)
    question, title = conflict_over_a_question(page, cast)
    assert_fits_a_phone(page)
    page.get_by_role("link", name="Keep theirs and delete yours").click()
    expect(title).to_have_value("Why a causal mask?")
    assert_nothing_kept(page, script=script)
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("#messages")).to_contain_text("“Why a causal mask?” is saved.")
    question.refresh_from_db()
    assert question.title == "Why a causal mask?"


def test_question_saved_meanwhile_once_more_is_compared_once_more(page_as: PageAs, cast: Cast) -> None:
    page = page_as("ana")
    question, title = conflict_over_a_question(page, cast)
    question.title = "Why a mask at all?"
    question.touch(by=cast.marta, at=timezone.now())
    question.save()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("alert").first).to_contain_text("Why a mask at all?")
    # Closed and opened again, it is back, and what Marta saved is not overwritten unseen.
    page.goto(reverse("questions:question-edit", args=[question.pk]))
    expect(title).to_have_value("Why a triangular mask?")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("alert").first).to_contain_text("Someone else saved this")
    question.refresh_from_db()
    assert question.title == "Why a mask at all?"


def test_what_came_back_over_a_newer_version_is_deleted(page_as: PageAs, cast: Cast) -> None:
    page = page_as("ana")
    question, title = conflict_over_a_question(page, cast)
    page.goto(reverse("questions:question-edit", args=[question.pk]))
    page.get_by_role("button", name="Delete draft").click()
    expect(title).to_have_value("Why a causal mask?")
    title.fill("Why a causal mask at all?")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("#messages")).to_contain_text("“Why a causal mask at all?” is saved.")
    question.refresh_from_db()
    assert question.title == "Why a causal mask at all?"


# A check-in


def conflict_over_a_check_in(page: Page, cast: Cast) -> Locator:
    """Marta logs the check-in that Tomás logs meanwhile; return the field with her summary."""
    page.goto(reverse("tracker:check-in-now", args=[cast.clover.pk]))
    summary = page.get_by_label("What we talked about")
    summary.fill("Marta was here.")
    page.get_by_label("Question", exact=True).first.fill("Which chunk size?")
    check_in = CheckInFactory.create(
        group=cast.clover,
        week_starts_on=monday_of(today()),
        held_on=today(),
        minutes=30,
        logged_by=cast.tomas,
        changed_by=cast.tomas,
        changed_at=timezone.now(),
        summary="Tomás was here.",
    )
    for name in ("ana", "bruno", "chidi"):
        CheckInEntryFactory.create(check_in=check_in, enrolment=cast.enrolment(name))
    page.get_by_role("button", name="Save check-in").last.click()
    expect(page.get_by_role("alert").first).to_contain_text("Someone else saved this")
    expect(page.get_by_text("Draft from this browser")).to_have_count(0)
    expect(summary).to_have_value("Marta was here.")
    return summary


def test_check_in_is_saved_over_theirs(page_as: PageAs, cast: Cast, script: bool) -> None:
    page = page_as("marta", java_script_enabled=script)
    conflict_over_a_check_in(page, cast)
    page.get_by_role("button", name="Save check-in").last.click()
    expect(page.locator("#messages")).to_contain_text("Clover’s check-in is saved")
    check_in = CheckIn.objects.get()
    assert (check_in.summary, check_in.version) == ("Marta was here.", 2)
    assert [question.title for question in Question.objects.all()] == ["Which chunk size?"]
    page.goto(reverse("tracker:check-in-now", args=[cast.clover.pk]))
    assert_nothing_kept(page, script=script)


def test_check_in_of_theirs_is_taken(page_as: PageAs, cast: Cast, script: bool) -> None:
    page = page_as("marta", java_script_enabled=script)
    summary = conflict_over_a_check_in(page, cast)
    assert_fits_a_phone(page)
    summary.fill("Marta was here, too.")
    page.get_by_role("button", name="Keep theirs and delete yours").click()
    expect(page.locator("#messages")).to_contain_text("Draft deleted")
    expect(summary).to_have_value("Tomás was here.")
    expect(page.get_by_label("Question", exact=True).first).to_have_value("")
    page.goto(reverse("tracker:check-in-now", args=[cast.clover.pk]))
    expect(page.get_by_text(" restored")).to_have_count(0)
    expect(summary).to_have_value("Tomás was here.")
    assert_nothing_kept(page, script=script)


# A note before the meeting, from two pages of one person


def conflict_over_a_note(page: Page, cast: Cast, *, script: bool) -> Locator:
    cast.cohort.asks_before_meeting = True
    cast.cohort.save()
    other = page.context.new_page()
    for each in (page, other):
        each.goto("/week/")
    before, there = (each.locator("#before-meeting") for each in (page, other))
    before.get_by_text("Add a note").click()
    before.get_by_label("Note").fill("The key does not work")
    tap(there, "Well", script=script)
    expect(other.locator("#messages")).to_contain_text("Saved")
    other.close()
    tap(before, "Stuck", script=script)
    expect(page.get_by_role("alert").first).to_contain_text("You saved this elsewhere")
    expect(page.get_by_text("Draft from this browser")).to_have_count(0)
    return before


def tap(before: Locator, word: str, *, script: bool) -> None:
    # The taps of the switches are labels: a script saves them at once.
    before.get_by_label(word).check(force=True)
    if not script:
        before.get_by_role("button", name="Save", exact=True).first.click()


def said() -> tuple[str, str, int]:
    return MeetingNote.objects.values_list("going", "note", "version").get()


def test_note_is_saved_over_the_other(page_as: PageAs, cast: Cast, script: bool) -> None:
    page = page_as("ana", java_script_enabled=script)
    before = conflict_over_a_note(page, cast, script=script)
    before.get_by_role("button", name="Save", exact=True).last.click()
    expect(before.get_by_label("Stuck")).to_be_checked()
    expect(page.get_by_role("alert")).to_have_count(0)
    assert said() == ("stuck", "The key does not work", 2)
    page.reload()
    assert_nothing_kept(page, script=script)


def test_note_of_the_other_page_is_taken(page_as: PageAs, cast: Cast, script: bool) -> None:
    page = page_as("ana", java_script_enabled=script)
    before = conflict_over_a_note(page, cast, script=script)
    page.get_by_role("link", name="Keep the saved version and delete this").click()
    expect(page.get_by_role("alert")).to_have_count(0)
    expect(before.get_by_label("Well")).to_be_checked()
    assert said() == ("well", "", 1)
    assert_nothing_kept(page, script=script)
