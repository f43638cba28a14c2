import re
from html import unescape

import pytest
from django.urls import reverse

from questions.actions import answer, ask
from questions.models import Ask, Question
from tests.conftest import NOW, Cast, SignIn
from tests.factories.courses import CohortFactory
from tests.factories.groups import GroupFactory, MembershipFactory, MentorshipFactory
from tests.factories.questions import QuestionFactory


@pytest.fixture
def question(cast: Cast) -> Question:
    return ask(group=cast.clover, by=cast.person("ana"), at=NOW, title="Why?")


def again(question: Question) -> str:
    return reverse("questions:question-again", args=[question.pk])


def who_asked(question: Question) -> set[tuple[int | None, int]]:
    return set(question.asks.values_list("enrolment", "group"))


def test_question_again_counts_a_student_and_takes_it_back(
    cast: Cast, as_: SignIn, question: Question
) -> None:
    first = who_asked(question)
    browser = as_("emre")
    html = unescape(browser.post(again(question), follow=True).content.decode())
    emre = (cast.enrolment("emre").pk, cast.juniper.pk)
    assert who_asked(question) == first | {emre}
    assert "You asked “Why?” too." in html
    assert "You asked this too." in html
    assert "I have this too" not in html
    browser.post(again(question))
    assert question.asks.count() == 2
    own = Ask.objects.get(enrolment=cast.enrolment("emre"))
    assert f'action="/asks/{own.pk}/remove/"' in html
    html = browser.post(reverse("questions:ask-remove", args=[own.pk]), follow=True).content.decode()
    assert who_asked(question) == first
    assert "I have this too" in html


def test_question_again_counts_in_the_group_in_which_the_box_asks(cast: Cast, as_: SignIn) -> None:
    """Ana studies in two cohorts of the course."""
    cohort = CohortFactory.create(course=cast.course)
    fern = GroupFactory.create(cohort=cohort, name="Fern")
    MembershipFactory.create(group=fern, enrolment__person=cast.person("ana"), enrolment__cohort=cohort)
    title = "How do I install Docker on Windows?"
    known = ask(group=cast.juniper, by=cast.person("dalia"), at=NOW, title=title)
    browser = as_("ana")
    for group in (cast.clover, fern):
        page = browser.get(reverse("trends:search"), {"q": title, "group": group.pk}).text
        (value,) = re.findall(rf'formaction="{again(known)}" name="group" value="(\d+)"', page)
        browser.post(again(known), {"group": value})
    assert set(known.asks.values_list("group", flat=True)) == {cast.juniper.pk, cast.clover.pk, fern.pk}


def test_question_again_is_for_mentors_of_the_group_named(
    cast: Cast, as_: SignIn, question: Question
) -> None:
    html = unescape(
        as_("tomas").post(again(question), {"group": cast.juniper.pk}, follow=True).content.decode()
    )
    assert "Somebody in Juniper asked “Why?” too." in html
    assert (None, cast.juniper.pk) in who_asked(question)
    assert as_("tomas").post(again(question), {"group": cast.clover.pk}).status_code == 403
    assert as_("tomas").post(again(question)).status_code == 403
    assert as_("tomas").post(again(question), {"group": "x"}).status_code == 404
    assert question.asks.count() == 2


def test_question_again_offers_a_mentor_of_several_groups_a_choice(
    cast: Cast, as_: SignIn, question: Question
) -> None:
    MentorshipFactory.create(group=GroupFactory.create(cohort=cast.cohort, name="Maple"), person=cast.tomas)
    MentorshipFactory.create(person=cast.tomas)
    html = as_("tomas").get(question.get_absolute_url()).content.decode()
    menu = html.partition("Asked again in …")[2].partition("</details>")[0]
    assert [name for name in ("Clover", "Juniper", "Maple", "Group") if f">{name}</button>" in menu] == [
        "Juniper",
        "Maple",
    ]


def test_question_again_that_is_sent_twice_counts_once(cast: Cast, as_: SignIn, question: Question) -> None:
    url, browser = reverse("questions:question-again", args=[question.pk]), as_("tomas")
    page = browser.get(question.get_absolute_url()).text
    (key,) = re.findall(rf'action="{url}".*?name="form_key" value="(\w+)".*?</form>', page, re.S)
    for _ in range(2):
        browser.post(url, {"group": cast.juniper.pk, "form_key": key})
    assert question.asks.count() == 2


def test_ask_remove_leaves_the_first_ask(cast: Cast, as_: SignIn, question: Question) -> None:
    first = question.asks.get()
    html = as_("ana").post(reverse("questions:ask-remove", args=[first.pk]), follow=True).content.decode()
    assert "Remove the question instead" in html
    assert question.asks.get() == first


@pytest.mark.parametrize(
    ("way", "leads"),
    [
        ("/week/?x=1", "/week/?x=1"),
        ("", "/questions/"),
        ("//evil.example", "/questions/"),
        ("own", "/questions/"),
    ],
)
def test_question_remove_deletes_and_goes_back(
    cast: Cast, as_: SignIn, question: Question, way: str, leads: str
) -> None:
    way = question.get_absolute_url() if way == "own" else way
    done = as_("ana").post(reverse("questions:question-remove", args=[question.pk]), {"next": way})
    assert done.headers["Location"] == leads
    assert not Question.objects.exists()


def test_question_remove_says_why_not(cast: Cast, as_: SignIn, question: Question) -> None:
    answer(question=question, by=cast.marta, at=NOW, body="So.")
    url = reverse("questions:question-remove", args=[question.pk])
    html = unescape(as_("ana").post(url, follow=True).content.decode())
    assert "“Why?” has answers that others may need, so it cannot be removed." in html
    assert Question.objects.get() == question


def test_question_again_hides_what_is_not_to_be_seen(cast: Cast, as_: SignIn) -> None:
    ours = QuestionFactory.create(membership=cast.ana, visibility="group")
    assert [as_(who).post(again(ours)).status_code for who in ("dalia", "zoe")] == [403, 404]
    assert ours.asks.count() == 1
