import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from pytest_django import DjangoAssertNumQueries

from groups.models import Group
from questions.access.questions import reader
from questions.actions import answer, ask, ask_again, change_status, mark_duplicate
from questions.dashboards.question_list import question_list
from questions.forms.question_filters import QuestionFilterForm
from questions.models import MaterialChange, Question
from tests.conftest import NOW, Cast, SignIn
from tests.factories.courses import MaterialFactory
from tests.factories.groups import GroupFactory, MentorshipFactory
from tests.factories.questions import AnswerFactory, QuestionFactory

URL = "/questions/"
ALL = {"sort": "newest"}


def listed(browser: Client, **address: Any) -> list[str]:
    """The titles on the page, in order; of the one list of all, if the address says nothing."""
    html = browser.get(URL, address or ALL).content.decode()
    return [unescape(title) for title in re.findall(r'<span><a href="/questions/\d+/">(.*?)</a>', html)]


def words(browser: Client, **address: Any) -> str:
    return " ".join(unescape(browser.get(URL, address or ALL).content.decode()).split())


@pytest.fixture
def asked(cast: Cast) -> dict[str, Question]:
    """Four questions and a duplicate, the last one the newest."""
    material = MaterialFactory.create(milestone=cast.milestones[1], title="Chain of Thought")

    def at(hours: int, title: str, who: str, **given: Any) -> Question:
        return ask(
            group=getattr(cast, who).group,
            by=cast.person(who),
            at=NOW - timedelta(hours=10 - hours),
            title=title,
            **given,
        )

    found = {
        "basics": at(1, "Basics?", "ana", milestone=cast.milestones[0], category="concept"),
        "prompts": at(2, "Prompts?", "bruno", material=material, category="setup"),
        "ours": at(3, "Ours?", "chidi", visibility="group"),
        "theirs": at(4, "Théirs?", "dalia", milestone=cast.milestones[0]),
        "twin": at(5, "Twin of the basics?", "emre"),
    }
    answer(question=found["basics"], by=cast.marta, at=NOW, body="It is **softmax**.")
    change_status(question=found["theirs"], status="follow_up", by=cast.tomas, at=NOW)
    mark_duplicate(question=found["twin"], original=found["basics"], by=cast.tomas, at=NOW)
    return found


def test_question_list_shows_what_each_may_see(as_: SignIn, asked: dict[str, Question]) -> None:
    in_clover = ["Théirs?", "Ours?", "Prompts?", "Basics?"]
    in_juniper = ["Théirs?", "Prompts?", "Basics?"]
    found = {name: listed(as_(name)) for name in ("ana", "marta", "ines", "dalia", "tomas", "zoe")}
    assert found == {
        "ana": in_clover,
        "marta": in_clover,
        "ines": in_clover,
        "dalia": in_juniper,
        "tomas": in_juniper,
        "zoe": [],
    }


def test_question_list_counts_what_it_shows(as_: SignIn, asked: dict[str, Question]) -> None:
    assert "<h1>4 questions, 3 open</h1>" in words(as_("ana"))
    assert "<h1>1 question, 0 open</h1>" in words(as_("ana"), status="answered")


def parts(browser: Client) -> dict[str, list[tuple[str, str, str]]]:
    """The heading and the parts of the page: mark, title and what stands beside it."""
    listed = browser.get(URL).context["listed"]
    return {listed["heading"]: []} | {
        name: [
            (line.mark.letters if line.mark else "", line.access.question.title, line.state) for line in lines
        ]
        for name, lines in listed["parts"].items()
        if lines
    }


def test_question_list_begins_with_what_waits_of_the_reader(
    cast: Cast, as_: SignIn, asked: dict[str, Question]
) -> None:
    theirs = ("D", "Théirs?", "needs follow-up")
    assert parts(as_("ana")) == {
        "3 are open": [],
        "mine": [("M", "Basics?", "answered")],
        "open": [theirs, ("C", "Ours?", ""), ("B", "Prompts?", "")],
    }
    assert parts(as_("bruno")) == {
        "One of yours waits": [],
        "mine": [("B", "Prompts?", "")],
        "open": [theirs, ("C", "Ours?", "")],
        "answered": [("M", "Basics?", "answered")],
    }
    assert "2 more are open" in as_("bruno").get(URL).text
    change = MaterialChange.objects.create(
        course=cast.course, what="A drawing", changed_on=NOW.date(), made_by=cast.ines, recorded_at=NOW
    )
    change.questions.add(asked["basics"])
    assert parts(as_("ana"))["mine"][0][2] == "answered"
    MaterialChange.objects.update(told_at=NOW, told_by=cast.ines)
    assert parts(as_("ana"))["mine"][0][2] == "material changed"
    for question in asked.values():
        Question.objects.filter(pk=question.pk).exclude(status="duplicate").update(
            status="answered", first_answered_at=NOW
        )
    assert next(iter(parts(as_("ana")))) == "All answered"


