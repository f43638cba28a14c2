import re
from datetime import date

import pytest
from django.urls import reverse

from courses.forms.cohort import CohortForm
from courses.models import Cohort
from groups.models import PlanItem
from tests.conftest import Cast, SignIn
from tests.factories.courses import CohortFactory, MilestoneFactory, PauseFactory
from tests.factories.groups import EnrolmentFactory, GroupFactory
from tests.messages import said, told


@pytest.mark.parametrize("many", [1, 30])
def test_cohort_list_stays_within_its_queries(
    cast: Cast, as_: SignIn, many: int, django_assert_num_queries
) -> None:
    for cohort in CohortFactory.create_batch(many, course=cast.course):
        GroupFactory.create(cohort=cohort)
        EnrolmentFactory.create(cohort=cohort)
    browser = as_("ines")
    with django_assert_num_queries(7):
        answer = browser.get(reverse("groups:cohort-list", args=["llm"]))
    assert len(answer.context["cohorts"]) == many + 1


def test_cohort_new_leads_to_its_calendar(cast: Cast, as_: SignIn) -> None:
    fields = {"title": "Spring 2027", "starts_on": "2027-02-01", "time_zone": "Africa/Lagos", "closed_on": ""}
    answer = as_("ines").post(reverse("tracker:cohort-new", args=["llm"]), fields)
    cohort = Cohort.objects.get(title="Spring 2027")
    assert answer["Location"] == reverse("groups:cohort-calendar", args=[cohort.pk])
    assert (cohort.course, cohort.time_zone, cohort.changed_by) == (cast.course, "Africa/Lagos", cast.ines)


def test_cohort_new_keeps_what_was_typed_beside_what_is_wrong(cast: Cast, as_: SignIn) -> None:
    fields = {
        "title": "Autumn 2026",
        "starts_on": "2027-02-01",
        "time_zone": "Lisbon",
    }
    answer = as_("ines").post(reverse("tracker:cohort-new", args=["llm"]), fields)
    assert set(answer.context["form"].errors) == {"title", "time_zone"}
    page = answer.content.decode()
    assert 'value="2027-02-01"' in page


@pytest.mark.parametrize("starts_on", ["0001-01-01", "9999-12-31", "soon"])
def test_cohort_new_shows_the_calendar_of_no_start_that_cannot_be(
    cast: Cast, as_: SignIn, starts_on: str
) -> None:
    PauseFactory.create(cohort=cast.cohort, starts_on=date(2026, 12, 21), ends_on=date(2027, 1, 3))
    address = {"like": cast.cohort.pk, "starts_on": starts_on}
    answer = as_("ines").get(reverse("tracker:cohort-new", args=["llm"]), address)
    assert answer.status_code == 200
    assert answer.context["shown"].like == cast.cohort


def test_cohort_edit_says_that_plans_keep_their_dates(cast: Cast, as_: SignIn) -> None:
    fields = {"title": "Autumn 2026", "starts_on": "2026-09-07", "time_zone": "Europe/Lisbon", "version": "1"}
    answer = as_("ines").post(reverse("groups:cohort-edit", args=[cast.cohort.pk]), fields)
    assert told(answer) == [
        "Autumn 2026 saved. Its groups’ plans keep their dates: "
        "reset those that should follow the new calendar."
    ]
    assert cast.clover.plan_items.get(milestone=cast.milestones[0]).due_on == date(2026, 9, 6)
    page = as_("ines").get(answer["Location"])
    assert [group.difference for group in page.context["groups"]] == ["4 other dates"] * 2
    assert reverse("groups:plan-reset", args=[cast.clover.pk]) in page.content.decode()


def test_cohort_edit_without_another_start_says_nothing_of_plans(cast: Cast, as_: SignIn) -> None:
    fields = {"title": "Autumn", "starts_on": "2026-08-31", "time_zone": "Europe/Lisbon", "version": "1"}
    url = reverse("groups:cohort-edit", args=[cast.cohort.pk])
    assert "Their mentors and the course admins read it, not their group." in as_("ines").get(url).text
    answer = as_("ines").post(url, {**fields, "asks_before_meeting": "on"})
    assert told(answer) == ["Autumn saved."]
    cast.cohort.refresh_from_db()
    assert cast.cohort.asks_before_meeting


