import re
from datetime import date, timedelta
from html import unescape
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import QueryDict
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from courses.models import Milestone
from questions.access.known_questions import milestone_to_read
from questions.actions import change_answer, remove_answer, restore_answer
from questions.dashboards.known_questions import known_questions_page
from questions.models import Answer, Question
from tests.conftest import NOW, Cast, SignIn
from tests.factories.courses import CourseFactory, MaterialFactory, MilestoneFactory
from tests.factories.groups import GroupFactory, MembershipFactory
from tests.factories.questions import AnswerFactory, QuestionFactory
from tests.messages import said
from tests.questions.known import known_question, spring, stay_in_spring

NUNO = "Nuno Vale, mentor"


def url_of(milestone: Milestone, page: str = "", **query: str) -> str:
    return reverse(f"questions:milestone-questions{page}", args=[milestone.pk], query=query)


def html_of(browser: Client, url: str) -> str:
    return " ".join(unescape(browser.get(url).content.decode()).split())


def titles(html: str) -> list[str]:
    """The known questions in their order."""
    return re.findall(r"<summary> <span>([^<]+?) <span", html)


def listed(html: str, heading: str) -> list[str]:
    """The rows under a heading that only admins see, each as it is to be chosen or opened."""
    part = html.partition(f'id="{heading}"')[2].partition("</section>")[0]
    return re.findall(r'<label for="publish-\d+">(.*?)</label>', part) or re.findall(
        r'<li><a href="/questions/\d+/">(.*?)</a>', part
    )


def furnish(cast: Cast) -> dict[str, Question]:
    """Questions of the spring about the first milestone: four that are known, and whatever must not be shown."""
    prompts, basics = cast.milestones[1], cast.milestones[0]
    olga, pavel = stay_in_spring(cast, "Olga Kask"), stay_in_spring(cast, "Pavel Novák")
    nuno = spring(cast).mentorships.get().person
    paper = MaterialFactory.create(milestone=basics, title="The paper", url="https://example.com/p")
    about: dict[str, Any] = {"milestone": basics}
    found = {
        "once": known_question(
            olga, nuno, title="Why the root?", material=paper, detail="At **12:30**.", **about
        ),
        "often": known_question(pavel, nuno, asks=3, title="What is a token?", is_asker_hidden=True, **about),
        "students": known_question(olga, pavel.enrolment.person, title="Which colour?", **about),
        "own": known_question(
            pavel, pavel.enrolment.person, title="How long?", is_asker_hidden=True, **about
        ),
    }
    known_question(olga, nuno, title="Of prompts", milestone=prompts)
    hidden: dict[str, Any] = {"published_at": None, "published_by": None, **about}
    known_question(olga, nuno, title="Not published", **hidden)
    known_question(olga, nuno, title="Of the cohort", visibility="cohort", **hidden)
    known_question(olga, nuno, title="Of the group", visibility="group", **hidden)
    known_question(olga, nuno, title="Open again", **{**about, "status": "follow_up"})
    QuestionFactory.create(membership=olga, title="Never answered", visibility="course", **about)
    elsewhere = MembershipFactory.create(group=GroupFactory.create(cohort__course=CourseFactory.create()))
    foreign = MilestoneFactory.create(course=elsewhere.group.cohort.course, position=1)
    known_question(elsewhere, nuno, title="Of another course", milestone=foreign)
    return found


KNOWN = ["What is a token?", "Why the root?", "Which colour?", "How long?"]


@pytest.mark.parametrize("who", ["ana", "dalia", "marta", "tomas", "ines"])
def test_everybody_who_takes_part_reads_what_is_known_most_asked_first(
    cast: Cast, as_: SignIn, who: str
) -> None:
    furnish(cast)
    html = html_of(as_(who), url_of(cast.milestones[0]))
    assert titles(html) == KNOWN
    assert "<h1>Frequent questions</h1> <p>LLM basics · LLM specialisation</p>" in html
    assert "At <strong>12:30</strong>." in html


@pytest.mark.parametrize("who", ["ana", "dalia", "marta", "tomas"])
def test_nothing_else_is_shown_and_nobody_of_another_cohort_is_named(
    cast: Cast, as_: SignIn, who: str
) -> None:
    furnish(cast)
    html = html_of(as_(who), url_of(cast.milestones[0]))
    for words in (
        "Olga", "Kask", "Pavel", "Novák", "Rosebay", "Not published", "Of the", "Open again", "Never", "Of another",
        "Of prompts", "Remove from frequent questions", "Ready to publish", 'name="questions"',
    ):  # fmt: skip
        assert words not in html, words
    assert re.findall(r"Answered by (.*?),? <time", html) == [NUNO, NUNO, "a student", "the asker"]