def test_question_list_shows_some_of_each_part_and_leads_to_the_rest(cast: Cast, as_: SignIn) -> None:
    for n in range(10):
        QuestionFactory.create(
            membership=cast.bruno, title=f"Question {n}", asked_at=NOW - timedelta(hours=n)
        )
    page = as_("ana").get(URL)
    assert [len(lines) for lines in page.context["listed"]["parts"].values()] == [0, 4, 0]
    assert '<a href="?status=waiting">6 more' in page.text
    assert len(listed(as_("ana"), status="waiting")) == 10


NARROWED: list[tuple[dict[str, str], list[str]]] = [
    ({"milestone": "basics"}, ["Théirs?", "Basics?"]),
    ({"milestone": "prompts"}, ["Prompts?"]),
    ({"material": "material"}, ["Prompts?"]),
    ({"category": "setup"}, ["Prompts?"]),
    ({"status": "open"}, ["Ours?", "Prompts?"]),
    ({"status": "answered"}, ["Basics?"]),
    ({"status": "follow_up"}, ["Théirs?"]),
    ({"mine": "on"}, ["Basics?"]),
    ({"group": "clover"}, ["Ours?", "Prompts?", "Basics?"]),
    ({"q": "theirs"}, ["Théirs?"]),
    ({"q": "THÉI"}, ["Théirs?"]),
    ({"q": "softmax"}, ["Basics?"]),
    ({"q": "twin"}, ["Basics?"]),
    ({"q": "nothing like this"}, []),
    ({"q": "*"}, []),
    ({"q": "basics", "status": "open"}, []),
    ({"milestone": "basics", "status": "follow_up"}, ["Théirs?"]),
    ({"sort": "oldest-open"}, ["Prompts?", "Ours?", "Théirs?", "Basics?"]),
    ({"sort": "most-asked"}, ["Basics?", "Théirs?", "Ours?", "Prompts?"]),
    ({"sort": "newest", "page": "7"}, ["Théirs?", "Ours?", "Prompts?", "Basics?"]),
    # Wrong parts of an address are ignored.
    (
        {"milestone": "x", "status": "duplicate", "sort": "y", "page": "z"},
        ["Théirs?", "Ours?", "Prompts?", "Basics?"],
    ),
]


def test_question_list_is_narrowed_by_the_address(
    cast: Cast, as_: SignIn, asked: dict[str, Question]
) -> None:
    ids = {
        "basics": cast.milestones[0].pk,
        "prompts": cast.milestones[1].pk,
        "material": asked["prompts"].material_id,
        "clover": cast.clover.pk,
    }
    ana = as_("ana")
    for address, titles in NARROWED:
        exact = {
            key: ids.get(value, value) if key in ("milestone", "material", "group") else value
            for key, value in address.items()
        }
        assert listed(ana, **exact) == titles, address


def test_question_list_finds_a_duplicate_by_its_words_and_names_it(
    as_: SignIn, asked: dict[str, Question]
) -> None:
    assert "Also asked as “Twin of the basics?”" in words(as_("ana"), q="twin")
    assert "Also asked as" not in words(as_("ana"), q="softmax")


def test_question_list_names_no_duplicate_that_is_not_for_the_reader(cast: Cast, as_: SignIn) -> None:
    original = ask(group=cast.clover, by=cast.person("ana"), at=NOW, title="Plain?")
    secret = ask(
        group=cast.juniper, by=cast.person("dalia"), at=NOW, title="Plain secret?", visibility="group"
    )
    mark_duplicate(question=secret, original=original, by=cast.tomas, at=NOW)
    assert listed(as_("ana"), q="secret") == []
    assert "secret" not in words(as_("ana"), q="plain").replace('value="plain"', "")
    assert "Also asked as “Plain secret?”" in words(as_("emre"), q="secret")


def test_question_that_a_mentor_logged_names_the_group_to_its_own(cast: Cast, as_: SignIn) -> None:
    url = ask(group=cast.clover, by=cast.marta, at=NOW, title="Why?").get_absolute_url()
    pages = {name: " ".join(as_(name).get(url).text.split()) for name in ("bruno", "dalia")}
    assert "by somebody in Clover, logged by Marta Pires" in pages["bruno"]
    assert "by somebody in a group, logged by Marta Pires" in pages["dalia"]


