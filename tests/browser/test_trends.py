"""The trends for the eye: no fault with everything open, a click on a bar, without JavaScript, on paper."""

from datetime import date

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from questions.models import MaterialChange, NotTheSame, Placement, Question
from tests.browser.conftest import PageAs, settled
from tests.browser.test_every_page import look_at
from tests.conftest import NOW, Cast
from tests.factories.questions import TopicFactory
from tests.trends.actions.topics.gathering import asked
from tests.trends.asked_story import AskedStory, tell_asked

pytestmark = pytest.mark.browser
CLOSED = "main details:not([open]) > summary"
URL = "/courses/llm/trends/?group=Clover&since=2026-08-31"


@pytest.fixture
def story(cast: Cast) -> AskedStory:
    told = tell_asked(cast)
    change = MaterialChange.objects.create(
        course=cast.course, what="Drawn", changed_on=date(2026, 9, 14), made_by=cast.ines, recorded_at=NOW
    )
    change.topics.add(told.topic)
    return told


@pytest.mark.parametrize("who", ["ines", "marta"])
def test_trends_have_no_fault_with_everything_open(story: AskedStory, page_as: PageAs, who: str) -> None:
    page = page_as(who)
    page.goto("/courses/llm/trends/")
    # What is opened may have more to open.
    while settled(page).locator(CLOSED).count():
        page.locator(CLOSED).first.click()
    assert look_at(page) == []
    page.goto("/courses/llm/questions/?topic=0&choose=1")
    assert look_at(page) == []


def test_pairs_are_answered_in_place_and_undone(page_as: PageAs, cast: Cast) -> None:
    first, *others = asked(
        cast.ana, "What is a token?", "A token, or a word?", "Are words tokens?", "Words or tokens?"
    )
    topic = TopicFactory.create(course=cast.course, questions=[first, others[0]])
    milestone = cast.milestones[0]
    for question in others[1:]:
        Placement.objects.create(question=question, likest=first, placed_at=timezone.now())
        Question.objects.filter(pk=question.pk).update(milestone=milestone)
    page = page_as("ines")
    for path in (topic.get_absolute_url(), f"/courses/llm/trends/?milestone={milestone.pk}"):
        page.goto(path)
        queue = page.locator("#may-be-same")
        for answer, said in (("Yes", "asks the same as"), ("No", "does not ask the same as")):
            page.evaluate("window.isSamePage = true")
            expect(queue.get_by_role("heading")).to_have_text("2 more may ask the same")
            queue.get_by_role("button", name=f"{answer}: Are words tokens?").click()
            expect(page.locator("#messages")).to_contain_text(f"“Are words tokens?” {said}")
            expect(queue.get_by_role("heading")).to_have_text("1 more may ask the same")
            if path == topic.get_absolute_url():
                count = 3 if answer == "Yes" else 2
                expect(page.locator("#topic-head")).to_contain_text(f"Asked {count} times")
            assert page.evaluate("window.isSamePage")
            page.locator("#messages").get_by_role("button", name="Undo").click()
            expect(page.locator("#messages")).to_contain_text("Undone: nobody said whether")
            expect(queue.get_by_role("heading")).to_have_text("2 more may ask the same")
    assert not NotTheSame.objects.exists()
    assert not topic.placements.filter(question__in=others[1:]).exists()


def test_panel_is_a_page_and_a_column_leads_to_its_questions(story: AskedStory, page_as: PageAs) -> None:
    page = page_as("ines")
    page.goto("/courses/llm/trends/")
    # Fetched once the page is there.
    expect(page.get_by_role("region", name="Did it help?")).to_contain_text("0 times")
    page.get_by_role("link", name="Kinds of question").press("Enter")
    expect(page.get_by_role("table", name="Times asked, by category")).to_be_visible()
    page.get_by_role("link", name="Trends", exact=True).last.click()
    page.get_by_role("link", name="Times asked, by week of the run").click()
    page.locator(".chart a", has_text="Spring 2026, Week 2: 2").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("2 questions, asked 2 times")
    expect(page.locator("main .lines > li")).to_have_count(2)


def test_materials_and_times_to_an_answer_fit_on_a_phone(story: AskedStory, page_as: PageAs) -> None:
    page = page_as("ines", viewport={"width": 390, "height": 844})
    for panel, name, labels in (
        ("materials", "Table of materials", ["Confusing or too long", "Times asked"]),
        (
            "answers",
            "Table of times to the first answer",
            ["Half within", "90% within", "Answered", "Not answered"],
        ),
    ):
        page.goto(f"/courses/llm/trends/{panel}/")
        frame = page.get_by_role("region", name=name)
        assert frame.evaluate("frame => frame.scrollWidth <= frame.clientWidth")
        cells = frame.locator("tbody tr").first.locator("td")
        assert [cell.get_attribute("data-label") for cell in cells.all()] == labels
        above = cells.first.evaluate("cell => getComputedStyle(cell, '::before').display")
        assert above == "block"


def test_filters_and_panels_work_without_javascript(story: AskedStory, page_as: PageAs) -> None:
    page = page_as("ines", java_script_enabled=False)
    page.goto("/courses/llm/trends/")
    page.locator("summary", has_text="Filter").click()
    page.get_by_label("Spring 2026").check()
    page.get_by_role("button", name="Show").click()
    expect(page).to_have_url(
        f"/courses/llm/trends/?cohort={story.spring.pk}&material=&category=&group=&since=&until="
    )
    expect(page.locator("main")).to_contain_text("Asked 2 times, all time, only Spring 2026")
    page.goto("/courses/llm/trends/")
    page.get_by_role("link", name="Kinds of question").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Kinds of question")
    expect(page.get_by_role("table", name="Times asked, by category")).to_be_visible()


def test_paper_has_the_figures_and_whose_they_are(story: AskedStory, page_as: PageAs) -> None:
    page = page_as("ines")
    page.goto(URL)
    page.emulate_media(media="print")
    expect(page.locator(".page-head")).to_contain_text("only group Clover")
    for hidden in (".trends-filters", ".trends-foot", ".top nav"):
        expect(page.locator(hidden)).to_be_hidden()
    page.get_by_role("link", name="Kinds of question", include_hidden=True).evaluate("link => link.click()")
    expect(page.get_by_role("table", name="Times asked, by category")).to_be_visible()
    expect(page.locator("#categories .bar-drawing").first).to_be_visible()
