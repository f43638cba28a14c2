import re
from datetime import timedelta
from html import unescape

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from questions.actions import mark_duplicate
from questions.models import MaterialChange, MaterialNeed, Question, Topic
from tests.conftest import NOW, Cast, SignIn
from tests.factories.courses import CohortFactory
from tests.factories.groups import GroupFactory, MembershipFactory, MentorshipFactory
from tests.factories.questions import AskFactory, TopicFactory
from tests.trends.actions.topics.gathering import ALONE, DOCKER, TOKENS, asked
from trends.actions.topics import pin_topic, refresh_topics

URL = "/courses/llm/topics/"


def listed(browser: Client, **address: str) -> list[str]:
    """The titles on the page, in order."""
    html = browser.get(URL, address).content.decode()
    return [unescape(title) for title in re.findall(r'<a href="/topics/\d+/">(.*?)</a>', html)]


def words(browser: Client, **address: str) -> str:
    html = browser.get(URL, address).content.decode()
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", html)).split())


def of_titles(cast: Cast, *titles: str, **given: object) -> Topic:
    """A topic of a question of Ana's and one of Dalia's, or of whom `who` names."""
    who = given.pop("who", ("ana", "dalia"))
    assert isinstance(who, tuple)
    questions = [
        *asked(getattr(cast, who[0]), titles[0], **given),
        *asked(getattr(cast, who[1]), *titles[1:], **given),
    ]
    return TopicFactory.create(course=cast.course, questions=questions)


def test_topics_stand_pinned_first_then_new_then_by_asks(cast: Cast, as_: SignIn) -> None:
    of_titles(cast, "Old 1", "Old 2", asked_at=NOW - timedelta(weeks=10))
    month = of_titles(cast, "Month 1", "Month 2", asked_at=NOW - timedelta(weeks=3))
    of_titles(cast, "New 1", "New 2")
    often = of_titles(cast, "Often 1", "Often 2", asked_at=NOW - timedelta(weeks=1))
    for _ in range(3):
        AskFactory.create(question=often.representative, group=cast.clover, logged_by=cast.marta)
    assert listed(as_("ines")) == ["New 1", "Often 1", "Month 1", "Old 1"]
    pin_topic(topic=month, by=cast.ines, at=NOW)
    assert listed(as_("ines")) == ["Month 1", "New 1", "Often 1", "Old 1"]
    assert listed(as_("ines"), sort="asked") == ["Often 1", "Old 1", "Month 1", "New 1"]
    assert listed(as_("ines"), sort="newest") == ["New 1", "Often 1", "Month 1", "Old 1"]
    assert listed(as_("ines"), sort="x", page="y") == ["Month 1", "New 1", "Often 1", "Old 1"]


def test_topics_say_their_figures_and_the_trend_in_words(cast: Cast, as_: SignIn) -> None:
    spring = GroupFactory.create(
        cohort=CohortFactory.create(course=cast.course, title="Spring 2026", starts_on="2026-02-02")
    )
    topic = of_titles(cast, *TOKENS, asked_at=NOW - timedelta(weeks=1))
    (third,) = asked(MembershipFactory.create(group=spring), "Tokens?", asked_at=NOW - timedelta(weeks=30))
    (twin,) = asked(cast.bruno, "Tokens, again?")
    third.placement = topic.placements.create(question=third, placed_at=NOW)
    mark_duplicate(question=twin, original=topic.representative or third, by=cast.ines, at=NOW)
    Question.objects.filter(pk=third.pk).update(status="answered", first_answered_at=NOW)
    page = words(as_("ines"))
    assert "1 topic" in page
    assert "asked 4 times: 1 this week, 2 in the 4 weeks before · 3 questions, 1 of 3 answered" in page
    about = " ".join(re.sub(r"<[^>]*>", " ", as_("ines").get(topic.get_absolute_url()).text).split())
    assert "in 3 groups" in about
    assert "first 18 February , last 16 September" in about