def test_a_mentor_who_logged_it_is_named_as_who_answered(cast: Cast, as_: SignIn) -> None:
    question = QuestionFactory.create(
        membership=cast.ana, asked_by=cast.marta, milestone=cast.milestones[0], visibility="course",
        status="answered", first_answered_at=NOW, published_at=NOW, published_by=cast.ines,
    )  # fmt: skip
    AnswerFactory.create(question=question, answered_by=cast.marta)
    assert "Answered by Marta Pires, mentor" in html_of(as_("dalia"), url_of(cast.milestones[0]))


def test_a_mentor_whose_mentorship_is_over_is_named_still(cast: Cast, as_: SignIn) -> None:
    furnish(cast)
    spring(cast).mentorships.update(ended_on=date(2026, 4, 1))
    html = html_of(as_("dalia"), url_of(cast.milestones[0]))
    assert re.findall(r"Answered by (.*?),? <time", html) == [NUNO, NUNO, "a student", "the asker"]


def test_of_many_answers_twenty_five_stand_here_and_all_on_the_page_of_the_question(
    cast: Cast, as_: SignIn
) -> None:
    question = furnish(cast)["once"]
    Answer.objects.filter(question=question).delete()
    by = spring(cast).mentorships.get().person
    for n in range(26):
        AnswerFactory.create(question=question, answered_by=by, body=f"No. {n}")
    html = html_of(as_("ana"), url_of(cast.milestones[0]))
    assert re.findall("No. [0-9]+", html) == [f"No. {n}" for n in range(25)]
    assert f'<a href="{question.get_absolute_url()}">All 26 answers</a>' in html
    assert as_("ana").get(question.get_absolute_url()).status_code == 200


def test_who_joins_later_reads_it_from_that_day_on(cast: Cast, as_: SignIn) -> None:
    cast.dalia.started_on = NOW.date().replace(day=17)
    cast.dalia.save()
    assert as_("dalia").get(url_of(cast.milestones[0])).status_code == 403


def test_materials_say_how_many_questions_are_about_them(cast: Cast, as_: SignIn) -> None:
    furnish(cast)
    MaterialFactory.create(milestone=cast.milestones[0], title="A video", kind="video")
    MaterialFactory.create(milestone=cast.milestones[0], title="Retired", retired_on="2026-01-01")
    html = html_of(as_("ana"), url_of(cast.milestones[0])).partition('id="materials-heading"')[2]
    assert re.findall(r'(The paper|A video|Retired)(?:</a>)? <span class="small"> (.*?) </span>', html) == [
        ("The paper", "page · 1 frequent question"),
        ("A video", "video"),
    ]


def test_search_keeps_those_that_hold_the_words(cast: Cast, as_: SignIn) -> None:
    furnish(cast)
    basics = cast.milestones[0]
    assert titles(html_of(as_("ana"), url_of(basics, q="TOKEN"))) == ["What is a token?"]
    html = html_of(as_("ana"), url_of(basics, q="zebra"))
    assert titles(html) == []
    assert "No frequent question about this milestone matches all of these words." in html


def test_a_link_leads_to_the_place_of_a_question(cast: Cast, as_: SignIn) -> None:
    question = furnish(cast)["often"]
    html = html_of(as_("ana"), url_of(cast.milestones[0]))
    details = html.partition("What is a token?")[2].partition("</details>")[0]
    assert f'id="question-{question.pk}"' in details
    assert f'href="#question-{question.pk}"' in details
    assert f'href="{question.get_absolute_url()}"' in details


def test_an_empty_page_says_what_to_do(cast: Cast, as_: SignIn) -> None:
    assert "No frequent questions for this milestone yet." in html_of(as_("ana"), url_of(cast.milestones[0]))
    assert "Publish well-answered questions" in html_of(as_("ines"), url_of(cast.milestones[0]))


def test_admins_see_what_could_be_published_and_what_stands_in_the_way(cast: Cast, as_: SignIn) -> None:
    furnish(cast)
    olga = spring(cast).memberships.get(enrolment__person__name="Olga Kask")
    QuestionFactory.create(
        membership=olga, asked_by=spring(cast).mentorships.get().person, title="Logged", visibility="cohort",
        status="answered", first_answered_at=NOW, milestone=cast.milestones[0],
    )  # fmt: skip
    html = html_of(as_("ines"), url_of(cast.milestones[0]))
    assert listed(html, "to-publish-heading") == ["Not published"]
    assert listed(html, "not-yet-heading") == ["Of the cohort", "Of the group", "Logged"]
    assert html.count("Only Olga Kask, who asked it, can open it to everybody in the course.") == 2
    assert "Logged by Nuno Vale for Rosebay: you can open it to everybody in the course." in html


