import pytest
from django.urls import reverse

from courses.actions.course import add_course_admin
from courses.models import Course
from people.models import User
from tests.conftest import NOW, Cast, SignIn
from tests.factories.courses import CohortFactory, CourseFactory
from tests.factories.groups import EnrolmentFactory, GroupFactory
from tests.mails import deliver
from tests.messages import told


def make_operator(cast: Cast, name: str) -> None:
    User.objects.filter(pk=cast.person(name).pk).update(is_staff=True)


def test_course_list_shows_ones_own_courses_open_cohorts_first(cast: Cast, as_: SignIn) -> None:
    CohortFactory.create(
        course=cast.course, title="Spring 2026", starts_on="2026-02-02", closed_on="2026-03-02"
    )
    CohortFactory.create(course=cast.course, title="Winter 2026", starts_on="2026-12-07")
    answer = as_("ines").get(reverse("groups:course-list"))
    ((course, cohorts),) = answer.context["cards"]
    assert (course, course.milestone_count) == (cast.course, 4)
    assert [(row.title, row.when, row.group_count, row.student_count) for row in cohorts] == [
        ("Winter 2026", "begins Mon 7 December", 0, 0),
        ("Autumn 2026", "running since Mon 31 August", 2, 6),
        ("Spring 2026", "ended on Mon 2 March", 0, 0),
    ]
    page = answer.content.decode()
    assert reverse("tracker:board", args=[cast.cohort.pk]) in page
    assert "Statistics" not in page
    assert reverse("groups:course-new") in page


def test_course_list_says_what_to_do_when_there_is_none(cast: Cast, as_: SignIn) -> None:
    url = reverse("groups:course-list")
    assert "A course admin can add you to theirs." in as_("marta").get(url).content.decode()
    make_operator(cast, "marta")
    assert reverse("groups:course-new") in as_("marta").get(url).content.decode()


@pytest.mark.parametrize("many", [1, 30])
def test_course_list_stays_within_its_queries(
    cast: Cast, as_: SignIn, many: int, django_assert_num_queries
) -> None:
    for _ in range(many):
        course = CourseFactory.create()
        course.admins.create(person=cast.ines)
        cohort = CohortFactory.create(course=course)
        GroupFactory.create(cohort=cohort)
        EnrolmentFactory.create(cohort=cohort)
    browser = as_("ines")
    with django_assert_num_queries(8):
        answer = browser.get(reverse("groups:course-list"))
    assert len(answer.context["cards"]) == many + 1


def test_course_new_makes_the_operator_its_course_admin(cast: Cast, as_: SignIn) -> None:
    make_operator(cast, "zoe")
    fields = {"title": "Bayesian statistics", "group_size": "2", "weekly_minutes": "45"}
    answer = as_("zoe").post(reverse("groups:course-new"), fields)
    course = Course.objects.get(slug="bayesian-statistics")
    assert answer["Location"] == "/courses/bayesian-statistics/"
    assert (course.group_size, course.weekly_minutes) == (2, 45)
    assert [admin.person for admin in course.admins.all()] == [cast.zoe]


def test_course_new_is_for_operators_and_course_admins(cast: Cast, as_: SignIn) -> None:
    url = reverse("groups:course-new")
    assert as_("marta").post(url, {"title": "Bayesian statistics"}).status_code == 403
    assert not Course.objects.filter(slug="bayesian-statistics").exists()
    as_("ines").post(url, {"title": "Bayesian statistics", "group_size": "3", "weekly_minutes": "30"})
    (admin,) = Course.objects.get(slug="bayesian-statistics").admins.all()
    assert admin.person == cast.ines


def test_course_new_says_beside_the_field_what_is_wrong(cast: Cast, as_: SignIn) -> None:
    make_operator(cast, "ines")
    answer = as_("ines").post(
        reverse("groups:course-new"), {"title": "", "group_size": "13", "weekly_minutes": "30"}
    )
    assert answer.context["form"].errors == {
        "title": ["This field is required."],
        "group_size": ["Ensure this value is less than or equal to 12."],
    }