@pytest.mark.parametrize(
    ("weeks_ago", "trend"),
    [
        ((0, 0), "new: 2 this week"),
        ((0, 10), "1 this week, none in the 4 weeks before"),
        ((1, 4), "none this week, 2 in the 4 weeks before"),
        ((4, 4, 3, 1), "none this week, 1 a week before"),
        ((5, 9), "none in the last 5 weeks"),
        ((0, 1, 1, 2, 2, 3, 3), "1 this week, 1.5 a week before"),
    ],
)
def test_trend_compares_this_week_with_the_four_before(
    cast: Cast, as_: SignIn, weeks_ago: tuple[int, ...], trend: str
) -> None:
    questions = [
        asked(cast.ana, f"Question {n}", asked_at=NOW - timedelta(weeks=weeks))[0]
        for n, weeks in enumerate(weeks_ago)
    ]
    TopicFactory.create(course=cast.course, questions=questions)
    assert f"times: {trend} · " in words(as_("ines"))


def test_no_topic_of_one_nor_a_merged_one_is_listed(cast: Cast, as_: SignIn) -> None:
    kept = of_titles(cast, *TOKENS)
    TopicFactory.create(course=cast.course, questions=asked(cast.ana, "Alone"))
    TopicFactory.create(course=cast.course, merged_into=kept)
    TopicFactory.create(course=cast.course, title="Nothing left")
    twins = of_titles(cast, "One", "Other")
    one, other = (row.question for row in twins.placements.order_by("question"))
    mark_duplicate(question=other, original=one, by=cast.ines, at=NOW)
    assert listed(as_("ines")) == [TOKENS[0]]


def test_need_and_changes_are_shown_to_course_admins_only(cast: Cast, as_: SignIn) -> None:
    topic = of_titles(cast, *TOKENS, visibility="course")
    old = TopicFactory.create(course=cast.course, merged_into=topic)
    MaterialNeed.objects.create(
        course=cast.course, topic=old, why="Asked again", noted_at=NOW, noted_by=cast.ines, state_since=NOW
    )
    change = MaterialChange.objects.create(
        course=cast.course, what="A drawing", changed_on=NOW.date(), made_by=cast.ines, recorded_at=NOW
    )
    change.topics.add(topic)
    assert "to improve changed 16 September : A drawing" in words(as_("ines"))
    need = MaterialNeed.objects.get()
    need.state, need.change = "changed", change
    need.save()
    assert "To improve" not in words(as_("ines"))
    assert listed(as_("marta")) == [TOKENS[0]]
    assert "To improve" not in words(as_("marta"))
    assert "A drawing" not in words(as_("marta"))


def test_mentor_sees_topics_of_own_groups_by_questions_that_they_may_see(cast: Cast, as_: SignIn) -> None:
    # Of Clover and Juniper, for the cohort: both mentors.
    of_titles(cast, "Cohort 1", "Cohort 2")
    # Juniper's is for its group only: to Marta there is one question, which is no topic.
    hidden = of_titles(cast, "Clover's own", "Juniper's own", visibility="group")
    # Both of Juniper: nothing was asked in Clover, though Marta may see the questions.
    of_titles(cast, "Juniper 1", "Juniper 2", who=("dalia", "emre"))
    of_titles(cast, "Clover 1", "Clover 2", who=("ana", "bruno"), visibility="group")
    assert set(listed(as_("ines"))) == {"Cohort 1", "Clover's own", "Juniper 1", "Clover 1"}
    assert set(listed(as_("marta"))) == {"Cohort 1", "Clover 1"}
    assert set(listed(as_("tomas"))) == {"Cohort 1", "Juniper 1"}
    # The page is the same as if Juniper's own question did not exist.
    before = words(as_("marta"))
    question = hidden.placements.get(question__title="Juniper's own").question
    question.asks.all().delete()
    question.delete()
    assert words(as_("marta")) == before


def test_mentor_counts_asks_of_own_groups_only(cast: Cast, as_: SignIn) -> None:
    of_titles(cast, *TOKENS, visibility="course")
    spring = GroupFactory.create(cohort=CohortFactory.create(course=cast.course, title="Spring 2026"))
    for _ in range(3):
        AskFactory.create(
            question=Question.objects.earliest("pk"), group=spring, asked_at=NOW, logged_by=cast.ines
        )
    assert "asked 5 times" in words(as_("ines"))
    page = words(as_("marta"))
    assert "asked 1 time: new: 1 this week · 2 questions, none answered" in page
    assert "Spring 2026" not in page
    assert "counted in the groups you mentor" in page