def test_mine_is_what_one_asked_first_or_again(cast: Cast, as_: SignIn, asked: dict[str, Question]) -> None:
    ask_again(question=asked["theirs"], group=cast.clover, by=cast.person("ana"), at=NOW)
    assert listed(as_("ana"), mine="on") == ["Théirs?", "Basics?"]
    # Emre asked the basics by a duplicate.
    assert listed(as_("emre"), mine="on") == ["Basics?"]
    assert listed(as_("marta"), mine="on") == []


def groups_offered(browser: Client) -> list[str]:
    html = browser.get(URL, ALL).content.decode()
    select = re.search(r'<select name="group".*?</select>', html, re.DOTALL)
    return re.findall(r">([^<>]+)</option>", select[0])[1:] if select else []


def test_group_filter_offers_own_groups_and_admins_all(cast: Cast, as_: SignIn) -> None:
    MentorshipFactory.create(group=cast.juniper, person=cast.person("bruno"))
    names = ("ana", "bruno", "marta", "ines", "zoe")
    assert {name: groups_offered(as_(name)) for name in names} == {
        "ana": ["Clover"],
        "bruno": ["Clover", "Juniper"],
        "marta": ["Clover"],
        "ines": ["Clover", "Juniper"],
        "zoe": [],
    }


def test_who_asks_in_two_groups_asks_in_the_one_that_is_filtered_by(cast: Cast, as_: SignIn) -> None:
    MentorshipFactory.create(group=cast.juniper, person=cast.person("bruno"))
    bruno = as_("bruno")
    asks_in = [
        bruno.get(URL, {"q": "What are the basics?", **group}).context["listed"]["asks_in"]
        for group in ({}, {"group": cast.clover.pk}, {"group": cast.juniper.pk})
    ]
    assert [row and row.group for row in asks_in] == [None, cast.clover, cast.juniper]


def test_group_is_found_by_name_where_there_are_many(
    cast: Cast, as_: SignIn, asked: dict[str, Question]
) -> None:
    Group.objects.bulk_create([Group(cohort=cast.cohort, name=f"Group {n}") for n in range(1, 36)])
    in_clover = ["Ours?", "Prompts?", "Basics?"]
    assert "Group 17" not in words(as_("ines"))
    assert listed(as_("ines"), group_name="clover") == in_clover
    # Links name a group by its id.
    assert listed(as_("ines"), group=cast.clover.pk) == in_clover
    assert 'value="Clover, Autumn 2026"' in words(as_("ines"), group=cast.clover.pk)
    assert listed(as_("ines"), group_name="Clover, Autumn 2026") == in_clover
    several = words(as_("ines"), group_name="group")
    assert "35 groups match: “Group 1, Autumn 2026”, “Group 2, Autumn 2026”" in several
    assert 'name="group_name" value="group"' in several
    assert "4 questions, 3 open" in several
    assert "No group has a name like “Fern”." in words(as_("ines"), group_name="Fern")


def test_material_is_found_by_title_where_there_are_many(
    cast: Cast, as_: SignIn, asked: dict[str, Question]
) -> None:
    for n in range(1, 40):
        material = MaterialFactory.create(milestone=cast.milestones[0], title=f"Reading {n}")
        QuestionFactory.create(membership=cast.ana, title=f"About {n}?", material=material)
    assert listed(as_("ana"), material_name="reading 2") == ["About 2?"]
    assert listed(as_("ana"), material_name="chain of thought") == ["Prompts?"]
    assert listed(as_("ana"), material=asked["prompts"].material_id) == ["Prompts?"]


def test_group_filter_refuses_another_group(cast: Cast, as_: SignIn, asked: dict[str, Question]) -> None:
    page = as_("ana").get(URL, {"group": cast.juniper.pk})
    assert listed(as_("ana"), group=cast.juniper.pk) == listed(as_("ana"))
    assert "is not one of the available choices" in page.content.decode()


def test_material_filter_tells_nothing_of_unseen_questions(cast: Cast, as_: SignIn) -> None:
    material = MaterialFactory.create(milestone=cast.milestones[0], title="Secret reading")
    QuestionFactory.create(membership=cast.dalia, material=material, visibility="group")
    assert "Secret reading" not in words(as_("ana"))
    assert "Secret reading" in words(as_("emre"))


