import re
from collections.abc import Callable
from datetime import date

from django.test import Client
from django.urls import reverse

from courses.models import Cohort
from tests.conftest import Cast
from tests.factories.groups import EnrolmentFactory, GroupFactory, MembershipFactory


def current(browser: Client, url: str) -> list[str]:
    return [item.label for item in browser.get(url).context["navigation"] if item.is_current]


def test_navigation_marks_courses_on_every_page_of_a_course(cast: Cast, as_: Callable[[str], Client]) -> None:
    browser = as_("ines")
    pages = ("tracker:board", "groups:cohort-people", "groups:cohort-calendar")
    urls = [reverse(name, args=[cast.clover.cohort_id]) for name in pages]
    assert [current(browser, url) for url in [reverse("groups:course-list"), *urls]] == [["Courses"]] * 4


def test_navigation_marks_one_place_at_most(cast: Cast, as_: Callable[[str], Client]) -> None:
    browser = as_("marta")
    assert current(browser, reverse("tracker:my-groups")) == ["My groups"]
    assert current(browser, reverse("questions:question-list")) == ["Questions"]
    assert current(browser, reverse("people:account")) == []
    assert current(browser, reverse("trends:trends", args=["llm"])) == ["Trends"]


def test_navigation_marks_what_leads_to_a_group_and_its_people(
    cast: Cast, as_: Callable[[str], Client]
) -> None:
    story = reverse("tracker:student-detail", args=[cast.enrolment("ana").pk])
    group = reverse("tracker:group-detail", args=[cast.clover.pk])
    for name, label in (("marta", "My groups"), ("ana", "My week"), ("ines", "Courses")):
        assert current(as_(name), story) == [label]
        # Mentors are led to their sheet.
        assert name == "marta" or current(as_(name), group) == [label]


def test_bar_leads_students_to_where_they_ask(cast: Cast, as_: Callable[[str], Client]) -> None:
    account, ask = reverse("people:account"), reverse("questions:question-new", args=[cast.clover.pk])
    link = '<a class="btn btn-primary ask-tab" href="{}">Ask</a>'

    def leads(who: str, url: str = account) -> list[str]:
        return re.findall(link.format('([^"]+)'), as_(who).get(url).text)

    assert [leads(who) for who in ("ana", "marta", "ines")] == [[ask], [], []]
    assert leads("ana", ask) == []
    # Who studies in several groups chooses one.
    enrolment = EnrolmentFactory.create(person=cast.person("ana"), cohort__course=cast.course)
    group = GroupFactory.create(cohort=enrolment.cohort)
    MembershipFactory.create(enrolment=enrolment, group=group)
    assert leads("ana") == [reverse("questions:question-list")]
    # In a closed cohort nothing is asked.
    Cohort.objects.update(closed_on=date(2026, 9, 1))
    assert leads("ana") == []


def test_navigation_leads_to_trends_who_may_read_them(cast: Cast, as_: Callable[[str], Client]) -> None:
    account = reverse("people:account")
    led = {
        name: "Trends" in [item.label for item in as_(name).get(account).context["navigation"]]
        for name in ("ines", "marta", "ana")
    }
    assert led == {"ines": True, "marta": True, "ana": False}
    assert current(as_("ines"), reverse("trends:trends", args=["llm"])) == ["Trends"]