def test_course_edit_saves(cast: Cast, as_: SignIn) -> None:
    fields = {
        "title": "LLM",
        "summary": "Four weeks.",
        "group_size": "2",
        "weekly_minutes": "45",
        "version": "1",
    }
    answer = as_("ines").post(reverse("groups:course-edit", args=["llm"]), fields)
    cast.course.refresh_from_db()
    assert answer["Location"] == "/courses/llm/"
    assert (cast.course.title, cast.course.group_size, cast.course.version) == ("LLM", 2, 2)
    assert cast.course.changed_by == cast.ines


def test_course_edit_shows_both_versions_to_the_second_of_two(cast: Cast, as_: SignIn) -> None:
    add_course_admin(course=cast.course, person=cast.marta, by=cast.ines, at=NOW)
    url = reverse("groups:course-edit", args=["llm"])
    fields = {"title": "LLM", "group_size": "3", "weekly_minutes": "30", "version": "1"}
    as_("marta").post(url, fields | {"summary": "Four weeks."})
    second = as_("ines").post(url, fields | {"summary": "Twelve hours."})
    page = second.content.decode()
    assert "Someone else saved this while you were editing" in page
    assert "Four weeks." in page
    assert "Twelve hours." in page
    cast.course.refresh_from_db()
    assert (cast.course.summary, cast.course.changed_by) == ("Four weeks.", cast.marta)
    as_("ines").post(
        url, fields | {"summary": "Twelve hours.", "version": second.context["form"]["version"].value()}
    )
    cast.course.refresh_from_db()
    assert cast.course.summary == "Twelve hours."


def test_course_thresholds_saves(cast: Cast, as_: SignIn) -> None:
    browser, url = as_("ines"), reverse("groups:course-thresholds", args=["llm"])
    form = browser.get(url).context["form"]
    typed = {field.name: field.value() or "" for field in form} | {"silent_days": "10"}
    answer = browser.post(url, typed)
    cast.course.refresh_from_db()
    assert (cast.course.silent_days, cast.course.grace_days, cast.course.help_days) == (10, None, 1)
    assert told(answer) == ["Alerts for LLM specialisation saved. They apply to all pages from now on."]


def test_course_admin_add_finds_a_person_by_address_in_any_case(cast: Cast, as_: SignIn) -> None:
    User.objects.filter(pk=cast.marta.pk).update(last_login=NOW)
    answer = as_("ines").post(
        reverse("groups:course-admin-add", args=["llm"]), {"email": "MARTA@Example.com", "name": ""}
    )
    assert told(answer) == ["Marta Pires is now a course admin of LLM specialisation."]
    assert {admin.person for admin in cast.course.admins.all()} == {cast.ines, cast.marta}
    # No invitation: she knows the way in, and is told.
    assert [message.subject for message in deliver()] == ["You are now a course admin of LLM specialisation"]


def test_course_admin_add_invites_who_is_new(cast: Cast, as_: SignIn) -> None:
    browser, url = as_("ines"), reverse("groups:course-admin-add", args=["llm"])
    refused = browser.post(url, {"email": "gus@example.com", "name": ""})
    assert refused.context["form"].non_field_errors() == ["This address is new to Trefoil. Enter a name too."]
    browser.post(url, {"email": "gus@example.com", "name": "Gus Lind"})
    assert {admin.person.name for admin in cast.course.admins.all()} == {"Inês Duarte", "Gus Lind"}
    assert [message.to for message in deliver()] == [["gus@example.com"]]


def test_course_admin_remove_asks_first_and_keeps_one(cast: Cast, as_: SignIn) -> None:
    browser = as_("ines")
    own = reverse("groups:course-admin-remove", args=["llm", cast.ines.pk])
    assert "Remove yourself as course admin?" in browser.get(own).content.decode()
    assert told(browser.post(own)) == [
        "LLM specialisation needs a course admin. Add another one before you remove Inês Duarte."
    ]
    add_course_admin(course=cast.course, person=cast.marta, by=cast.ines, at=NOW)
    assert browser.post(own)["Location"] == "/courses/"
    assert [admin.person for admin in cast.course.admins.all()] == [cast.marta]
    assert browser.get(reverse("tracker:course-detail", args=["llm"])).status_code == 404


def test_course_admin_remove_knows_nobody_from_elsewhere(cast: Cast, as_: SignIn) -> None:
    url = reverse("groups:course-admin-remove", args=["llm", cast.zoe.pk])
    assert as_("ines").post(url).status_code == 404
    assert Course.objects.get(slug="statistics").admins.count() == 1
