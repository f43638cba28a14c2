"""News of a student's questions: in their week, and in nobody else's."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from groups.models import Enrolment, Group, Membership
from people.models import MailChoice
from questions.actions import answer, ask, ask_again, mark_duplicate
from questions.models import Answer, Ask, MaterialChange, Question
from tests.conftest import NOW, Cast, SignIn
from tests.factories.courses import MaterialFactory
from tests.factories.questions import AskFactory, QuestionFactory, TopicFactory
from tests.questions.known import known_question, stay_in_spring
from tracker.actions.helping import ask_for_help
from tracker.actions.progress import mark
from tracker.dashboards.week import student_week
from tracker.dashboards.week.student_week import StudentWeek

BEFORE = NOW - timedelta(days=3)


def week_of(cast: Cast, name: str) -> StudentWeek:
    person = cast.person(name)
    if hasattr(person, "_relations"):
        del person._relations
    stay = getattr(cast, name)
    found = student_week(
        group=Group.objects.get(pk=stay.group_id),
        enrolment_id=stay.enrolment_id,
        person=person,
        now=NOW,
        is_visit=True,
    )
    assert found is not None
    return found


def answered(cast: Cast) -> dict[str, list[str]]:
    return {
        name: [each.title for each in week_of(cast, name).news if "nswered" in each.before]
        for name in ("ana", "bruno", "chidi", "dalia")
    }


@pytest.fixture
def question(cast: Cast) -> Question:
    """Asked by Ana and again by Dalia; Bruno asked the same in other words."""
    made = ask(group=cast.clover, by=cast.person("ana"), at=BEFORE, title="Why the root?")
    ask_again(question=made, group=cast.juniper, by=cast.person("dalia"), at=BEFORE)
    copy = ask(group=cast.clover, by=cast.person("bruno"), at=BEFORE, title="The root?")
    mark_duplicate(question=copy, original=made, by=cast.marta, at=BEFORE)
    return made


def test_who_asked_reads_that_it_was_answered(cast: Cast, question: Question) -> None:
    assert answered(cast) == {"ana": [], "bruno": [], "chidi": [], "dalia": []}
    answer(question=question, by=cast.marta, at=NOW, body="So.")
    ask_again(question=question, group=cast.clover, by=cast.person("chidi"), at=NOW)
    root = ["Why the root?"]
    assert answered(cast) == {"ana": root, "bruno": root, "chidi": [], "dalia": root}


def test_for_fourteen_days_and_not_to_who_answered(cast: Cast, question: Question) -> None:
    answer(question=question, by=cast.person("ana"), at=NOW, body="So.")
    assert [name for name, titles in answered(cast).items() if titles] == ["bruno", "dalia"]
    Question.objects.update(first_answered_at=NOW - timedelta(days=14))
    Ask.objects.update(asked_at=NOW - timedelta(days=20))
    assert [name for name, titles in answered(cast).items() if titles] == []


def test_not_what_one_may_not_see_any_more(cast: Cast, question: Question) -> None:
    answer(question=question, by=cast.marta, at=NOW, body="So.")
    Question.objects.update(visibility="group")
    assert [name for name, titles in answered(cast).items() if titles] == ["ana", "bruno"]


@pytest.mark.parametrize("topic", [False, True])
def test_who_asked_reads_what_was_changed_once_they_are_told(
    cast: Cast, question: Question, topic: bool
) -> None:
    material = MaterialFactory.create(milestone=cast.milestones[0], url="https://example.com/m")
    change = MaterialChange.objects.create(
        course=cast.course, what="The root comes first.", material=material, changed_on=NOW.date(),
        made_by=cast.ines, recorded_at=NOW,
    )  # fmt: skip
    if topic:
        change.topics.add(TopicFactory.create(course=cast.course, questions=[question]))
    else:
        change.questions.add(question)

    def changed() -> dict[str, list[tuple[str, str]]]:
        names = ("ana", "bruno", "chidi", "dalia")
        return {
            name: [
                (each.title, each.url)
                for each in week_of(cast, name).news
                if each.after == "because you asked"
            ]
            for name in names
        }

    assert set(map(str, changed().values())) == {"[]"}
    told = [(material.title, "https://example.com/m")]
    for days, expected in ((13, told), (14, [])):
        MaterialChange.objects.update(told_at=NOW - timedelta(days=days), told_by=cast.ines)
        assert changed() == {"ana": expected, "bruno": expected, "chidi": [], "dalia": expected}


def test_a_milestone_says_how_many_questions_are_known(cast: Cast) -> None:
    stay = stay_in_spring(cast, "Olga Kask")
    for _ in range(2):
        known_question(stay, cast.marta, milestone=cast.milestones[0])
    known_question(stay, cast.marta, milestone=cast.milestones[0], published_at=None, published_by=None)
    known_question(stay, cast.marta, milestone=cast.milestones[1])
    assert week_of(cast, "ana").known_count == 2


def test_the_page_leads_there_and_keeps_its_queries(
    cast: Cast, as_: SignIn, django_assert_num_queries
) -> None:
    stay = stay_in_spring(cast, "Olga Kask")
    for n in range(3):
        known_question(stay, cast.marta, milestone=cast.milestones[0])
        mine = QuestionFactory.create(membership=cast.ana, title=f"Mine {n}", asked_at=BEFORE)
        AskFactory.create(question=mine, group=cast.juniper, logged_by=cast.tomas)
        answer(question=mine, by=cast.marta, at=NOW, body="So.")
        change = MaterialChange.objects.create(
            course=cast.course, what=f"Change {n}", changed_on=NOW.date(), made_by=cast.ines, recorded_at=NOW,
            told_at=NOW, told_by=cast.ines,
        )  # fmt: skip
        change.questions.add(mine)
    browser = as_("ana")
    # One of them notes that they were read.
    with django_assert_num_queries(28):
        html = browser.get("/week/").content.decode()
    assert "3 frequent questions" in html
    assert (
        html.count("Marta answered")
        == html.count("The course changed")
        == html.count("because you asked")
        == 3
    )
    # Three are there, the others one click away.
    assert html.split("<summary>3 more</summary>")[1].count("The course changed") == 3
    assert week_of(cast, "dalia").news == ()
    with django_assert_num_queries(24):
        assert "Marta answered" not in browser.get("/week/").text


def answered_by_marta(cast: Cast, title: str, hours_ago: int) -> Question:
    question = QuestionFactory.create(membership=cast.ana, title=title, asked_at=BEFORE)
    answer(question=question, by=cast.marta, at=NOW - timedelta(hours=hours_ago), body="So.")
    return question


def test_news_is_shown_once_by_my_week_itself(cast: Cast, as_: SignIn) -> None:
    answered_by_marta(cast, "The first", 2)
    ana, week = as_("ana"), reverse("tracker:week", args=[cast.clover.pk])
    # Neither who looks as the student, nor a swap, a live page, or a browser that fetches it in advance.
    looked = as_("marta").get(reverse("tracker:as-student", args=[cast.ana.enrolment_id]))
    swapped = ana.get(week, headers={"HX-Request": "true", "HX-Target": "week"})
    live = ana.get(reverse("tracker:week-live", args=[cast.clover.pk]), headers={"HX-Request": "true"})
    fetched = ana.get(week, headers={"Sec-Purpose": "prefetch;prerender"})
    assert not any("The first" in page.text for page in (looked, swapped, live, fetched))
    assert "The first" in ana.get("/week/").text
    assert "The first" not in ana.get("/week/").text
    with time_machine.travel(NOW + timedelta(hours=1)):
        answered_by_marta(cast, "The second", 0)
        Question.objects.filter(title="The second").update(first_answered_at=NOW + timedelta(minutes=5))
        page = ana.get(week)
        assert [one.title for one in page.context["week"].news] == ["The second"]
        assert '<h2 id="since">Since earlier today</h2>' in page.text


@pytest.mark.parametrize(
    ("days", "label"),
    [(0, "Since earlier today"), (1, "Since yesterday"), (5, "Since Friday"), (13, "Since 3 Sep")],
)
def test_news_says_since_when(cast: Cast, days: int, label: str) -> None:
    Enrolment.objects.update(news_read_at=NOW - timedelta(days=days))
    assert week_of(cast, "ana").news_label == label


def test_news_of_who_joined_lately_is_since_then(cast: Cast) -> None:
    Membership.objects.filter(pk=cast.ana.pk).update(started_on=NOW.date() - timedelta(days=2))
    assert week_of(cast, "ana").news_label == "Since Monday"


def test_news_is_what_one_may_read_and_names_nobody_who_is_hidden(cast: Cast, as_: SignIn) -> None:
    """Whatever their e-mails: Ana wants none."""
    for kind in ("answer", "change"):
        MailChoice.objects.create(person=cast.person("ana"), kind=kind, soon=MailChoice.Soon.NEVER)
    hidden = ask(group=cast.clover, by=cast.person("bruno"), at=BEFORE, title="Hidden?", is_asker_hidden=True)
    ask_again(question=hidden, group=cast.clover, by=cast.person("ana"), at=BEFORE)
    answer(question=hidden, by=cast.person("bruno"), at=NOW, body="Myself.")
    far = ask(group=cast.juniper, by=cast.person("dalia"), at=BEFORE, title="Far?")
    ask_again(question=far, group=cast.clover, by=cast.person("ana"), at=BEFORE)
    answer(question=far, by=cast.person("emre"), at=NOW, body="So.")
    near = ask(group=cast.clover, by=cast.person("ana"), at=BEFORE, title="Near?")
    answer(question=near, by=cast.person("chidi"), at=NOW, body="So.")
    news = {each.title: (each.before, each.mark and each.mark.name) for each in week_of(cast, "ana").news}
    assert news == {
        "Hidden?": ("Answered:", None),
        "Far?": ("Answered:", None),
        "Near?": ("Chidi answered", "Chidi Okafor"),
    }
    # What helped somebody else is told while one may read the question.
    Answer.objects.filter(question=far).update(answered_by=cast.person("ana"), helped_at=NOW)
    Answer.objects.filter(question=near).update(answered_by=cast.person("ana"), helped_at=NOW)
    Question.objects.filter(pk=far.pk).update(visibility="group")
    helped = [each.title for each in week_of(cast, "ana").news if each.before == "Your answer helped:"]
    assert helped == ["Near?"]


def test_all_news_is_shown(cast: Cast) -> None:
    for n in range(6):
        answered_by_marta(cast, f"Mine {n}", n)
    assert len(week_of(cast, "ana").news) == 6


def test_answer_to_a_request_for_help_stands_at_the_top_until_the_student_marks_on(
    cast: Cast, as_: SignIn, question: Question
) -> None:
    bruno, prompts, rag = cast.enrolment("bruno"), cast.milestones[1], cast.milestones[3]
    answer(question=question, by=cast.marta, at=NOW, body="So.")
    own = {"enrolment": bruno, "group": cast.clover, "by": bruno.person}
    ask_for_help(**own, milestone=prompts, words="Which key?\nIt says 401.", at=NOW - timedelta(hours=1))
    ask_for_help(**own, milestone=rag, words="", at=NOW - timedelta(minutes=30))
    week = week_of(cast, "bruno")
    assert [(each.title, each.asked and each.asked.detail, each.answer) for each in week.help] == [
        ("Prompt engineering", "It says 401.", None), ("RAG", None, None),
    ]  # fmt: skip
    page = {"path": reverse("tracker:week", args=[cast.clover.pk]), "query_params": {"milestone": prompts.pk}}
    assert as_("bruno").get(**page).text.count("answer promised by") == 1
    given = Question.objects.get(title="Which key?")
    answer(question=given, by=cast.marta, at=NOW, body="Take **two**.")
    (help_answered, _) = week_of(cast, "bruno").help
    assert help_answered.answer is not None
    Enrolment.objects.update(news_read_at=None)
    assert [each.title for each in week_of(cast, "bruno").news] == ["Why the root?"]
    html = as_("bruno").get(**page).text
    assert "<h1>Marta answered</h1>" in html
    # Once, as text, above the materials.
    assert html.count("Take <strong>two</strong>.") == html.count(">Which key?</a>") == 1
    assert html.index("Take <strong>") < html.index('class="folds"')
    mark(enrolment=bruno, milestone=prompts, state="working", by=bruno.person, at=NOW)
    assert [each.title for each in week_of(cast, "bruno").help] == ["RAG"]
    # Both have been on a page.
    assert week_of(cast, "bruno").news == ()
