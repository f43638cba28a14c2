"""An archived cohort is out of every list, figure and choice, and back in all of them once it is restored."""

from datetime import date

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from courses.actions.archiving import archive, restore
from courses.models import Cohort, Course
from groups.models import Enrolment, Membership
from groups.relations import relations_of
from people.models import User
from questions.access.sight import questions_visible_to
from questions.models import Placement, Question, Topic
from questions.models.topic import topics_to_improve
from tests.conftest import NOW, Cast, SignIn
from tests.factories.courses import CohortFactory
from tests.factories.groups import GroupFactory, MembershipFactory, MentorshipFactory
from tests.factories.people import UserFactory
from tests.factories.questions import AnswerFactory, QuestionFactory
from tests.factories.tracker import CheckInFactory, CodeReviewFactory, ProgressFactory
from tests.sheets.actions.test_undo import ALIKE, WHY
from tracker.access.reviews import reviews_visible_to
from trends.actions.needs import note_need

pytestmark = pytest.mark.django_db
OLD = ("Old run", "Zinnia", "Xanthe", "loading the embedding model")


@pytest.fixture
def xanthe(cast: Cast) -> Membership:
    """A student of an earlier cohort of the course, which Marta mentored, with something of each kind.

    What is published stays: tests/questions/access/test_archived_cohort.py.
    """
    old = CohortFactory.create(course=cast.course, title="Old run", starts_on=date(2026, 8, 24))
    zinnia = GroupFactory.create(cohort=old, name="Zinnia")
    stay: Membership = MembershipFactory.create(
        group=zinnia, person=UserFactory.create(name="Xanthe Old", email="xanthe@example.com")
    )
    MentorshipFactory.create(group=zinnia, person=cast.marta)
    CheckInFactory.create(group=zinnia, logged_by=cast.marta)
    ProgressFactory.create(enrolment=stay.enrolment, milestone=cast.milestones[0], state="done")
    for title in (WHY, ALIKE):
        question = QuestionFactory.create(
            membership=stay,
            title=title.replace("while loading", "when loading"),
            milestone=cast.milestones[0],
            visibility="course",
            status="answered",
            first_answered_at=NOW,
        )
        AnswerFactory.create(question=question, answered_by=cast.marta)
    note_need(course=cast.course, thing=question, why="Asked again", by=cast.ines, at=NOW)
    call_command("refresh_topics")
    return stay


def lists(cast: Cast) -> list[tuple[str, str]]:
    """The lists, figures and choices, each with its reader."""
    slug, milestone = [cast.course.slug], [cast.milestones[0].pk]
    return [
        ("ines", reverse("groups:course-list")),
        ("ines", reverse("tracker:course-detail", args=slug)),
        ("ines", reverse("trends:trends", args=slug)),
        ("ines", reverse("trends:topic-list", args=slug)),
        ("ines", reverse("trends:asked", args=slug)),
        ("ines", reverse("questions:question-list")),
        ("ines", reverse("questions:milestone-questions", args=milestone)),
        ("marta", reverse("tracker:my-groups")),
        ("marta", reverse("questions:question-list")),
        ("marta", reverse("trends:trends", args=slug)),
        ("ana", reverse("questions:question-list")),
    ]


def shown(cast: Cast, as_: SignIn) -> set[tuple[str, str, str]]:
    """The words of the old cohort that stand in each list."""
    return {
        (who, url, word)
        for who, url in lists(cast)
        for page in [as_(who).get(url, follow=True).text]
        for word in OLD
        if word in page
    }


def test_archived_cohort_is_in_no_list_until_it_is_restored(
    cast: Cast, as_: SignIn, xanthe: Membership
) -> None:
    before = shown(cast, as_)
    # Each list has something to hide.
    assert {(who, url) for who, url, _ in before} == set(lists(cast))
    cohort = xanthe.group.cohort
    archive(thing=cohort, by=cast.ines, at=NOW)
    call_command("refresh_topics")
    assert shown(cast, as_) == set()
    assert not Topic.objects.exists()
    restore(thing=cohort, by=cast.ines, at=NOW)
    call_command("refresh_topics")
    assert shown(cast, as_) == before


