"""A course admin's hour: 40 questions of three weeks, half answered, to three needs, a change, and its askers told."""

import re
from datetime import timedelta

import pytest
import time_machine
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from groups.models import Membership
from people.models import User
from questions.models import MaterialChange, MaterialNeed, Question, Topic
from tests.browser.conftest import PageAs
from tests.browser.test_clicks import COUNT_CLICKS, clicks
from tests.browser.workers import worker
from tests.conftest import NOW, Cast
from tests.factories.questions import AnswerFactory, QuestionFactory
from tests.mail_server import mail_server
from trends.actions.topics import refresh_topics

pytestmark = pytest.mark.browser

KEY = (
    "Where do I put the API key so that the notebook finds it?",
    "Where does the API key go so that the notebook finds it?",
    "The notebook does not find my API key, where do I put it?",
    "Why does the notebook say that the API key is missing?",
    "API key missing in the notebook, what now?",
    "Which file holds the API key for the notebook?",
    "My key is not read by the notebook",
    "Do I have to set the API key again in each notebook?",
)
EXAMPLES = (
    "How many examples should a few-shot prompt have?",
    "How many examples do I put into a few-shot prompt?",
    "Is there a number of examples for few-shot that is too many?",
    "Few-shot: two examples or ten?",
    "Do more examples in a few-shot prompt help?",
    "Which examples do I choose for few-shot?",
    "Does the order of examples in a few-shot prompt matter?",
)
JSON = (
    "How do I get JSON only as the answer of the model?",
    "How do I make the model answer in JSON only?",
    "The model writes text around the JSON, how do I stop that?",
    "JSON of the model has a comma too many and cannot be parsed",
    "How can I force valid JSON from the model?",
    "The answer is not valid JSON half of the time",
    "Can the model be made to keep to a JSON schema?",
)
ALONE = (
    "What does temperature change?",
    "Is a system prompt stronger than what the user writes?",
    "What is chain of thought for?",
    "How long may a prompt be?",
    "Why does the same prompt give another answer today?",
    "Can a text that I summarize give the model orders?",
    "Should I write prompts in English or in my own language?",
    "What is the difference between a role and a persona?",
    "How do I cite sources in the answer?",
    "Is ReAct a prompt or a program?",
    "When is the exercise due for those who joined late?",
    "The second video stops after four minutes",
    "How do I compare two prompts fairly?",
    "Does politeness in a prompt help?",
    "Which model is used in the exercise?",
    "What do I hand in for this milestone?",
    "Why are my tokens used up so fast?",
    "Where is the transcript of the video?",
)
EXERCISE = (
    "When is the exercise due for those who joined late?",
    "Which model is used in the exercise?",
    "What do I hand in for this milestone?",
)
WHAT = "The page on prompting begins with where the API key goes."


def ask_all(cast: Cast) -> None:
    """One after the other over three weeks, by all students in turn; every second one is answered."""
    askers: list[Membership] = [cast.ana, cast.dalia, cast.bruno, cast.emre, cast.chidi, cast.fatima]
    titles = [*KEY, *EXAMPLES, *JSON, *ALONE]
    for number in range(40):
        # Mixed, the same in each run.
        title = titles[number * 7 % 40]
        at = NOW - timedelta(days=16) + number * timedelta(hours=9)
        question = QuestionFactory.create(
            membership=askers[number % 6], title=title, milestone=cast.milestones[1], asked_at=at
        )
        if number % 2:
            AnswerFactory.create(
                question=question, answered_by=cast.marta, answered_at=at + timedelta(hours=5)
            )
            Question.objects.filter(pk=question.pk).update(
                status="answered", first_answered_at=at + timedelta(hours=5)
            )
    refresh_topics(course=cast.course, at=NOW)


def answer_what_may_be_the_same(page: Page, most: int) -> None:
    """Say yes or no to each pair, as somebody does who reads both questions."""
    for _ in range(most):
        same = page.locator("#may-be-same")
        row = same.get_by_role("listitem").first
        links = row.get_by_role("link")
        expect(links).to_have_count(2)
        title, other = links.all_inner_texts()
        is_same = any(title in some and other in some for some in (KEY, EXAMPLES, JSON))
        row.get_by_role("button", name="Yes" if is_same else "No").click()
        said = "asks the same as" if is_same else "does not ask the same as"
        expect(page.locator("#messages")).to_contain_text(f"“{title}” {said} “{other}”.")


def make_a_topic(page: Page, titles: tuple[str, ...]) -> None:
    page.get_by_role("link", name="Make a topic").click()
    for title in titles:
        page.get_by_label(f"Choose {title}").check()
    page.get_by_role("button", name="Make a topic").click()
    expect(page.locator("#messages")).to_contain_text(f"is a topic of {len(titles)} questions.")
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Trends").click()


def note_that_it_needs_material(page: Page, topic: str, why: str) -> None:
    """From the milestone, where it stands, and back."""
    page.get_by_role("link", name=re.compile(f"^Improve ?: {re.escape(topic)}")).click()
    page.get_by_label("why", exact=False).first.fill(why)
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#messages")).to_contain_text(f"“{topic}” needs material")
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Trends").click()


def record_the_change_and_tell(page: Page, topic: str) -> None:
    page.get_by_role("link", name="To improve: 3").click()
    page.get_by_role("link", name=topic, exact=True).click()
    page.get_by_role("link", name="Record what was changed").click()
    page.get_by_label("What was changed").fill(WHAT)
    page.get_by_role("button", name="Record", exact=True).click()
    page.get_by_role("link", name="Notify the people who asked").click()
    page.get_by_role("button", name="Notify").click()
    expect(page.locator("#messages")).to_contain_text("people notified.")


def test_forty_questions_become_three_needs_and_a_change_that_askers_hear_of(
    cast: Cast, page_as: PageAs, live_server: LiveServer
) -> None:
    # Mail goes to who has signed in.
    User.objects.update(last_login=NOW)
    ask_all(cast)
    page = page_as("ines")
    page.add_init_script(COUNT_CLICKS)
    page.goto("/courses/llm/trends/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Students ask most about Prompt engineering")
    expect(page.locator("main")).to_contain_text("Asked 40 times, all time. 20 open")
    answer_what_may_be_the_same(page, 10)
    make_a_topic(page, EXERCISE)
    topics = {str(topic): topic for topic in Topic.objects.all()}
    needed = [next(name for name in topics if name in some) for some in (KEY, EXAMPLES, JSON)]
    for topic in needed:
        note_that_it_needs_material(page, topic, "Asked again and again, and the page does not say it.")
    record_the_change_and_tell(page, needed[0])
    # Ten answers, six for the topic, three a need, six for the change.
    assert clicks(page) == 31
    (change,) = MaterialChange.objects.all()
    assert list(MaterialNeed.objects.order_by("pk").values_list("topic", "state", "change")) == [
        (topics[needed[0]].pk, "changed", change.pk),
        (topics[needed[1]].pk, "to_do", None),
        (topics[needed[2]].pk, "to_do", None),
    ]
    asked = topics[needed[0]].placements.values_list("question__asked_by__email", flat=True)
    # Nothing urgent: it comes with the mail of the next morning.
    with (
        time_machine.travel(NOW + timedelta(hours=21, minutes=30)),
        mail_server() as mail,
        worker(mail, site_url=live_server.url),
    ):
        for address in set(asked):
            told = mail.mail_to(address)
            body = told.get_body(("plain",))
            assert body is not None
            assert WHAT in body.get_content()
    assert {told["To"] for told in mail.mails if WHAT in str(told)} == set(asked)