def test_mentor_reads_a_name_only_who_sees_all_of_its_questions(cast: Cast, as_: SignIn) -> None:
    topic = of_titles(cast, *TOKENS, visibility="cohort")
    Topic.objects.filter(pk=topic.pk).update(title="Emre's trouble with tokens")
    assert listed(as_("marta")) == ["Emre's trouble with tokens"]
    (own,) = asked(cast.emre, "Only ours", visibility="group")
    topic.placements.create(question=own, placed_at=NOW)
    Topic.objects.filter(pk=topic.pk).update(representative=own)
    assert listed(as_("ines")) == ["Emre's trouble with tokens"]
    assert listed(as_("tomas")) == ["Emre's trouble with tokens"]
    assert listed(as_("marta")) == [TOKENS[0]]
    assert "2 questions" in words(as_("marta"))
    assert "Only ours" not in words(as_("marta"))
    assert "Only ours" not in words(as_("marta"), q="ours")


def test_search_finds_topics_by_words_of_questions_that_the_reader_may_see(cast: Cast, as_: SignIn) -> None:
    topic = of_titles(cast, *TOKENS)
    of_titles(cast, "Other 1", "Other 2")
    (own,) = asked(cast.emre, "Secret plan", visibility="group")
    topic.placements.create(question=own, placed_at=NOW)
    assert listed(as_("ines"), q="words") == [TOKENS[0]]
    assert listed(as_("ines"), q="secret") == [TOKENS[0]]
    assert listed(as_("marta"), q="secret") == []
    assert "No topic matches" in words(as_("marta"), q="secret")


def test_former_mentor_still_reads_and_students_do_not(cast: Cast, as_: SignIn) -> None:
    of_titles(cast, *TOKENS)
    cast.clover.mentorships.update(ended_on=NOW.date())
    assert listed(as_("marta")) == [TOKENS[0]]
    assert as_("ana").get(URL).status_code == 403
    assert as_("zoe").get(URL).status_code == 404


def test_page_says_how_many_wait_until_they_are_placed(cast: Cast, as_: SignIn) -> None:
    assert "No topic yet" in words(as_("ines"))
    assert "No topic in your groups yet" in words(as_("marta"))
    asked(cast.ana, *DOCKER, *ALONE, asked_at=NOW - timedelta(hours=2))
    waiting = "5 questions are not sorted into topics yet."
    assert waiting in words(as_("ines"))
    assert waiting in words(as_("marta"))
    refresh_topics(course=cast.course, at=NOW)
    assert len(listed(as_("ines"))) == 1
    assert "not sorted into topics yet" not in words(as_("ines"))


def test_former_mentor_learns_nothing_of_who_hides(cast: Cast, as_: SignIn) -> None:
    topic = of_titles(cast, *TOKENS)
    Question.objects.filter(title=TOKENS[0]).update(is_asker_hidden=True)
    assert listed(as_("marta")) == [TOKENS[0]]
    cast.clover.mentorships.update(ended_on=NOW.date())
    assert listed(as_("marta")) == []
    assert as_("marta").get(topic.get_absolute_url()).status_code == 403
    asked(cast.bruno, "Tokens?")
    TopicFactory.create(course=cast.course, questions=Question.objects.order_by("pk"))
    page = words(as_("marta"))
    assert "3 questions" in page
    assert "asked 1 time: new: 1 this week" in page


@pytest.mark.parametrize("times", [1, 4])
def test_number_of_queries_does_not_grow(
    cast: Cast, as_: SignIn, times: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for n in range(times):
        group = GroupFactory.create(cohort=cast.cohort)
        MentorshipFactory.create(group=group, person=cast.marta)
        stay = MembershipFactory.create(group=group)
        questions = asked(stay, f"One {n}", f"Other {n}") + asked(cast.ana, f"Third {n}")
        TopicFactory.create(course=cast.course, questions=questions)
    asked(cast.ana, *DOCKER)
    for name, queries in (("ines", 13), ("marta", 12)):
        browser = as_(name)
        with django_assert_num_queries(queries):
            assert browser.get(URL).status_code == 200


def test_topics_of_the_refresh_are_those_of_the_page(cast: Cast, as_: SignIn) -> None:
    asked(cast.ana, *DOCKER[:2])
    asked(cast.dalia, DOCKER[2])
    refresh_topics(course=cast.course, at=NOW)
    assert len(listed(as_("ines"))) == 1
    assert listed(as_("ines"))[0] in DOCKER