def test_admins_publish_from_here_and_come_back(cast: Cast, as_: SignIn) -> None:
    furnish(cast)
    basics, ines = cast.milestones[0], as_("ines")
    fresh = Question.objects.get(title="Not published")
    url = reverse("questions:question-publish", args=[fresh.pk])
    assert f'action="{url}"' in html_of(ines, url_of(basics))
    answer = ines.post(url, {"next": url_of(basics)})
    assert answer["Location"] == url_of(basics)
    assert "“Not published” is published" in said(answer)
    assert titles(html_of(ines, url_of(basics))) == [*KNOWN[:3], "How long?", "Not published"]


@pytest.mark.parametrize("count", [1, 4])
@pytest.mark.parametrize(("who", "queries"), [("ana", 9), ("ines", 10)])
def test_milestone_questions_takes_as_many_queries_for_four_as_for_one(
    cast: Cast,
    as_: SignIn,
    who: str,
    queries: int,
    count: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    basics = cast.milestones[0]
    for n in range(count):
        stay = stay_in_spring(cast, f"Student{n} Kask")
        known_question(stay, cast.marta, title=f"Known {n}", milestone=basics, asks=2)
        for visibility in ("course", "cohort"):
            known_question(
                stay,
                cast.marta,
                milestone=basics,
                visibility=visibility,
                published_at=None,
                published_by=None,
            )
        MaterialFactory.create(milestone=basics)
    browser = as_(who)
    # Session, person, relations, milestone, how many a material has, questions, answers, materials; for admins what is
    # not published.
    with django_assert_num_queries(queries):
        html = browser.get(url_of(basics)).content.decode()
    assert html.count('<details class="more known">') == count


def test_frequent_questions_are_listed_page_by_page(cast: Cast, as_: SignIn) -> None:
    basics = cast.milestones[0]
    paper, stay = (
        MaterialFactory.create(milestone=basics, title="The paper"),
        stay_in_spring(cast, "Olga Kask"),
    )
    for n in range(27):
        known_question(stay, cast.marta, title=f"Known {n}", milestone=basics, material=paper)
    first = html_of(as_("ana"), url_of(basics, q="known"))
    second = html_of(as_("ana"), f"{url_of(basics, q='known')}&page=2")
    assert titles(first) == [f"Known {n}" for n in range(25)]
    assert titles(second) == ["Known 25", "Known 26"]
    for html in (first, second):
        assert ("27 questions asked before" in html, "27 frequent questions" in html) == (True, True)
    assert 'href="?q=known&page=2"' in first


def test_milestone_questions_template_asks_the_database_nothing(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries, rf: RequestFactory
) -> None:
    furnish(cast)
    access = milestone_to_read(cast.ines, cast.milestones[0].pk, NOW)
    context = {"access": access, "page": known_questions_page(access, QueryDict()), "text": ""}
    request = rf.get("/")
    request.user = AnonymousUser()
    with django_assert_num_queries(0):
        render_to_string("questions/milestone_questions.html", context, request=request)


def test_what_students_write_later_is_published_by_a_course_admin(cast: Cast, as_: SignIn) -> None:
    stay = stay_in_spring(cast, "Gil Costa")
    question = known_question(
        stay, cast.marta, milestone=cast.milestones[0], title="Why a root?", answer="So."
    )
    url = url_of(cast.milestones[0])

    def published() -> str:
        return html_of(as_("ana"), url)

    student, mentor = (
        AnswerFactory.create(question=question, answered_by=by, answered_at=NOW, body=body)
        for by, body in ((stay.enrolment.person, "Byastudent"), (cast.marta, "Byamentor"))
    )
    assert ("Byastudent" in published(), "Byamentor" in published()) == (False, True)
    assert "1 new answer by students, not published yet" in html_of(as_("ines"), url)
    assert "1 new answer" not in html_of(as_("ana"), url)
    detail = html_of(as_("ines"), question.get_absolute_url())
    assert "Publish new answers" in detail
    as_("ines").post(reverse("questions:question-publish", args=[question.pk]))
    assert published().count("Byastudent") == 1
    change_answer_of(student, "Changedlater")
    assert "Changedlater" not in published()
    assert mentor.body == "Byamentor"


def change_answer_of(answer: Answer, body: str) -> None:
    answer.body = body
    change_answer(answer=answer, by=answer.answered_by, at=NOW + timedelta(minutes=1))


def test_an_answer_removed_before_publishing_and_restored_after_is_not_published(
    cast: Cast, as_: SignIn
) -> None:
    stay = stay_in_spring(cast, "Gil Costa")
    question = known_question(stay, cast.marta, milestone=cast.milestones[0], published_at=NOW)
    person = stay.enrolment.person
    answer = AnswerFactory.create(question=question, answered_by=person, body="Byastudent")
    answer_id = answer.pk
    remove_answer(answer=answer, by=person, at=NOW)
    restore_answer(question=question, answer_id=answer_id, by=person, at=NOW + timedelta(minutes=1))
    assert "Byastudent" not in html_of(as_("ana"), url_of(cast.milestones[0]))
