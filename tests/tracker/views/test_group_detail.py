from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse

from groups.models import Group, Membership, PlanItem
from tests.conftest import NOW, TODAY, Cast, SignIn
from tests.factories.groups import MentorshipFactory
from tests.factories.tracker import CheckInFactory
from tests.tracker.dashboards.test_week import furnish
from tracker.actions.closing import close_cohort


def url_of(cast: Cast) -> str:
    return reverse("tracker:group-detail", args=[cast.clover.pk])


@pytest.mark.parametrize("count", [1, 10])
def test_group_detail_stays_within_its_queries(
    cast: Cast, as_: SignIn, count: int, django_assert_num_queries: Any
) -> None:
    furnish(cast, count)
    browser = as_("ines")
    browser.get(url_of(cast))
    with django_assert_num_queries(26):
        response = browser.get(url_of(cast))
    assert response.status_code == 200


def test_group_detail_leads_its_mentor_to_their_groups(cast: Cast, as_: SignIn) -> None:
    assert as_("marta").get(url_of(cast)).status_code == 302


def test_group_detail_leads_its_students_to_their_week(cast: Cast, as_: SignIn) -> None:
    ana, week = as_("ana"), reverse("tracker:week", args=[cast.clover.pk])
    assert ana.get(url_of(cast))["Location"] == week
    assert ana.get(url_of(cast), {"unfold": "on"})["Location"] == f"{week}?unfold=on"
    # Beside the path of their group stand the links to what else the page had.
    html = ana.get(week).text
    for page, args in (("check-in-list", [cast.clover.pk]), ("course-detail", [cast.course.slug])):
        assert f'<a href="{reverse(f"tracker:{page}", args=args)}">' in html
    # A page that was open before has nothing to ask for.
    assert ana.get(reverse("tracker:group-live", args=[cast.clover.pk]), {"seen": "old"}).status_code == 204
    # Somebody who studies in a group and leads it has its page, without why anybody is red.
    MentorshipFactory.create(group=cast.clover, person=cast.person("bruno"), role="co-mentor")
    assert as_("bruno").get(url_of(cast))["Location"].startswith(reverse("tracker:my-groups"))


def test_group_detail_of_who_leads_shows_who_is_behind_and_marks_for_everybody(
    cast: Cast, as_: SignIn
) -> None:
    html = as_("ines").get(url_of(cast)).content.decode()
    assert ">2 behind<" in html
    assert "Log check-in" in html
    assert f'id="panel-{cast.clover.pk}"' in html
    for stay in (cast.ana, cast.bruno, cast.chidi):
        assert f'id="cell-{stay.enrolment_id}-' in html


@pytest.mark.parametrize("page", ["tracker:group-detail", "tracker:check-in-list"])
def test_check_in_of_this_week_is_read_once_logged(cast: Cast, as_: SignIn, page: str) -> None:
    check_in = CheckInFactory.create(group=cast.clover, week_starts_on=date(2026, 9, 14))
    html = as_("ines").get(reverse(page, args=[cast.clover.pk])).content.decode()
    assert f'href="{check_in.get_absolute_url()}">' in html
    assert "Read check-in<span" in html
    assert reverse("tracker:check-in-now", args=[cast.clover.pk]) not in html


@pytest.mark.parametrize("page", ["tracker:group-detail", "tracker:check-in-list"])
@pytest.mark.parametrize(
    ("changed", "is_offered"),
    [
        ({"starts_on": TODAY}, True),
        ({"starts_on": TODAY + timedelta(days=1)}, False),
        ({"closed_on": TODAY}, False),
    ],
)
def test_check_in_is_offered_while_the_cohort_runs(
    cast: Cast, as_: SignIn, page: str, changed: dict[str, date], is_offered: bool
) -> None:
    type(cast.cohort).objects.update(**changed)
    html = as_("ines").get(reverse(page, args=[cast.clover.pk])).text
    assert (reverse("tracker:check-in-now", args=[cast.clover.pk]) in html) is is_offered


