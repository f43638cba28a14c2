"""A new course admin is led from an empty course to groups with mentors, by forms alone, without JavaScript."""

import re

from django.test import Client
from django.urls import reverse

from courses.models import Cohort, Course
from groups.dashboards.set_up import SetUpStep, cohort_set_up
from people.models import User
from tests.conftest import NOW, Cast


def next_step(browser: Client, slug: str) -> SetUpStep | None:
    """The next step that the page of the course names; its link works."""
    page = browser.get(reverse("tracker:course-detail", args=[slug]))
    step: SetUpStep | None = next(iter(page.context["set_up"]), None)
    if step:
        assert browser.get(step.url.partition("#")[0]).status_code == 200, step
    return step


def enrol_several(browser: Client, cohort: Cohort, people: str, starts_on: str = "") -> None:
    """Paste a list, and import what the preview shows."""
    given = {"text": people, "starts_on": starts_on, "is_inviting": "on"}
    preview = browser.post(reverse("sheets:import-give", args=[cohort.pk, "roster"]), given, follow=True)
    browser.post(f"{preview.request['PATH_INFO']}confirm/")


def publish_groups(browser: Client, cohort: Cohort) -> None:
    """Form the groups, and publish them as they are proposed."""
    browser.post(reverse("tracker:proposal-form", args=[cohort.pk]))
    form = browser.get(reverse("tracker:proposal", args=[cohort.pk])).context["publish_form"]
    fields = {field.html_name: field.value() for field in form}
    browser.post(reverse("tracker:proposal-publish", args=[cohort.pk]), fields)


def test_course_is_set_up_by_following_the_next_step(cast: Cast) -> None:
    User.objects.filter(pk=cast.zoe.pk).update(is_staff=True)
    browser = Client()
    browser.force_login(cast.zoe)
    made = browser.post(
        reverse("groups:course-new"), {"title": "Agents", "group_size": "3", "weekly_minutes": "30"}
    )
    assert made["Location"] == "/courses/agents/"

    step = next_step(browser, "agents")
    assert step is not None
    assert (step.title, step.action) == ("The course has no milestones", "Import its README")
    for week, title in enumerate(["Tools", "Memory", "Evaluation"], start=1):
        browser.post(reverse("groups:milestone-new", args=["agents"]), {"title": title, "week": week})
    course = Course.objects.get(slug="agents")

    title = "Tools, Memory and Evaluation have no material"
    assert getattr(next_step(browser, "agents"), "title", "") == title
    for milestone in course.milestones.all():
        browser.post(
            reverse("groups:material-add", args=[milestone.pk]),
            {"title": "Read this", "url": "https://example.com/read", "kind": "page"},
        )

    assert getattr(next_step(browser, "agents"), "title", "") == "No cohort runs"
    browser.post(
        reverse("tracker:cohort-new", args=["agents"]),
        {"title": "Winter", "starts_on": "2026-09-14", "time_zone": "Europe/Lisbon"},
    )
    cohort = course.cohorts.get()

    assert getattr(next_step(browser, "agents"), "title", "") == "Nobody is enrolled"
    enrol_several(
        browser, cohort, "\n".join(f"Person {n} <p{n}@example.com>" for n in range(7)), starts_on="2026-09-16"
    )

    assert getattr(next_step(browser, "agents"), "title", "") == "7 students are in no group"
    publish_groups(browser, cohort)

    for _ in range(2):
        step = next_step(browser, "agents")
        assert step is not None
        assert step.action.startswith("Find a mentor for ")
        group_id = step.url.split("/")[2]
        browser.post(
            reverse("tracker:mentor-invite", args=[group_id]),
            {
                "invite-name": "Marta Pires",
                "invite-email": "marta@example.com",
                "invite-role": "mentor",
                "invite-on": "2026-09-16",
            },
        )

    for _ in range(2):
        step = next_step(browser, "agents")
        assert step is not None
        assert step.action.startswith("Set the meeting of ")
        version = browser.get(step.url).context["form"]["version"].value()
        browser.post(step.url, {"meeting": "Tuesdays 17:00", "version": version})

    assert next_step(browser, "agents") is None
    assert cohort_set_up(cohort, NOW) == []
    assert {
        (group.memberships.count(), group.mentorships.get().person, group.plan_items.count())
        for group in cohort.groups.all()
    } == {(4, cast.marta, 3), (3, cast.marta, 3)}


README = """# Agents

Groups of 3 students, with a mentor who has 30 minutes per week and group.

## Week 1: Tools (3h)

- What a tool is

## Week 2: Memory (2h)
"""


def test_operator_of_an_empty_server_is_led_from_the_readme_on(db: None) -> None:
    browser = Client()
    browser.force_login(User.objects.create_superuser("op@example.com", name="Olga"))
    home = browser.get("/", follow=True)
    assert home.redirect_chain == [(reverse("groups:course-list"), 302)]
    assert "not in a group" not in home.text
    assert reverse("groups:course-new") in home.text

    page = browser.post(
        reverse("groups:course-new"),
        {"title": "Agents", "group_size": "3", "weekly_minutes": "30", "another": "1"},
        follow=True,
    )
    give = reverse("sheets:course-import-give", args=["agents", "outline"])
    assert page.redirect_chain == [(give, 302)]
    preview = browser.post(give, {"text": README}, follow=True)
    ticked = re.findall(r'name="take" value="(\d+)" form="import" checked>', preview.text)
    done = browser.post(f"{preview.request['PATH_INFO']}confirm/", {"take": ticked}, follow=True)
    course = Course.objects.get()
    assert [(one.title, one.week) for one in course.milestones.in_order()] == [("Tools", 1), ("Memory", 2)]
    assert f'href="{course.get_absolute_url()}">On to the course' in done.text
    assert getattr(next_step(browser, "agents"), "title", "") == "Tools and Memory have no material"

    browser.post(
        reverse("tracker:cohort-new", args=["agents"]),
        {"title": "Winter", "starts_on": "2026-09-07", "time_zone": "Europe/Lisbon"},
    )
    cohort = course.cohorts.get()
    enrol_several(browser, cohort, "Ana <ana@example.com>\nBo <bo@example.com>")
    publish_groups(browser, cohort)
    group = cohort.groups.get()
    # A student who is added after the cohort began was there from its start; nobody was in the group before.
    assert {str(stay.enrolment.started_on) for stay in group.memberships.all()} == {"2026-09-07"}
    assert {str(stay.started_on) for stay in group.memberships.all()} == {"2026-09-16"}
    assert browser.get("/").headers["Location"] == reverse("tracker:board", args=[cohort.pk])