def test_archived_course_is_no_choice_among_questions(cast: Cast, as_: SignIn) -> None:
    milestone, url = cast.milestones[0].title, reverse("questions:question-list")
    QuestionFactory.create(membership=cast.ana)
    assert milestone in as_("ines").get(url).text
    archive(thing=cast.course, by=cast.ines, at=NOW)
    page = as_("ines").get(url).text
    assert (milestone in page, "Clover" in page) == (False, False)


def test_archived_cohort_is_no_figure_and_its_people_no_longer_find_it(
    cast: Cast, as_: SignIn, xanthe: Membership
) -> None:
    person = xanthe.enrolment.person
    trends = reverse("trends:trends", args=[cast.course.slug])
    asked = as_("ines").get(trends).context["trends"]["head"]
    archive(thing=xanthe.group.cohort, by=cast.ines, at=NOW)
    for one in (person, cast.marta, cast.ines):
        one = User.objects.get(pk=one.pk)
        assert not questions_visible_to(one, NOW).filter(group=xanthe.group).exists()
    person = User.objects.get(pk=person.pk)
    assert relations_of(person, NOW).rows == ()
    browser = Client()
    browser.force_login(person)
    assert f"{xanthe.group.cohort} is archived" in browser.get("/", follow=True).text
    assert browser.get(reverse("tracker:group-detail", args=[xanthe.group_id])).status_code == 404
    assert as_("ines").get("/").headers["Location"] == reverse("tracker:board", args=[cast.cohort.pk])
    assert as_("ines").get(trends).context["trends"]["head"] != asked
    assert (Enrolment.objects.filter(person=person).count(), Question.objects.count()) == (1, 2)


def test_cohort_is_archived_where_it_is_edited_and_restored_from_the_list(
    cast: Cast, as_: SignIn, xanthe: Membership
) -> None:
    browser, cohort = as_("ines"), xanthe.group.cohort
    page = browser.get(reverse("groups:cohort-edit", args=[cohort.pk])).text
    url = reverse("groups:cohort-archive", args=[cohort.pk])
    assert f'action="{url}"' in page
    answer = browser.post(url, follow=True)
    assert "Old run is archived." in answer.text
    assert f'action="{reverse("groups:cohort-restore", args=[cohort.pk])}"' in answer.text
    cohort.refresh_from_db()
    assert (cohort.archived_at, cohort.archived_by) == (NOW, cast.ines)
    browser.post(reverse("groups:cohort-restore", args=[cohort.pk]))
    assert not Cohort.objects.get(pk=cohort.pk).is_archived


def test_archived_course_leaves_its_admins_a_way_to_restore_it(cast: Cast, as_: SignIn) -> None:
    browser = as_("ines")
    answer = browser.post(reverse("groups:course-archive", args=["llm"]), follow=True)
    assert "LLM specialisation is archived." in answer.text
    restore_url = reverse("groups:course-restore", args=["llm"])
    assert f'action="{restore_url}"' in answer.text
    assert "Autumn 2026" not in answer.text
    labels = [item["label"] for item in as_("ines").get(reverse("people:account")).context["navigation"]]
    assert "Trends" not in labels
    assert "Autumn 2026 is archived" in as_("ana").get("/", follow=True).text
    browser.post(restore_url)
    assert not Course.objects.get(slug="llm").is_archived
    assert as_("ana").get("/").headers["Location"] == reverse("tracker:my-week")


def test_reviews_and_asks_of_an_archived_cohort_are_out_too(cast: Cast, xanthe: Membership) -> None:
    review = CodeReviewFactory.create(
        group=xanthe.group,
        milestone=cast.milestones[0],
        author=xanthe.enrolment,
        reviewer=MembershipFactory.create(group=xanthe.group).enrolment,
    )
    person = xanthe.enrolment.person
    Placement.objects.update(is_by_hand=True)
    assert topics_to_improve(cast.course, NOW)
    assert review in reviews_visible_to(person, NOW)
    archive(thing=xanthe.group.cohort, by=cast.ines, at=NOW)
    for reader in (person, cast.ines):
        assert review not in reviews_visible_to(User.objects.get(pk=reader.pk), NOW)
    assert topics_to_improve(cast.course, NOW) == []
