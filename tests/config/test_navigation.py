from datetime import date

from django.test import Client
from django.urls import reverse

from people.models import User
from sheets.models import SheetImport
from tests.conftest import NOW, Cast, SignIn
from tests.factories.courses import CohortFactory
from tests.factories.groups import MembershipFactory
from tests.sheets.importing import previewed


def current(browser: Client, url: str) -> list[str]:
    return [item["label"] for item in browser.get(url).context["navigation"] if item["is_current"]]


def test_navigation_marks_the_course_on_its_pages_and_the_board_on_those_of_a_cohort(
    cast: Cast, as_: SignIn
) -> None:
    browser = as_("ines")
    assert [current(browser, url) for url in (reverse("groups:course-list"), "/courses/llm/")] == [
        ["Course"]
    ] * 2
    pages = ("tracker:board", "tracker:cohort-groups", "groups:cohort-people", "groups:cohort-calendar")
    urls = [reverse(name, args=[cast.clover.cohort_id]) for name in pages]
    assert [current(browser, url) for url in urls] == [["Board"]] * 4
    roster = previewed("roster", ("people.csv", b"Name\nUma"), by=cast.ines, cohort=cast.cohort)
    assert current(browser, roster.get_absolute_url()) == ["Board"]
    outline = SheetImport.objects.create(
        kind="outline", course=cast.course, uploaded_by=cast.ines, uploaded_at=NOW
    )
    assert current(browser, outline.get_absolute_url()) == ["Course"]


def test_navigation_leads_to_the_course_that_one_is_in(cast: Cast, as_: SignIn) -> None:
    def links(name: str) -> list[str]:
        return [item["label"] for item in as_(name).get("/account/").context["navigation"]]

    later = CohortFactory.create(course__slug="later", starts_on=date(2026, 9, 14))
    MembershipFactory.create(
        group__cohort=later, enrolment__cohort=later, enrolment__person=cast.person("bruno")
    )
    assert [links(name) for name in ("ana", "marta", "ines")] == [
        ["My week", "Course", "Questions"],
        ["My groups", "Course", "Questions", "Trends"],
        ["Board", "Course", "Questions", "Trends"],
    ]
    led = {
        name: next(
            item["url"]
            for item in as_(name).get("/account/").context["navigation"]
            if item["label"] == "Course"
        )
        for name in ("ana", "bruno")
    }
    assert led == {"ana": "/courses/llm/", "bruno": "/courses/later/"}
    assert "Other courses" in as_("bruno").get("/courses/later/").text
    # A site admin has no course, but all courses to make.
    User.objects.filter(pk=cast.zoe.pk).update(is_staff=True)
    cast.zoe.course_adminships.all().delete()
    assert links("zoe") == ["Courses"]


def test_navigation_marks_one_place_at_most(cast: Cast, as_: SignIn) -> None:
    browser = as_("marta")
    assert current(browser, reverse("tracker:my-groups")) == ["My groups"]
    assert current(browser, reverse("questions:question-list")) == ["Questions"]
    assert current(browser, reverse("people:account")) == []
    assert current(browser, reverse("trends:trends", args=["llm"])) == ["Trends"]


def test_navigation_marks_what_leads_to_a_group_and_its_people(cast: Cast, as_: SignIn) -> None:
    story = reverse("tracker:student-detail", args=[cast.enrolment("ana").pk])
    group = reverse("tracker:group-detail", args=[cast.clover.pk])
    for name, label in (("marta", "My groups"), ("ana", "My week"), ("ines", "Board")):
        assert current(as_(name), story) == [label]
    assert current(as_("ana"), reverse("tracker:review-list")) == ["My week"]
    # Mentors are led to their sheet, students to their week.
    assert current(as_("ines"), group) == ["Board"]


def test_navigation_leads_to_trends_who_may_read_them(cast: Cast, as_: SignIn) -> None:
    account = reverse("people:account")
    led = {
        name: "Trends" in [item["label"] for item in as_(name).get(account).context["navigation"]]
        for name in ("ines", "marta", "ana")
    }
    assert led == {"ines": True, "marta": True, "ana": False}
    assert current(as_("ines"), reverse("trends:trends", args=["llm"])) == ["Trends"]