def test_empty_states_say_what_to_do(cast: Cast, as_: SignIn) -> None:
    assert "Nothing asked yet" in words(as_("ana"))
    assert 'href="/search/">Ask the first question' in words(as_("ana"))
    assert "Nothing asked yet" in words(as_("ines"))
    assert "No question matches" in words(as_("ana"), q="x")
    assert "Show all questions" in words(as_("ana"), q="x")


def test_pages_keep_the_filters(cast: Cast, as_: SignIn) -> None:
    for n in range(26):
        QuestionFactory.create(
            membership=cast.ana, title=f"Question {n:02}", asked_at=NOW - timedelta(hours=n)
        )
    first = listed(as_("ana"), q="question")
    assert first == [f"Question {n:02}" for n in range(25)]
    assert listed(as_("ana"), q="question", page=2) == ["Question 25"]
    assert 'href="?q=question&page=2"' in words(as_("ana"), q="question")
    assert "26 questions, 26 open" in words(as_("ana"), page=2)


def test_question_list_stands_the_longest_search(as_: SignIn, asked: dict[str, Question]) -> None:
    assert listed(as_("ana"), q="(" * 10_000) == []
    assert listed(as_("ana"), q="theirs " * 1_500) == ["Théirs?"]
    assert as_("ana").get(URL, {"q": "a\x00b"}).status_code == 200


@pytest.mark.parametrize("count", [1, 4])
@pytest.mark.parametrize("who", ["ana", "marta", "ines"])
def test_question_list_takes_as_many_queries_for_four_as_for_one(
    cast: Cast,
    as_: SignIn,
    who: str,
    count: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for n in range(count):
        material = MaterialFactory.create(milestone=cast.milestones[n % 4])
        question = QuestionFactory.create(
            membership=cast.ana,
            title=f"Question {n}",
            material=material,
            status="answered",
            first_answered_at=NOW,
        )
        QuestionFactory.create(
            membership=cast.dalia, title=f"Twin question {n}", duplicate_of=question, status="duplicate"
        )
        AnswerFactory.create(question=question, answered_by=cast.marta)
        MentorshipFactory.create(
            group=GroupFactory.create(cohort=cast.cohort, name=f"Group {n}"), person=cast.marta
        )
    browser = as_(who)
    addresses: list[dict[str, Any]] = [{}, {"q": "question"}, {"sort": "most-asked", "group": cast.clover.pk}]
    for address in addresses:
        # Session, person, relations, milestones, materials, groups, counts, rows, answers; the duplicates that a search
        # found, what somebody who mentors may read since they led who asked it, and what belongs to each part.
        with django_assert_num_queries(11 + ("q" in address) + (who == "marta") + 3 * (not address)):
            page = browser.get(URL, address)
        assert page.content.count(b'<span><a href="/questions/') == count if address else min(3, count)


def test_question_list_template_asks_the_database_nothing(
    cast: Cast,
    asked: dict[str, Question],
    django_assert_num_queries: DjangoAssertNumQueries,
    rf: RequestFactory,
) -> None:
    listing = question_list(reader=reader(cast.marta, NOW), address=rf.get("/").GET)
    request = rf.get(URL)
    request.user = AnonymousUser()
    with django_assert_num_queries(0):
        html = render_to_string("questions/question_list.html", {"listed": listing}, request=request)
    assert "Basics?" in html


def test_filter_form_leaves_out_what_there_is_not() -> None:
    form = QuestionFilterForm({}, milestones=[], materials=[], groups=[])
    assert set(form.fields) == {"q", "category", "status", "sort", "mine"}
    assert form.are_set() is False


@pytest.mark.parametrize(
    ("hours", "status", "told"),
    [
        (5, "open", None),
        # Since Wednesday: the weekend does not count.
        (24 * 7, "open", ("late", ">4 days late</time>")),
        (24 * 7, "follow_up", None),
        (24 * 7, "answered", None),
    ],
)
def test_open_question_shows_how_long_it_has_waited(
    cast: Cast, as_: SignIn, hours: int, status: str, told: tuple[str, str] | None
) -> None:
    answered_at = None if status == "open" else NOW
    QuestionFactory.create(
        membership=cast.ana,
        status=status,
        asked_at=NOW - timedelta(hours=hours),
        first_answered_at=answered_at,
    )
    html = as_("marta").get("/questions/").text
    waits = re.findall(
        r'<time class="(late)" datetime="[^"]+"\s+title="promised by [^"]+"(>[^<]*</time>)', html
    )
    assert waits == ([told] if told else [])
    assert html.count("promised") == len(waits)
