"""The main job: a mentor logs an ordinary check-in in well under a minute, by keys, anywhere, without JavaScript."""

import re
from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from lib.weeks import Week, monday_of
from questions.actions import ask
from questions.models import Question
from tests.browser.clock import today
from tests.browser.conftest import PageAs, settled
from tests.conftest import Cast
from tests.factories.tracker import AgreedStepFactory, CheckInEntryFactory, CheckInFactory, ProgressFactory
from tracker.models import AgreedStep, CheckIn, CheckInDraft, Progress

pytestmark = pytest.mark.browser
MOST = 5


class Hands:
    """Uses a page as a mentor does, and counts clicks and presses; what is typed into a field does not count.

    Keys pressed together count one each: Ctrl+Enter is two.
    """

    def __init__(self, page: Page) -> None:
        self.page, self.count = page, 0

    def click(self, target: Locator) -> None:
        self.count += 1
        target.click()

    def press(self, keys: str) -> None:
        self.count += len(keys.split("+"))
        self.page.keyboard.press(keys)

    def type(self, text: str) -> None:
        self.page.keyboard.type(text)


def log_url(cast: Cast) -> str:
    return reverse("tracker:check-in-log", args=[cast.clover.pk, Week.of(today()).iso])


def test_ordinary_check_in_takes_five_presses_at_most(page_as: PageAs, cast: Cast) -> None:
    for days in (7, 14):
        CheckInFactory.create(
            group=cast.clover, week_starts_on=monday_of(today()) - timedelta(days=days), logged_by=cast.marta
        )
    page = page_as("marta")
    page.goto("/groups/")
    hands = Hands(page)
    hands.click(page.get_by_role("link", name=re.compile("^Log check-in ?: Clover")).first)
    expect(page.get_by_label("Ana Ruivo: next step")).to_be_focused()
    hands.type("Read the page about chunking")
    hands.press("Control+Enter")
    expect(page.get_by_text("Clover’s check-in is saved")).to_be_visible()
    assert hands.count <= MOST
    assert page.url.endswith(f"/groups/#group-{cast.clover.pk}")
    check_in = CheckIn.objects.newest_first()[0]
    assert (check_in.outcome, check_in.held_on, check_in.minutes) == ("held", today(), 30)
    assert set(check_in.entries.values_list("enrolment__person__name", "attendance", "note")) == {
        ("Ana Ruivo", "present", ""),
        ("Bruno Sá", "present", ""),
        ("Chidi Okafor", "present", ""),
    }
    assert list(check_in.agreed_steps.values_list("text", "enrolment__person__name")) == [
        ("Read the page about chunking", "Ana Ruivo")
    ]
    assert not CheckInDraft.objects.exists()


def test_tab_goes_through_the_form_in_the_order_of_the_page(page_as: PageAs, cast: Cast) -> None:
    AgreedStepFactory.create(group=cast.clover, enrolment=cast.enrolment("ana"))
    # On a phone it begins at its head, with nothing chosen for the cursor.
    phone = page_as("marta", viewport={"width": 390, "height": 844})
    phone.goto(log_url(cast))
    assert phone.evaluate("[scrollY, document.activeElement.localName]") == [0, "body"]
    page = page_as("marta")
    page.goto(log_url(cast))
    assert page.evaluate("[scrollY, document.activeElement.localName]") == [0, "input"]
    page.locator("[name=held_on]").focus()
    names = []
    for _ in range(60):
        page.keyboard.press("Tab")
        name = page.evaluate(
            "(document.activeElement.name || document.activeElement.innerText).trim().replace(/\\s+/g, ' ')"
        )
        names.append(name)
        if name == "Save check-in":
            break
    ana, bruno = cast.enrolment("ana").pk, cast.enrolment("bruno").pk
    step = AgreedStep.objects.get()
    assert list(dict.fromkeys(names))[:11] == [
        "minutes",
        "Someone was missing",
        "We did not meet",
        "summary",
        "q0-title",
        f"p{ana}-state",
        "Note on Ana",
        f"s{step.pk}-done",
        f"n{ana}-text",
        f"p{bruno}-state",
        "Note on Bruno",
    ]
    assert list(dict.fromkeys(names))[-5:] == [
        "group-text",
        "Private note",
        "Private line",
        "Ask the course admin for something",
        "Save check-in",
    ]


