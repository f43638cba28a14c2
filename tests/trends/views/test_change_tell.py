import pytest
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from people.models import Event
from questions.models import MaterialChange
from tests.conftest import NOW, Cast, SignIn
from tests.factories.groups import MembershipFactory
from tests.factories.people import UserFactory
from tests.factories.questions import AskFactory, QuestionFactory
from tests.messages import said


@pytest.fixture
def change(cast: Cast) -> MaterialChange:
    """Of a question that Ana asked, who hides it, and Dalia again."""
    made = MaterialChange.objects.create(
        course=cast.course, what="The root <b>comes</b> first.", url="https://example.com/root",
        changed_on=NOW.date(), made_by=cast.ines, recorded_at=NOW,
    )  # fmt: skip
    question = QuestionFactory.create(membership=cast.ana, title="Why the root?", is_asker_hidden=True)
    AskFactory.create(
        question=question, group=cast.juniper, enrolment=cast.enrolment("dalia"), logged_by=cast.tomas
    )
    made.questions.add(question)
    return made


def url_of(change: MaterialChange) -> str:
    return reverse("trends:change-tell", args=[change.pk])


def test_the_page_says_how_many_and_what_they_read(cast: Cast, as_: SignIn, change: MaterialChange) -> None:
    html = as_("ines").get(url_of(change)).content.decode()
    assert "Notify 2 people who asked?" in html
    assert "The root &lt;b&gt;comes&lt;/b&gt; first." in html
    assert "With the link https://example.com/root" in html
    assert not {name for name in ("Ana", "Dalia") if name in html}


def test_they_are_told_once(
    cast: Cast,
    as_: SignIn,
    change: MaterialChange,
) -> None:
    ines = as_("ines")
    page = change.get_absolute_url()
    assert f'href="{url_of(change)}"' in ines.get(page).content.decode()
    answer = ines.post(url_of(change))
    assert answer["Location"] == page
    assert said(answer) == "2 people notified."
    assert Event.objects.filter(kind="material_changed").count() == 1
    assert "Notified on" in ines.get(page).content.decode()
    assert said(ines.post(url_of(change))) == "The people who asked have already been notified."
    html = ines.get(url_of(change)).content.decode()
    assert "They were notified" in html
    assert '<button class="btn btn-primary">Tell' not in html
    assert Event.objects.filter(kind="material_changed").count() == 1


def test_with_nobody_to_tell_the_page_says_what_to_do(
    cast: Cast, as_: SignIn, change: MaterialChange
) -> None:
    change.questions.clear()
    assert (
        "First choose the questions or topics this change answers."
        in as_("ines").get(url_of(change)).content.decode()
    )
    assert said(as_("ines").post(url_of(change))).startswith("There is nobody to notify")


@pytest.mark.parametrize("count", [1, 4])
def test_change_tell_takes_as_many_queries_for_four_as_for_one(
    cast: Cast,
    as_: SignIn,
    change: MaterialChange,
    count: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for n in range(count):
        person = UserFactory.create(name=f"Person {n}", email=f"person{n}@example.com")
        change.questions.add(
            QuestionFactory.create(membership=MembershipFactory.create(group=cast.clover, person=person))
        )
    browser = as_("ines")
    # Session, person, change, relations; asks, questions, people, their relations.
    with django_assert_num_queries(11):
        html = browser.get(url_of(change)).content.decode()
    assert f"Notify {count + 2} people who asked?" in html
