"""On a phone the first screen says what matters, the links stand in one line, and nothing scrolls sideways."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import BrowserContext, Locator, expect
from pytest_django.live_server_helper import LiveServer

from groups.models import Group
from questions.models import Placement, Question
from tests.browser.conftest import PageAs, signed_in_context
from tests.conftest import Cast
from tests.factories.courses import MaterialFactory
from tests.factories.groups import MentorshipFactory
from tests.factories.questions import QuestionFactory, TopicFactory
from tests.factories.tracker import AgreedStepFactory, CodeReviewFactory, ProgressFactory
from tests.trends.actions.topics.gathering import TOKENS, asked
from tracker.actions.progress import mark
from tracker.models import MaterialTick, Progress

pytestmark = pytest.mark.browser
STEPS = (
    "Finish the summarization exercise",
    "Write down two questions about indexing",
    "Choose one text that all three of you use for the exercise",
    "Read the note on chunk sizes",
)


def box(target: Locator) -> dict[str, float]:
    found = target.bounding_box()
    assert found is not None
    return dict(found)


def foot(target: Locator) -> float:
    return box(target)["y"] + box(target)["height"]


@pytest.mark.usefixtures("met")
def test_my_week_shows_what_to_do_and_the_meeting_without_scrolling(
    page_as: PageAs, cast: Cast, settings
) -> None:
    # Its line takes room too.
    settings.DEMO = True
    Group.objects.update(meeting="Wednesdays 18:00, by video")
    for text in STEPS:
        AgreedStepFactory.create(group=cast.clover, enrolment=cast.enrolment("ana"), text=text)
    page = page_as("ana", viewport={"width": 390, "height": 844})
    page.goto("/week/")
    assert page.locator(".demo").count() == 1
    due = page.get_by_text("Due ")
    hours = page.get_by_label("Hours")
    meeting = page.locator(".meet-line", has_text="by video")
    bar = page.get_by_role("navigation", name="Main")
    for target in (due.first, hours, meeting):
        expect(target).to_be_in_viewport(ratio=1)
        assert foot(target) <= box(bar)["y"]
    expect(page.locator(".what", has_text=STEPS[2])).to_be_visible()
    expect(page.get_by_text(STEPS[3], exact=True)).not_to_be_visible()
    expect(bar.get_by_role("link", name="Ask")).to_be_in_viewport(ratio=1)


@pytest.mark.usefixtures("met")
@pytest.mark.parametrize(("width", "script"), [(320, True), (1440, False)])
def test_need_help_asks_on_the_spot_what_with(page_as: PageAs, cast: Cast, width: int, script: bool) -> None:
    page = page_as("ana", viewport={"width": width, "height": 844}, java_script_enabled=script)
    page.goto("/week/")
    field, press = (
        page.get_by_label("What do you need?"),
        page.get_by_role("button", name="Need help", exact=True),
    )
    expect(field).to_be_hidden()
    press.click()
    expect(field).to_be_focused()
    if script:
        assert not Progress.objects.exists()
        # Pressed again it is marked, without words too.
        press.click()
    expect(page.locator("#messages")).to_contain_text("You need help with LLM basics. Your mentor sees it.")
    expect(field).to_be_in_viewport(ratio=1)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    field.fill("Which key?")
    page.get_by_role("button", name="Tell Marta").click()
    expect(page.locator(".helped", has_text="Which key?")).to_contain_text("answer promised by")
    expect(field).to_be_hidden()
    assert Question.objects.get().milestone == cast.milestones[0]
    page.get_by_role("button", name="Sorted out").click()
    expect(page.locator("#messages")).to_contain_text("You are working on LLM basics.")


def test_tick_that_is_not_saved_goes_back(
    new_context: Callable[..., BrowserContext], live_server: LiveServer, cast: Cast
) -> None:
    material = MaterialFactory.create(milestone=cast.milestones[0], title="Tokens")
    page = signed_in_context(new_context, live_server, cast.person("ana")).new_page()
    page.goto("/week/")
    page.route("**/tick/**", lambda route: route.fulfill(status=500))
    tick = page.locator(f"#material-{material.pk}")
    tick.click()
    expect(tick).not_to_be_checked()


def test_finished_materials_are_folded_but_what_was_just_ticked_stays(page_as: PageAs, cast: Cast) -> None:
    first, second, third = (
        MaterialFactory.create(milestone=cast.milestones[0], title=title)
        for title in ("Tokens", "Scaling", "Attention")
    )
    MaterialTick.objects.create(
        enrolment=cast.enrolment("ana"), material=first, ticked_at=timezone.now() - timedelta(hours=2)
    )
    page = page_as("ana", viewport={"width": 390, "height": 844})
    page.goto("/week/")
    expect(page.locator(f"#material-{first.pk}")).to_be_hidden()
    page.get_by_text("1 done").click()
    expect(page.locator(f"#material-{first.pk}")).to_be_visible()
    page.locator(f"#material-{second.pk}").click()
    expect(page.locator("#week-head")).to_contain_text("1 of 3 materials left")
    expect(page.locator(f"#material-{first.pk}")).to_be_visible()
    assert foot(page.locator(f"#material-{second.pk}")) < foot(page.locator(f"#material-{third.pk}"))


@pytest.mark.parametrize(("who", "script"), [("ana", True), ("marta", False), ("ines", True)])
def test_links_stand_in_one_line_at_the_foot(page_as: PageAs, who: str, script: bool) -> None:
    page = page_as(who, viewport={"width": 390, "height": 700}, java_script_enabled=script)
    page.goto("/questions/")
    links = page.get_by_role("navigation", name="Main").get_by_role("link").all()
    for width in (390, 320):
        page.set_viewport_size({"width": width, "height": 700})
        boxes = [box(link) for link in links]
        middles = [each["y"] + each["height"] / 2 for each in boxes]
        assert max(middles) - min(middles) < 1
        assert all(each["height"] >= 44 and each["width"] >= 44 for each in boxes)
        assert boxes[-1]["x"] + boxes[-1]["width"] <= width
        brand, account = box(page.locator(".brand")), box(page.locator(".account summary"))
        assert abs(brand["y"] - account["y"]) < 8
    links[1].focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("navigation", name="Main").locator("[aria-current]")).to_have_text(
        links[1].inner_text()
    )


def test_bar_fits_two_roles_at_320(page_as: PageAs, cast: Cast) -> None:
    MentorshipFactory.create(group=cast.juniper, person=cast.person("ana"), role="co-mentor")
    page = page_as("ana", viewport={"width": 320, "height": 700})
    page.goto("/questions/")
    links = page.get_by_role("navigation", name="Main").get_by_role("link").all()
    assert len(links) >= 5
    assert page.locator(".top nav ul").evaluate("list => list.scrollWidth <= list.clientWidth")
    boxes = [box(link) for link in links]
    assert all(each["height"] >= 44 and each["width"] >= 44 for each in boxes)
    assert boxes[-1]["x"] + boxes[-1]["width"] <= 320


@pytest.mark.usefixtures("met")
def test_card_of_a_group_fills_its_width(page_as: PageAs, cast: Cast) -> None:
    page = page_as("marta", viewport={"width": 1440, "height": 900})
    page.goto("/groups/")
    card, grid = page.locator(".group").first, page.locator(".paths").first
    assert box(grid)["width"] > box(card)["width"] - 60
    for width in (390, 320):
        page.set_viewport_size({"width": width, "height": 844})
        last = page.locator(f"#cell-{cast.enrolment('chidi').pk}-{cast.milestones[3].pk}")
        assert box(last)["x"] + box(last)["width"] <= width


@pytest.mark.usefixtures("met")
def test_arrows_follow_the_sheet_as_it_stands_on_a_phone(page_as: PageAs, cast: Cast) -> None:
    page = page_as("marta", viewport={"width": 390, "height": 844})
    page.goto("/groups/")
    cells = {
        (name, number): page.locator(f"#cell-{cast.enrolment(name).pk}-{cast.milestones[number].pk}")
        for name in ("ana", "bruno")
        for number in range(4)
    }
    # The current milestone, one before, one after.
    shown = [cell for (name, _), cell in cells.items() if name == "ana" and cell.is_visible()]
    assert len(shown) == 3
    shown[0].focus()
    page.keyboard.press("ArrowRight")
    expect(shown[1]).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(page.locator(f"#row-{cast.enrolment('bruno').pk} .cell:focus")).to_have_count(1)


@pytest.mark.usefixtures("met")
def test_name_and_reason_have_room_beside_a_request_far_ahead(page_as: PageAs, cast: Cast) -> None:
    # RAG stands there, too, beside the three milestones of a phone.
    ProgressFactory.create(enrolment=cast.enrolment("ana"), milestone=cast.milestones[3], state="need_help")
    page = page_as("marta", viewport={"width": 390, "height": 844})
    page.goto(f"/groups/?student={cast.enrolment('ana').pk}")
    row = page.locator(f"#row-{cast.enrolment('ana').pk}")
    for width in (390, 320):
        page.set_viewport_size({"width": width, "height": 844})
        expect(row.locator(".m").filter(visible=True)).to_have_count(4)
        expect(row.get_by_role("link", name="Ana", exact=True)).to_be_visible()
        assert box(row.locator(".why span"))["height"] < 50
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_path_of_my_week_stands_upright_with_all_milestones(page_as: PageAs, cast: Cast) -> None:
    page = page_as("ana", viewport={"width": 390, "height": 844})
    page.goto("/week/")
    path = page.locator("#week-group")
    heads = path.get_by_role("columnheader").filter(visible=True).all()
    assert [head.inner_text().split("\n")[0].strip() for head in heads] == [
        "Clover",
        "LLM basics",
        "Prompt engineering",
        "Indexation",
        "RAG",
    ]
    own = path.locator(".cell").all()
    assert [round(box(cell)["y"]) for cell in own] == sorted({round(box(cell)["y"]) for cell in own})
    assert len({round(box(cell)["x"]) for cell in own}) == 1
    # Each stands beside its milestone.
    middles = [box(each)["y"] + box(each)["height"] / 2 for each in (heads[4], own[3])]
    assert middles[0] == pytest.approx(middles[1], abs=1)
    own[0].focus()
    page.keyboard.press("ArrowDown")
    expect(own[1]).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(own[1]).to_be_focused()


@pytest.mark.usefixtures("met")
def test_mark_that_adds_or_takes_a_reason_moves_no_cell(page_as: PageAs, cast: Cast) -> None:
    page = page_as("marta", viewport={"width": 1440, "height": 700})
    page.goto("/groups/")
    target = page.locator(f"#cell-{cast.enrolment('ana').pk}-{cast.milestones[0].pk}")
    # Not at the foot of the window, from which a browser scrolls up what gets the focus.
    for scrolled in (60, 150):
        page.evaluate(f"scrollTo({{top: {scrolled}, behavior: 'instant'}})")
        place = box(target)
        for text in ("is done", "has not started"):
            target.click()
            expect(page.locator("#messages")).to_contain_text(text)
            assert abs(box(target)["y"] - place["y"]) < 1


def test_reviews_are_lines_on_a_phone(page_as: PageAs, cast: Cast) -> None:
    CodeReviewFactory.create(
        group=cast.clover,
        milestone=cast.milestones[1],
        author=cast.enrolment("ana"),
        reviewer=cast.enrolment("bruno"),
    )
    page = page_as("ana", viewport={"width": 390, "height": 844})
    page.goto("/reviews/")
    page.get_by_text("1 review in all").click()
    expect(page.get_by_role("list", name="All reviews")).to_contain_text("waiting for Bruno Sá")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_history_is_a_list_on_a_phone(page_as: PageAs, cast: Cast) -> None:
    cast.clover.name = "Clover and Sorrel"
    cast.clover.save()
    ana = cast.enrolment("ana")
    mark(enrolment=ana, milestone=cast.milestones[0], state="done", by=ana.person, at=timezone.now())
    page = page_as("ana", viewport={"width": 390, "height": 844})
    page.goto(f"/students/{cast.enrolment('ana').pk}/?kind=progress")
    page.evaluate("document.querySelectorAll('main details').forEach(each => each.open = true)")
    frame = page.get_by_role("region", name="History", exact=True).first
    expect(frame).to_be_visible()
    assert frame.evaluate("frame => frame.scrollWidth <= frame.clientWidth")


def test_people_of_a_cohort_fit_on_a_tablet(page_as: PageAs, cast: Cast) -> None:
    """Each is a line, with the whole address."""
    page = page_as("ines")
    page.goto(f"/cohorts/{cast.cohort.pk}/people/")
    rows = page.locator("main tbody > tr")
    expect(rows).to_have_count(6)
    for width in (768, 820, 1024):
        page.set_viewport_size({"width": width, "height": 1000})
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        assert max(box(row)["height"] for row in rows.all()) < 60
        assert box(page.get_by_text("ana@example.com"))["width"] > 90


def test_menu_of_a_student_opens_within_the_page(page_as: PageAs, cast: Cast) -> None:
    page = page_as("ines")
    page.goto(f"/students/{cast.enrolment('ana').pk}/")
    page.locator("main .menu > summary").click()
    for width in (390, 744, 1440):
        page.set_viewport_size({"width": width, "height": 1000})
        expect(page.get_by_role("link", name="Manage enrolment")).to_be_in_viewport(ratio=1)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


@pytest.mark.parametrize("script", [True, False])
def test_filters_of_questions_are_folded_until_they_are_set(
    page_as: PageAs, cast: Cast, script: bool
) -> None:
    QuestionFactory.create(membership=cast.ana, title="Why divide?")
    page = page_as("ana", viewport={"width": 390, "height": 844}, java_script_enabled=script)
    page.goto("/questions/")
    expect(page.get_by_role("heading", level=1)).to_have_text("One of yours waits")
    find, status = page.get_by_role("search", name="Find questions"), page.get_by_label("Status")
    expect(status).to_be_hidden()
    page.get_by_text("Filter", exact=True).click()
    expect(status).to_be_visible()
    status.select_option("open")
    if not script:
        find.get_by_role("button", name="Search").click()
    # The new state shows.
    page.wait_for_url("**status=open**")
    expect(status).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_have_text("1 question, 1 open")


@pytest.mark.parametrize("script", [True, False])
def test_plan_asks_on_a_phone_for_the_days_of_what_is_planned(
    page_as: PageAs, cast: Cast, script: bool
) -> None:
    cast.clover.plan_items.filter(milestone=cast.milestones[3]).delete()
    page = page_as("marta", viewport={"width": 390, "height": 844}, java_script_enabled=script)
    page.goto(f"/groups/{cast.clover.pk}/plan/")
    planned, day = page.get_by_role("checkbox", name="LLM basics"), page.get_by_label("LLM basics is due on")
    other, its_day = page.get_by_role("checkbox", name="RAG"), page.get_by_label("RAG is due on")
    expect(day).to_be_visible()
    expect(its_day).to_be_hidden()
    from_top = "each => each.getBoundingClientRect().top + scrollY"
    place = other.evaluate(from_top)
    other.check()
    expect(its_day).to_be_visible()
    assert other.evaluate(from_top) == place
    # A day that is wrong is seen, planned or not.
    its_day.fill("2036-09-16")
    other.uncheck()
    expect(its_day).to_be_hidden()
    page.get_by_role("button", name="Save plan").click()
    expect(its_day).to_be_visible()
    expect(its_day).to_have_attribute("aria-invalid", "true")
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(f"/groups/{cast.clover.pk}/plan/")
    expect(its_day).to_be_visible()
    expect(planned).to_be_checked()


def test_both_answers_to_what_may_ask_the_same_stand_together(page_as: PageAs, cast: Cast) -> None:
    first, second = asked(cast.ana, *TOKENS[:2])
    topic = TopicFactory.create(course=cast.course, questions=[first, second])
    for question in asked(cast.ana, "Are words tokens?", f"Token or {'a longer word, or ' * 4}a word?"):
        Placement.objects.create(question=question, likest=first, placed_at=timezone.now())
    page = page_as("ines", viewport={"width": 390, "height": 844})
    page.goto(topic.get_absolute_url())
    rows = page.get_by_role("region", name="2 more may ask the same").get_by_role("listitem")
    expect(rows).to_have_count(2)
    for row in rows.all():
        yes, no = row.get_by_text("Yes", exact=True), row.get_by_text("No", exact=True)
        assert box(yes)["y"] == box(no)["y"]
        assert 0 < box(no)["x"] - box(yes)["x"] - box(yes)["width"] < 24


def test_focus_stays_where_pairs_are_answered(page_as: PageAs, cast: Cast) -> None:
    first, second, third = asked(cast.ana, *TOKENS[:2], "Are words tokens?")
    topic = TopicFactory.create(course=cast.course, questions=[first, second])
    Placement.objects.create(question=third, likest=first, placed_at=timezone.now())
    page = page_as("ines")
    page.goto(topic.get_absolute_url())
    page.get_by_role("button", name="No: Are words tokens?").press("Enter")
    expect(page.locator("#messages")).to_contain_text("does not ask the same")
    # None is left, so the part that they stood in has it: Tab goes on from there.
    expect(page.locator("#with-pairs")).to_be_focused()