def test_who_is_fine_is_one_line_and_the_sentence_says_what_will_be_saved(
    page_as: PageAs, cast: Cast
) -> None:
    for milestone in cast.milestones[:3]:
        ProgressFactory.create(enrolment=cast.enrolment("chidi"), milestone=milestone)
    page = page_as("marta")
    page.goto(log_url(cast))
    sentence = page.locator("[data-sentence]")
    day = f"{today():%A} {today().day} {today():%B}"
    expect(sentence).to_have_text(f"{day}, 30 minutes, everyone came.")
    chidi = page.get_by_role("group", name="Chidi", exact=True)
    expect(chidi.get_by_label("Chidi Okafor: next step")).to_be_hidden()
    expect(chidi).to_contain_text("not signed in")
    chidi.locator("summary").first.click()
    chidi.get_by_label("Chidi Okafor: next step").fill("Read on")
    page.get_by_text("Someone was missing").click()
    page.get_by_role("group", name="Chidi Okafor: attendance").get_by_label("Excused").check(force=True)
    page.get_by_label("Minutes").fill("45")
    expect(sentence).to_have_text(f"{day}, 45 minutes, Chidi excused.")
    expect(page.locator("[data-came]")).to_have_text("Chidi excused.")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("Clover’s check-in is saved")).to_be_visible()
    entry = CheckIn.objects.get().entries.get(enrolment=cast.enrolment("chidi"))
    assert (entry.attendance, entry.check_in.minutes) == ("excused", 45)


def test_state_is_marked_with_the_check_in_by_keys(page_as: PageAs, cast: Cast) -> None:
    page = page_as("marta")
    page.goto(log_url(cast))
    page.get_by_role("group", name="Ana Ruivo, LLM basics").get_by_role("radio").first.focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("Clover’s check-in is saved")).to_be_visible()
    assert Progress.objects.values_list("enrolment__person__name", "state", "changed_by__name").get() == (
        "Ana Ruivo",
        "done",
        "Marta Pires",
    )


def test_without_the_script_the_sentence_says_nothing_that_is_no_longer_so(
    page_as: PageAs, cast: Cast
) -> None:
    page = page_as("marta", java_script_enabled=False)
    page.goto(log_url(cast))
    expect(page.locator("[data-sentence]")).to_contain_text("30 minutes, everyone came.")
    page.get_by_text("We did not meet").click()
    page.get_by_label("Cancelled").check(force=True)
    expect(page.locator("[data-sentence]")).to_be_hidden()


def test_draft_shows_on_another_device(page_as: PageAs, cast: Cast) -> None:
    first = page_as("marta")
    first.goto(log_url(cast))
    first.keyboard.type("Read the page about chunking")
    first.get_by_text("Someone was missing").click()
    # What is typed on a slow machine may be kept before: this is the draft with all of it.
    with first.expect_response(lambda answer: "absent" in (answer.request.post_data or "")):
        first.get_by_label("Absent").nth(1).check(force=True)
    expect(first.locator("[data-draft-status]")).to_have_text(re.compile(r"Draft saved \d\d:\d\d"))
    second = page_as("marta")
    second.goto(log_url(cast))
    expect(second.get_by_text(re.compile("Draft from .* restored"))).to_be_visible()
    expect(second.get_by_label("Ana Ruivo: next step")).to_have_value("Read the page about chunking")
    expect(second.get_by_label("Absent").nth(1)).to_be_checked()
    second.get_by_role("button", name="Delete draft").click()
    expect(second.get_by_text("Draft deleted")).to_be_visible()
    expect(second.get_by_label("Ana Ruivo: next step")).to_have_value("")


def test_draft_is_kept_by_who_leaves_at_once(page_as: PageAs, cast: Cast) -> None:
    page = page_as("marta")
    page.goto(log_url(cast))
    page.keyboard.type("Typed and gone")
    page.goto("/groups/")
    page.goto(log_url(cast))
    expect(page.get_by_label("Ana Ruivo: next step")).to_have_value("Typed and gone")


def test_saving_leaves_no_draft_behind(page_as: PageAs, cast: Cast) -> None:
    page = page_as("marta")
    page.goto(log_url(cast))
    page.keyboard.type("Typed and saved")
    page.keyboard.press("Control+Enter")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("Clover’s check-in is saved")).to_be_visible()
    assert (CheckIn.objects.count(), CheckInDraft.objects.count()) == (1, 0)