def test_the_name_of_a_cohort_leads_to_the_same_page_of_another_one_else_to_its_board(
    cast: Cast, as_: SignIn
) -> None:
    winter = CohortFactory.create(course=cast.course, title="Winter 2026", starts_on=date(2026, 12, 7))
    browser, enrolment = as_("ines"), cast.enrolment("ana")
    for url, other in (
        (reverse("groups:cohort-people", args=[cast.cohort.pk]), "groups:cohort-people"),
        (reverse("sheets:export", args=[cast.cohort.pk]), "sheets:export"),
        (reverse("tracker:enrolment-detail", args=[enrolment.pk]), "tracker:board"),
    ):
        menu = browser.get(url).text.partition('<nav class="daily"')[2].partition("</details>")[0]
        links = re.findall(r'<a href="([^"]+)"', menu)
        assert reverse(other, args=[winter.pk]) in links
        assert links[-1] == reverse("groups:cohort-list", args=["llm"])


@pytest.mark.parametrize("many", [1, 30])
def test_cohort_calendar_stays_within_its_queries(
    cast: Cast, as_: SignIn, many: int, django_assert_num_queries
) -> None:
    for n in range(many):
        GroupFactory.create(cohort=cast.cohort)
        MilestoneFactory.create(course=cast.course, position=10 + n, week=1 + n)
        PauseFactory.create(cohort=cast.cohort, starts_on=date(2027, 1, 1 + n), ends_on=date(2027, 1, 1 + n))
    browser = as_("ines")
    with django_assert_num_queries(18):
        answer = browser.get(reverse("groups:cohort-calendar", args=[cast.cohort.pk]))
    assert len(answer.context["groups"]) == min(many + 2, 25)


def test_pause_add_and_remove(cast: Cast, as_: SignIn) -> None:
    """If nothing is due from then on, nobody has to go along."""
    PlanItem.objects.all().delete()
    url = reverse("groups:pause-add", args=[cast.cohort.pk])
    answer = as_("ines").post(url, {"title": "Break", "starts_on": "2026-09-21", "ends_on": "2026-09-27"})
    assert "Added “Break”: existing plans keep their dates." in said(answer)
    weeks = as_("ines").get(answer["Location"]).context["calendar"]["weeks"]
    assert [week.number for week in weeks] == [1, 2, 3, None, 4]
    answer = as_("ines").post(reverse("groups:pause-remove", args=[cast.cohort.pauses.get().pk]))
    assert told(answer) == ["Removed “Break”: existing plans keep their dates."]
    assert not cast.cohort.pauses.exists()


def test_pause_add_says_beside_the_field_what_is_wrong(cast: Cast, as_: SignIn) -> None:
    PauseFactory.create(
        cohort=cast.cohort, title="Break", starts_on=date(2026, 9, 21), ends_on=date(2026, 9, 27)
    )
    url = reverse("groups:pause-add", args=[cast.cohort.pk])
    answer = as_("ines").post(url, {"title": "", "starts_on": "2026-09-27", "ends_on": "2026-09-28"})
    assert set(answer.context["form"].errors) == {"starts_on"}
    assert "This overlaps “Break”" in answer.content.decode()
    answer = as_("ines").post(url, {"title": "", "starts_on": "2026-10-05", "ends_on": "2026-10-04"})
    assert answer.context["form"].errors == {"ends_on": ["The last day is before the first day."]}
    assert cast.cohort.pauses.count() == 1


def test_cohort_new_saved_at_the_same_moment_says_so(
    cast: Cast, as_: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The form finds the title free, another course admin takes it, and the database refuses the second."""
    monkeypatch.setattr(CohortForm, "clean_title", lambda form: form.cleaned_data["title"])
    fields = {"title": "Autumn 2026", "starts_on": "2027-02-01", "time_zone": "UTC"}
    answer = as_("ines").post(reverse("tracker:cohort-new", args=["llm"]), fields)
    assert answer.context["form"].errors == {"title": ["Someone just used this name. Choose another."]}
    assert cast.course.cohorts.count() == 1
