"""News of a student's questions: in their week, and in nobody else's."""

from datetime import timedelta

import pytest
from django.urls import reverse

from groups.models import Group
from questions.actions import answer, ask, ask_again, mark_duplicate
from questions.models import Ask, MaterialChange, Question
from tests.conftest import NOW, Cast, SignIn
from tests.factories.courses import MaterialFactory
from tests.factories.questions import AskFactory, QuestionFactory, TopicFactory
from tests.questions.known import known_question, stay_in_spring
from tracker.actions.helping import ask_for_help
from tracker.actions.progress import mark
from tracker.dashboards.week import StudentWeek, student_week

BEFORE = NOW - timedelta(days=3)


def week_of(cast: Cast, name: str) -> StudentWeek:
    person = cast.person(name)
    if hasattr(person, "_relations"):
        del person._relations
    stay = getattr(cast, name)
    found = student_week(
        group=Group.objects.get(pk=stay.group_id), enrolment_id=stay.enrolment_id, person=person, now=NOW
    )
    assert found is not None
    return found


def answered(cast: Cast) -> dict[str, list[str]]:
    return {
        name: [each.title for each in week_of(cast, name).waiting if each.before == "Answered:"]
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
                for each in week_of(cast, name).waiting
                if each.before.startswith("Changed")
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
    with django_assert_num_queries(27):
        html = browser.get("/week/").content.decode()
    assert "3 frequent questions" in html
    assert html.count("Answered:") == html.count("Changed because you asked:") == 3
    # Three are there, the others one click away.
    assert html.split("<summary>3 more</summary>")[1].count("Changed because you asked:") == 3
    assert len(week_of(cast, "dalia").waiting) == 0


def test_closed_news_stays_away_and_what_comes_after_it_is_news(cast: Cast, as_: SignIn) -> None:
    first = QuestionFactory.create(membership=cast.ana, title="The first", asked_at=BEFORE)
    answer(question=first, by=cast.marta, at=NOW - timedelta(hours=2), body="So.")
    browser = as_("ana")
    page = browser.get("/week/")
    latest = page.context["week"].latest_news_at
    # While the page was open.
    second = QuestionFactory.create(membership=cast.ana, title="The second", asked_at=BEFORE)
    answer(question=second, by=cast.marta, at=NOW - timedelta(hours=1), body="So too.")
    browser.post(reverse("tracker:news-close", args=[cast.clover.pk]), {"until": latest.isoformat()})
    assert [one.title for one in browser.get("/week/").context["week"].waiting] == ["The second"]
    browser.post(reverse("tracker:news-close", args=[cast.clover.pk]), {"until": "2999-01-01T00:00Z"})
    assert not browser.get("/week/").context["week"].waiting
    # An old page says less: nothing comes back.
    browser.post(reverse("tracker:news-close", args=[cast.clover.pk]), {"until": latest.isoformat()})
    assert not browser.get("/week/").context["week"].waiting


def test_all_news_is_shown_before_it_can_be_closed(cast: Cast) -> None:
    for n in range(6):
        mine = QuestionFactory.create(membership=cast.ana, title=f"Mine {n}", asked_at=BEFORE)
        answer(question=mine, by=cast.marta, at=NOW - timedelta(minutes=n), body="So.")
    assert len(week_of(cast, "ana").waiting) == 6


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
    assert [each.title for each in week_of(cast, "bruno").waiting] == ["Why the root?"]
    html = as_("bruno").get(**page).text
    assert "<h1>Marta answered</h1>" in html
    # Once, as text, above the materials.
    assert html.count("Take <strong>two</strong>.") == html.count(">Which key?</a>") == 1
    assert html.index("Take <strong>") < html.index('class="folds"')
    mark(enrolment=bruno, milestone=prompts, state="working", by=bruno.person, at=NOW)
    assert [each.title for each in week_of(cast, "bruno").help] == ["RAG"]
    assert {each.title for each in week_of(cast, "bruno").waiting} == {"Why the root?", "Which key?"}
