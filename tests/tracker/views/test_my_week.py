from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from courses.models import Cohort
from groups.models import Enrolment
from questions.actions.asking import ask
from tests.conftest import NOW, Cast, SignIn
from tests.factories.courses import CohortFactory
from tests.factories.groups import EnrolmentFactory, GroupFactory, MembershipFactory
from tests.factories.people import UserFactory
from tests.moving import end_enrolment

URL = "/week/"


def html_of(browser: Client) -> str:
    response = browser.get(URL)
    assert response.status_code == 200
    return response.content.decode()


def test_my_week_shows_the_one_group(cast: Cast, as_: SignIn) -> None:
    assert reverse("tracker:my-week") == URL
    html = html_of(as_("ana"))
    assert "<h1>LLM basics</h1>" in html
    assert 'aria-label="Who of Clover is where"' in html


def test_my_week_shows_the_group_joined_last(cast: Cast, as_: SignIn) -> None:
    aspen = GroupFactory.create(name="Aspen", cohort__title="Spring")
    MembershipFactory.create(group=aspen, person=cast.person("ana"), started_on=date(2026, 9, 14))
    html = html_of(as_("ana"))
    assert 'aria-label="Who of Aspen is where"' in html
    assert reverse("tracker:week", args=[cast.clover.pk]) in html


def test_my_week_shows_a_closed_cohort_only_where_there_is_no_other(cast: Cast, as_: SignIn) -> None:
    spring = CohortFactory.create(course=cast.course, title="Spring", closed_on=date(2026, 9, 15))
    aspen = GroupFactory.create(name="Aspen", cohort=spring)
    MembershipFactory.create(group=aspen, person=cast.person("ana"), started_on=date(2026, 9, 14))
    html = html_of(as_("ana"))
    assert "<h1>LLM basics</h1>" in html
    # In one course, the cohort tells them apart.
    assert all(label in html for label in ("Aspen, Spring", "Clover, Autumn 2026"))


def test_my_week_of_who_is_in_nothing_says_so(db: None, client: Client) -> None:
    client.force_login(UserFactory.create())
    assert "You are not in a group yet" in html_of(client)


@pytest.mark.parametrize("who", ["ines", "zoe"])
def test_my_week_leads_course_admins_to_their_courses(cast: Cast, as_: SignIn, who: str) -> None:
    html = html_of(as_(who))
    assert "not in a group yet" not in html
    assert f'href="{reverse("groups:course-list")}"' in html.split("<main", 1)[1]


def test_my_week_leads_operators_to_the_courses(db: None, client: Client) -> None:
    client.force_login(UserFactory.create(is_staff=True))
    html = html_of(client)
    assert "not in a group yet" not in html
    assert f'href="{reverse("groups:course-list")}"' in html.split("<main", 1)[1]


def test_who_ends_later_is_not_told_how_to_come_back(cast: Cast, as_: SignIn) -> None:
    cast.ana.delete()
    end_enrolment(
        enrolment=cast.enrolment("ana"), on=date(2026, 9, 30), end_reason="dropped", by=cast.ines, at=NOW
    )
    html = html_of(as_("ana"))
    assert "Questions? Write to" in html
    assert "Your hours and note" in html
    Enrolment.objects.filter(pk=cast.ana.enrolment_id).update(ended_on=date(2026, 9, 16))
    html = html_of(as_("ana"))
    assert "To take part again, write to" in html
    assert "Your hours and note" not in html


def test_who_finished_sees_their_course_questions_and_a_way_back_in(cast: Cast, as_: SignIn) -> None:
    mine = ask(group=cast.clover, by=cast.person("ana"), at=NOW, title="Why, mine?", visibility="group")
    end_enrolment(
        enrolment=cast.enrolment("ana"), on=date(2026, 9, 14), end_reason="finished", by=cast.ines, at=NOW
    )
    browser = as_("ana")
    assert browser.get("/").headers["Location"] == URL
    html = html_of(browser)
    assert "LLM specialisation · Autumn 2026" in html
    assert "You finished on Mon 14 September. Your last group was Clover." in html
    assert 'href="mailto:ines@example.com">Inês Duarte' in html
    assert mine.title in browser.get(reverse("questions:question-list"), {"mine": "on"}).text
    links = [
        reverse("tracker:student-detail", args=[cast.ana.enrolment_id]),
        reverse("tracker:course-detail", args=[cast.course.slug]),
    ]
    for link in links:
        assert f'href="{link}"' in html
        assert browser.get(link).status_code == 200
    labels = [item["label"] for item in browser.get(URL).context["navigation"]]
    assert labels == ["My week", "Course", "Questions"]


def test_who_is_enrolled_without_a_group_sees_in_what(cast: Cast, as_: SignIn) -> None:
    person = EnrolmentFactory.create(cohort=cast.cohort).person
    client = Client()
    client.force_login(person)
    assert client.get("/").headers["Location"] == URL
    html = html_of(client)
    assert "LLM specialisation · Autumn 2026" in html
    assert "once a course admin adds you to a group" in html
    assert reverse("tracker:course-detail", args=[cast.course.slug]) in html
    labels = [item["label"] for item in client.get(URL).context["navigation"]]
    assert labels == ["My week", "Course"]
    # The page of the course has it for who is in a group.
    assert "Write privately to the course admins" in html


def test_my_week_of_who_joins_later_says_when(cast: Cast, as_: SignIn) -> None:
    cast.ana.started_on = date(2026, 9, 17)
    cast.ana.save()
    assert "You begin on Thu 17 September." in html_of(as_("ana"))


def test_my_week_of_who_has_left_says_when(cast: Cast, as_: SignIn) -> None:
    cast.ana.ended_on, cast.ana.end_reason = date(2026, 9, 16), "dropped"
    cast.ana.save()
    assert "You left Clover on Wed 16 September. Your progress is kept." in html_of(as_("ana"))


def test_my_week_of_who_studied_in_an_archived_cohort_says_so(cast: Cast, as_: SignIn) -> None:
    Cohort.objects.filter(pk=cast.cohort.pk).update(archived_at=NOW, archived_by=cast.ines)
    assert as_("ana").get(reverse("tracker:home"))["Location"] == reverse("tracker:my-week")
    assert "Autumn 2026 is archived" in html_of(as_("ana"))