def test_check_in_is_logged_without_javascript(page_as: PageAs, cast: Cast) -> None:
    page = page_as("marta", java_script_enabled=False)
    page.goto(log_url(cast))
    page.get_by_text("Note on Ana").click()
    page.get_by_role("textbox", name=re.compile("^Note")).first.fill("Attention is clear to her now.")
    page.get_by_role("textbox", name="Question").fill("Which chunk size?")
    page.get_by_role("button", name="Add a line").click()
    page.get_by_role("textbox", name="Question").nth(1).fill("Which model?")
    page.get_by_role("button", name="Save draft").click()
    expect(page.get_by_text(re.compile("Draft from .* restored"))).to_be_visible()
    page.get_by_role("button", name="Save check-in").click()
    expect(page.get_by_text("Clover’s check-in is saved")).to_be_visible()
    note = CheckIn.objects.get().entries.get(enrolment=cast.enrolment("ana")).note
    assert note == "Attention is clear to her now."
    assert set(Question.objects.values_list("title", flat=True)) == {"Which chunk size?", "Which model?"}


def test_questions_go_on_by_enter_and_find_what_was_asked_before(page_as: PageAs, cast: Cast) -> None:
    asked = ask(
        group=cast.clover,
        by=cast.person("ana"),
        at=timezone.now(),
        title="Why divide by the square root of the key size?",
    )
    page = page_as("marta")
    page.goto(log_url(cast))
    page.locator("#id_q0-title").click()
    page.keyboard.type("Which editor do we use?")
    page.keyboard.press("Enter")
    page.keyboard.type("Why divide by the square root")
    settled(page)
    page.get_by_text("Yes: Why divide by the square root of the key size?").click()
    expect(page.locator("#id_q2-title")).to_have_value("")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("Clover’s check-in is saved")).to_be_visible()
    assert set(Question.objects.values_list("title", flat=True)) == {asked.title, "Which editor do we use?"}
    assert asked.asks.count() == 2


def test_rows_hide_for_a_check_in_that_was_not_held(page_as: PageAs, cast: Cast) -> None:
    page = page_as("marta")
    page.goto(log_url(cast))
    expect(page.get_by_label("New day")).to_be_hidden()
    page.get_by_text("We did not meet").click()
    # Opened, and nothing is chosen by it.
    expect(page.get_by_label("We met")).to_be_checked()
    page.get_by_label("Rescheduled").check(force=True)
    for label in ("Day", "Minutes"):
        expect(page.get_by_label(label, exact=True).first).to_be_hidden()
    expect(page.get_by_label("Ana Ruivo: next step")).to_be_hidden()
    expect(page.get_by_label("New day")).to_be_visible()
    page.get_by_label("Cancelled").check(force=True)
    expect(page.get_by_label("New day")).to_be_hidden()
    expect(page.locator("[data-sentence]")).to_have_text("Cancelled.")
    page.get_by_role("button", name="Save check-in").click()
    expect(page.get_by_text("Clover’s check-in is saved")).to_be_visible()
    assert CheckIn.objects.values_list("outcome", "held_on").get() == ("cancelled", None)


@pytest.mark.parametrize(("scheme", "width"), [("dark", 390), ("light", 1440)])
def test_check_in_pages_pass_axe_and_do_not_scroll_sideways(
    page_as: PageAs, cast: Cast, scheme: str, width: int
) -> None:
    cast.person("bruno").name = "Maria da Conceição Nunes-Vasconcelos de Albuquerque"
    cast.person("bruno").save()
    last_week = Week.of(today()).previous()
    before = CheckInFactory.create(
        group=cast.clover,
        week_starts_on=last_week.starts_on,
        logged_by=cast.marta,
        private_note="A word without an end: " + "x" * 90,
    )
    CheckInEntryFactory.create(check_in=before, enrolment=cast.enrolment("bruno"), note="y" * 90)
    AgreedStepFactory.create(group=cast.clover, check_in=before, enrolment=cast.enrolment("bruno"))
    page = page_as("marta", color_scheme=scheme, viewport={"width": width, "height": 900})
    detail = reverse("tracker:check-in-detail", args=[cast.clover.pk, last_week.iso])
    for url in (log_url(cast), detail, reverse("tracker:check-in-list", args=[cast.clover.pk])):
        page.goto(url)
        results = Axe().run(page)
        assert results.violations_count == 0, results.generate_report()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
