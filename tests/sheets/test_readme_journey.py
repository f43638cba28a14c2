"""From the README of a course to the first day of a student, on an empty server and by forms alone."""

import re
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags

from courses.models import Course
from groups.models import Membership, Mentorship
from lib.text import folded
from people.models import User
from sheets.understanding.readme_lines import read_line
from tests.groups.test_set_up_journey import enrol_several, publish_groups

pytestmark = pytest.mark.django_db
# Part by part as the README of the course that Trefoil is made for, in other words: it names no material.
README = """\
# Beekeeping, a course of four weeks

Hello and welcome to the bees 🐝!


Here is all that you need before your first hive. It says who does what, and when.

## What is a hive?

A hive is a city. Of thirty thousand, one is queen 👑. The others work.


<img src="pictures/hive.jpg" alt="" width="300" height="auto">

[Link to video](https://www.youtube.com/watch?v=hive)



## Proposed calendar

> **Note**: Each group keeps its own days.

Week 01 _(~3.5 hours)_

- Smoke and veil

Week 02 _(~3 hours)_

- Honey




## How we learn

Beekeepers come in groups of 3. They visit one hive together.

**Mentors**: A mentor has kept bees for a year, and answers.


## Expectations

### Expectations for students

What a hive asks of you.

- Come with clean gloves.
- Say early when you cannot come.

### Expectations for mentors

What your students ask of you:

- Keep at least 30 minutes per week for each group.
- Note what you see (see [Keeping track](#keeping-track-of-hives-and-groups))

## Keeping track of hives and groups

We note what we see in one place:

- [The  ledger of hives](https://docs.google.com/spreadsheets/d/ledger?usp=sharing)

So next year knows more.

## Pre-requisites

Before you begin you should know:

- Basic / advanced carpentry: boxes, frames, nails.

- Which flowers there are near you, and when."""
# The title is that of the course; a picture has no words, and the number of a week is in the table of the course.
# Left out, as proposed: Trefoil keeps track, and has the calendar.
REPLACED = [
    "Proposed calendar",
    "Note: Each group keeps its own days.",
    "Keeping track of hives and groups",
    "We note what we see in one place:",
    "The ledger of hives",
    "So next year knows more.",
]
NOT_WORDS = re.compile(r"# Beekeeping|<img|Week|$")


def moved_in() -> tuple[Course, Membership, User]:
    """A course from its README, and a group that has begun with a mentor."""
    browser = Client()
    browser.force_login(User.objects.create_superuser("op@example.com", name="Olga"))
    fields = {"title": "Bees", "group_size": "3", "weekly_minutes": "45", "another": "1"}
    give = browser.post(reverse("groups:course-new"), fields)["Location"]
    preview = browser.post(give, {"text": README}, follow=True)
    ticked = re.findall(r'name="take" value="(\d+)" form="import" checked>', preview.text)
    browser.post(f"{preview.request['PATH_INFO']}confirm/", {"take": ticked})
    course = Course.objects.get()
    cohort = {"title": "Winter", "starts_on": "2026-09-07", "time_zone": "Europe/Lisbon"}
    browser.post(reverse("tracker:cohort-new", args=["bees"]), cohort)
    enrol_several(browser, course.cohorts.get(), "Ana <ana@example.com>\nBo <bo@example.com>")
    publish_groups(browser, course.cohorts.get())
    ana = Membership.objects.get(enrolment__person__email="ana@example.com")
    mentor = User.objects.create_user("may@example.com", name="May")
    Mentorship.objects.create(group=ana.group, person=mentor, role="mentor", started_on=ana.started_on)
    return course, ana, mentor


def missing(*pages: str) -> list[str]:
    """The lines of the README, and the addresses in it, that no page shows."""
    shown = " ".join(folded(unescape(strip_tags(page))) for page in pages)
    lines = [read_line(0, line.lstrip("#> ")) for line in README.splitlines() if not NOT_WORDS.match(line)]
    lines = [line for line in lines if line.text not in REPLACED]
    gone = [line.text for line in lines if folded(line.text) not in shown]
    addresses = [link.url for line in lines for link in line.links]
    return gone + [url for url in addresses if not any(f'href="{url}"' in page for page in pages)]


def test_student_misses_nothing_of_the_readme_on_the_first_day() -> None:
    course, ana, mentor = moved_in()
    student, reader = Client(), Client()
    student.force_login(ana.enrolment.person)
    reader.force_login(mentor)
    of_course = reverse("tracker:course-detail", args=[course.slug])
    week = student.get("/", follow=True).text
    assert f'Start with the course page:\n        <a href="{of_course}">Bees</a>' in week
    assert "Ask your mentor" not in week
    # It has no material that could be ticked.
    assert "Start Smoke and veil: choose Working on it below" in " ".join(unescape(strip_tags(week)).split())
    assert "read a material" not in week
    pages = [student.get(of_course).text, reader.get(of_course).text]
    assert not [words for page in pages for words in REPLACED if words in unescape(strip_tags(page))]
    # These are told as what is expected of who reads.
    own = [["Expectations for students"], ["Expectations for mentors"]]
    assert [missing(page) for page in pages] == own
    expected = [text_of_part(page, "expected") for page in pages]
    assert ["clean gloves" in text for text in expected] == [True, False]
    assert ["30 minutes per week" in text for text in expected] == [False, True]


def text_of_part(page: str, name: str) -> str:
    found = re.search(rf'<section class="part" aria-labelledby="{name}">.*?</section>', page, re.DOTALL)
    assert found
    return unescape(strip_tags(found[0]))
