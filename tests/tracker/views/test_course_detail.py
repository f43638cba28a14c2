"""The page of a course: who reads it, and what of it."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import timezone

from courses.models import Cohort, Course, Milestone
from groups.models import Enrolment, Membership, Mentorship
from people.models import User
from questions.models import Placement
from tests.conftest import NOW, TODAY, Cast, SignIn
from tests.factories.courses import (
    CohortFactory,
    CourseLinkFactory,
    CourseSectionFactory,
    MaterialFactory,
    MilestoneFactory,
)
from tests.factories.groups import EnrolmentFactory, GroupFactory, MembershipFactory, MentorshipFactory
from tests.factories.questions import AnswerFactory, QuestionFactory, TopicFactory
from tests.factories.tracker import ProgressFactory
from tracker.access.courses import course_to_read
from tracker.dashboards.course_detail import course_context
from tracker.models import MaterialTick

URL = "/courses/llm/"


def people(answer: Any) -> dict[str, list[str]]:
    """The people named on the page, by first name."""
    named = {what: [each.name.split()[0] for each in found] for found, what in answer.context["people"]}
    admins = [row.person.get_short_name() for row in answer.context["admins"]]
    return named | ({"admins": admins} if admins else {})


def finish(cast: Cast, name: str) -> None:
    ended = {"ended_on": TODAY, "end_reason": Membership.EndReason.FINISHED}
    Membership.objects.filter(pk=getattr(cast, name).pk).update(**ended)
    Enrolment.objects.filter(pk=cast.enrolment(name).pk).update(
        ended_on=TODAY, end_reason=Enrolment.EndReason.FINISHED
    )


def test_everybody_reads_who_is_who_for_them_and_no_address(cast: Cast, as_: SignIn) -> None:
    MentorshipFactory.create(group=cast.juniper, person=cast.marta, role="co-mentor")
    seen = {name: as_(name).get(URL) for name in ("ana", "marta", "ines")}
    assert {name: people(answer) for name, answer in seen.items()} == {
        "ana": {"your mentor": ["Marta"], "Clover": ["Bruno", "Chidi"], "admins": ["Inês"]},
        "marta": {
            "your students": ["Ana", "Bruno", "Chidi", "Dalia", "Emre", "Fátima"],
            "mentors": ["Tomás"],
            "admins": ["Inês"],
        },
        "ines": {"mentors": ["Marta", "Tomás"], "admins": ["Inês"]},
    }
    assert {name for name, answer in seen.items() if "@example.com" in answer.text} == set()
    # Course admins write to each other, as before.
    cast.course.admins.create(person=cast.tomas)
    assert "mailto:tomas@example.com" in as_("ines").get(URL).text
    assert "@example.com" not in as_("ana").get(URL).text


def test_people_are_those_of_today(cast: Cast, as_: SignIn) -> None:
    Membership.objects.filter(pk=cast.bruno.pk).update(started_on=TODAY + timedelta(days=2))
    Membership.objects.filter(pk=cast.chidi.pk).update(ended_on=TODAY, end_reason="dropped")
    Mentorship.objects.filter(person=cast.tomas).update(ended_on=TODAY)
    User.objects.filter(pk=cast.ines.pk).update(is_active=False)
    assert people(as_("ana").get(URL)) == {"your mentor": ["Marta"]}
    assert people(as_("marta").get(URL)) == {"your students": ["Ana"]}


def test_a_finished_student_keeps_the_page_and_a_former_mentor_what_is_not_about_people(
    cast: Cast, as_: SignIn
) -> None:
    section = CourseSectionFactory.create(course=cast.course, meant_for="students")
    CourseSectionFactory.create(course=cast.course, title="For mentors", meant_for="mentors")
    ProgressFactory.create(
        enrolment=cast.enrolment("ana"), milestone=cast.milestones[0], state="done", state_since=NOW
    )
    finish(cast, "ana")
    Mentorship.objects.filter(person=cast.marta).update(ended_on=TODAY)
    finished, former = as_("ana").get(URL), as_("marta").get(URL)
    assert people(finished) == {"admins": ["Inês"]}
    assert finished.context["expected"] == [section]
    assert [row.state for row in finished.context["rows"]] == [
        "done",
        "not_started",
        "not_started",
        "not_started",
    ]
    assert f"/enrolments/{cast.enrolment('ana').pk}/concern/" in finished.text
    page = former.context
    assert people(former) == {}
    assert (page["columns"], page["expected"], len(page["sections"])) == (["Due"], [], 2)
    for name in ("Ana", "Bruno", "Clover", "Inês"):
        assert name not in former.text


def test_who_is_to_begin_reads_what_is_not_about_people_and_strangers_nothing(
    cast: Cast, as_: SignIn
) -> None:
    begins = TODAY + timedelta(days=1)
    Membership.objects.filter(pk=cast.ana.pk).update(started_on=begins)
    Mentorship.objects.filter(person=cast.marta).update(started_on=begins)
    assert [as_(name).get(URL).status_code for name in ("zoe", "ana", "marta")] == [404, 200, 200]
    assert people(as_("ana").get(URL)) == {"admins": ["Inês"]}
    assert people(as_("marta").get(URL)) == {}


def test_who_is_enrolled_without_a_group_reads_what_is_not_about_people(cast: Cast, as_: SignIn) -> None:
    EnrolmentFactory.create(cohort=cast.cohort, person=cast.zoe)
    assert f'href="{URL}"' in as_("zoe").get("/week/").text
    answer = as_("zoe").get(URL)
    assert (answer.status_code, people(answer), answer.context["columns"]) == (200, {}, ["Due"])
    Cohort.objects.filter(pk=cast.cohort.pk).update(archived_at=NOW, archived_by=cast.ines)
    assert as_("zoe").get(URL).status_code == 404


def test_a_student_who_comes_back_reads_of_the_cohort_to_come(cast: Cast, as_: SignIn) -> None:
    later = CohortFactory.create(course=cast.course, title="Winter 2026", starts_on=date(2026, 12, 7))
    EnrolmentFactory.create(cohort=later, person=cast.person("bruno"))
    pages = [as_("bruno").get(URL, {"cohort": pk}).context["access"].cohort for pk in ("", later.pk)]
    assert pages == [cast.cohort, later]


def test_of_an_archived_course_only_its_admins_read(cast: Cast, as_: SignIn) -> None:
    CourseSectionFactory.create(course=cast.course, title="What it is for")
    Course.objects.filter(pk=cast.course.pk).update(archived_at=NOW, archived_by=cast.ines)
    assert [as_(name).get(URL).status_code for name in ("ana", "marta")] == [404, 404]
    answer = as_("ines").get(URL)
    assert "What it is for" in answer.text
    for path in ("sections/new/", "links/", "edit/", "admins/add/", "milestones/new/", "cohorts/new/"):
        assert f"{URL}{path}" not in answer.text


def test_the_table_says_when_it_is_due_and_how_one_stands(cast: Cast, as_: SignIn) -> None:
    for title in ("Tokens (1 of 2)", "Tokens (2 of 2)", "Attention"):
        MaterialFactory.create(milestone=cast.milestones[1], title=title)
    MaterialFactory.create(milestone=cast.milestones[1], title="Old", retired_on=TODAY)
    tick = {"enrolment": cast.enrolment("ana"), "ticked_at": NOW}
    MaterialTick.objects.create(material=cast.milestones[1].materials.get(title="Attention"), **tick)
    ProgressFactory.create(
        enrolment=cast.enrolment("ana"), milestone=cast.milestones[0], state="done", state_since=NOW
    )
    MilestoneFactory.create(course=cast.course, position=9, title="Agents", is_optional=True)
    page = as_("ana").get(URL).context
    assert page["columns"] == ["Due in Clover"]
    assert page["extent"] == "4 weeks, 12 hours"
    assert [
        (row.milestone.title, row.due[0], row.state, row.is_late, row.is_now) for row in page["rows"]
    ] == [
        ("LLM basics", date(2026, 9, 6), "done", False, False),
        ("Prompt engineering", date(2026, 9, 13), "not_started", True, True),
        ("Indexation", date(2026, 9, 20), "not_started", False, False),
        ("RAG", date(2026, 9, 27), "not_started", False, False),
    ]
    assert (len(page["rows"][1].titles), page["rows"][1].left) == (2, 1)
    assert [row.milestone.title for row in page["beyond"]] == ["Agents"]
    MentorshipFactory.create(group=cast.juniper, person=cast.marta)
    page = as_("marta").get(URL).context
    assert page["columns"] == ["Clover", "Juniper"]
    assert [row.milestone.title for row in page["rows"] if row.is_now] == ["Indexation"]
    assert not any(row.is_late or row.state for row in page["rows"])


def test_a_milestone_opens_its_materials_and_frequent_questions_in_place(cast: Cast, as_: SignIn) -> None:
    material = MaterialFactory.create(milestone=cast.milestones[0], title="Tokens")
    question = QuestionFactory.create(
        membership=cast.bruno,
        milestone=cast.milestones[0],
        title="Why divide?",
        visibility="course",
        status="answered",
        first_answered_at=NOW,
        published_at=NOW,
        published_by=cast.ines,
    )
    AnswerFactory.create(question=question)
    browser = as_("ana")
    closed = browser.get(URL)
    assert material.url not in closed.text
    assert "Why divide?" not in closed.text
    opened = browser.get(f"{URL}?milestone={cast.milestones[0].pk}")
    assert material.url in opened.text
    assert f"/milestones/{cast.milestones[0].pk}/questions/#question-{question.pk}" in opened.text
    assert "Why divide?" in opened.text
    # The asker is not named.
    assert people(opened)["Clover"] == ["Bruno", "Chidi"]
    assert opened.text.count("Bruno") == 1
    assert browser.get(f"{URL}?milestone=x").status_code == 200


def test_a_course_says_of_itself_what_it_wants_to_each_in_their_place(cast: Cast, as_: SignIn) -> None:
    for title, meant_for in (("About", "everybody"), ("Yours", "students"), ("Theirs", "mentors")):
        CourseSectionFactory.create(
            course=cast.course, title=title, body=f"- **{title}** <script>", meant_for=meant_for
        )
    CourseLinkFactory.create(course=cast.course, name="Chat", url="https://chat.example.com/llm")
    found = {}
    for name in ("ana", "marta", "ines"):
        answer = as_(name).get(URL)
        page = answer.context
        found[name] = ([str(row) for row in page["expected"]], [str(row) for row in page["sections"]])
        assert "<strong>Theirs</strong> &lt;script&gt;" in answer.text
        assert 'href="https://chat.example.com/llm"' in answer.text
        assert ("/sections/" in answer.text) is (name == "ines")
    assert found == {
        "ana": (["Yours"], ["About", "Theirs"]),
        "marta": (["Theirs"], ["About", "Yours"]),
        "ines": ([], ["About", "Yours", "Theirs"]),
    }


def test_admins_choose_among_cohorts_and_others_among_theirs(cast: Cast, as_: SignIn) -> None:
    later = CohortFactory.create(course=cast.course, title="Winter 2026", starts_on=date(2026, 12, 7))
    past = CohortFactory.create(
        course=cast.course, title="Spring", starts_on=date(2026, 3, 2), closed_on=date(2026, 6, 1)
    )

    def cohort(name: str, query: str = "") -> Cohort | None:
        found: Cohort | None = as_(name).get(f"{URL}{query}").context["access"].cohort
        return found

    # The one that began last; one that is to begin is chosen.
    assert cohort("ines") == cast.cohort
    assert cohort("ines", f"?cohort={later.pk}") == later
    assert cohort("ana", f"?cohort={later.pk}") == cast.cohort
    Cohort.objects.filter(pk=cast.cohort.pk).update(archived_at=NOW, archived_by=cast.ines)
    assert cohort("ines") == later
    later.delete()
    assert cohort("ines") == past
    Cohort.objects.all().update(archived_at=NOW, archived_by=cast.ines)
    assert cohort("ines") is None


def test_course_admins_run_the_cohort_from_here(cast: Cast, as_: SignIn) -> None:
    places = f'<nav class="daily" aria-label="{cast.cohort}">'
    run = as_("ines").get(URL).text
    assert places in run
    assert f'<a href="/cohorts/{cast.cohort.pk}/groups/">Groups</a>' in run
    assert "Run this course" in run
    text = as_("ana").get(URL).text
    assert (places in text, "Run this course" in text) == (False, False)
    assert "Asked" not in as_("marta").get(URL).text


def test_course_admins_see_how_often_was_asked_in_the_cohort_and_how_many_topics_there_are(
    cast: Cast, as_: SignIn
) -> None:
    basics, prompts = cast.milestones[:2]
    first, second, third = (
        QuestionFactory.create(membership=cast.ana, milestone=row) for row in (basics, basics, prompts)
    )
    # It counts where its original is, and not what another cohort asked.
    QuestionFactory.create(membership=cast.emre, milestone=prompts, duplicate_of=first, status="duplicate")
    elsewhere = MembershipFactory.create(group__cohort=CohortFactory.create(course=cast.course))
    fourth = QuestionFactory.create(membership=elsewhere, milestone=basics)
    TopicFactory.create(course=cast.course, questions=[first, fourth])
    TopicFactory.create(course=cast.course, questions=[second])
    TopicFactory.create(course=cast.course, questions=[third])
    for question in QuestionFactory.create_batch(2, membership=elsewhere):
        Placement.objects.create(question=question, placed_at=NOW)
    page = as_("ines").get(f"{URL}?cohort={cast.cohort.pk}").context
    assert [row.asked for row in page["rows"]] == [3, 1, 0, 0]
    assert page["topic_count"] == 1


@pytest.mark.parametrize("many", [1, 12])
@pytest.mark.parametrize(("name", "queries"), [("ana", 17), ("marta", 14), ("ines", 16)])
def test_page_takes_constant_queries_and_is_rendered_without(
    cast: Cast, many: int, name: str, queries: int, django_assert_num_queries: Any
) -> None:
    for n in range(many):
        milestone = MilestoneFactory.create(course=cast.course, position=10 + n, week=n + 5)
        MaterialFactory.create(milestone=milestone)
        MembershipFactory.create(group=cast.clover, enrolment__cohort=cast.cohort)
        MentorshipFactory.create(group=GroupFactory.create(cohort=cast.cohort), person=cast.marta)
        MentorshipFactory.create(group=cast.juniper)
        CourseSectionFactory.create(course=cast.course)
        CohortFactory.create(course=cast.course)
        cast.course.admins.create(person=MembershipFactory.create(group=cast.juniper).enrolment.person)
    user, now, opened = cast.person(name), timezone.now(), Milestone.objects.latest("pk").pk
    with django_assert_num_queries(queries):
        access = course_to_read(user, "llm", now)
        page = course_context(access, now, opened)
    assert len(page["rows"]) == 4 + many
    context = {**page, "access": access, "course": cast.course, "user": user, "courses": []}
    request = RequestFactory().get(URL)
    with django_assert_num_queries(0):
        render_to_string("tracker/_course_milestones.html", context, request)
        render_to_string("tracker/_course_people.html", context, request)