def test_group_detail_shows_former_members_no_meeting_to_come(cast: Cast, as_: SignIn) -> None:
    Group.objects.filter(pk=cast.clover.pk).update(meeting="Wednesdays 18:00", call="https://meet.example/c")
    shown = ("Wednesdays 18:00", "Today 18:00", "https://meet.example/c")
    of_admin = as_("ines").get(url_of(cast)).text
    assert all(words in of_admin for words in shown)
    Membership.objects.filter(pk=cast.ana.pk).update(ended_on=date(2026, 9, 16), end_reason="moved")
    of_former = as_("ana").get(url_of(cast)).text
    assert "You left Clover." in of_former
    assert not any(words in of_former for words in shown)


def test_group_detail_of_who_mentored_once_shows_no_grid(cast: Cast, as_: SignIn) -> None:
    cast.clover.mentorships.update(ended_on=date(2026, 9, 16))
    html = as_("marta").get(url_of(cast)).content.decode()
    assert "You left Clover." in html
    assert "paths" not in html
    assert "Log check-in" not in html


def test_group_detail_answers_htmx_with_what_it_swaps(cast: Cast, as_: SignIn) -> None:
    headers = {"HX-Request": "true", "HX-Target": "group"}
    html = as_("ines").get(url_of(cast), headers=headers).content.decode()
    assert "<html" not in html
    assert html.count('id="group"') == 1
    assert "hx-swap-oob" in html


def test_group_detail_without_anything_says_so(cast: Cast, as_: SignIn) -> None:
    PlanItem.objects.all().delete()
    html = as_("ines").get(url_of(cast)).text
    for words in (
        "No milestone is planned for Clover yet.",
        "No questions yet.",
        "No code has been handed in",
    ):
        assert words in html
    Membership.objects.filter(pk=cast.ana.pk).update(ended_on=date(2026, 9, 16), end_reason="moved")
    assert "No check-in has been logged yet." in as_("ana").get(url_of(cast)).text


def test_group_detail_leads_course_admins_to_its_set_up(cast: Cast, as_: SignIn) -> None:
    set_up = reverse("tracker:group-set-up", args=[cast.clover.pk])
    assert set_up in as_("ines").get(url_of(cast)).text


def test_group_detail_leads_mentors_to_their_sheet_and_opens_a_student_for_course_admins(
    cast: Cast, as_: SignIn
) -> None:
    there = f"/groups/?group={cast.clover.pk}#group-{cast.clover.pk}"
    assert as_("marta").get(url_of(cast))["Location"] == there
    # A former mentor, or one of a closed cohort, reads it here.
    type(cast.cohort).objects.update(closed_on=date(2026, 9, 16))
    assert as_("marta").get(url_of(cast)).status_code == 200
    type(cast.cohort).objects.update(closed_on=None)
    opened = as_("ines").get(url_of(cast), {"student": cast.bruno.enrolment_id}).text
    assert "Write to Bruno" in opened


@pytest.mark.parametrize("who", ["marta", "ines"])
def test_students_of_a_closed_cohort_open_their_history(cast: Cast, as_: SignIn, who: str) -> None:
    reasons = {each.pk: "dropped" for each in cast.cohort.enrolments.all()}
    close_cohort(cohort=cast.cohort, on=TODAY, reasons=reasons, word="", by=cast.ines, at=NOW)
    browser = as_(who)
    html = browser.get(url_of(cast)).text
    history = reverse("tracker:student-detail", args=[cast.bruno.enrolment_id])
    assert f'href="{history}"' in html
    assert "?student=" not in html
    assert browser.get(history).status_code == 200
    # An address of before shows the group.
    assert browser.get(url_of(cast), {"student": cast.bruno.enrolment_id}).status_code == 200


def test_address_in_mails_of_before_leads_to_the_group(cast: Cast, as_: SignIn) -> None:
    answer = as_("ana").get(reverse("tracker:group-dates", args=[cast.clover.pk]))
    assert answer["Location"] == reverse("tracker:group-detail", args=[cast.clover.pk])
