"""Time zones are proposed, and a word without an end widens no page."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from courses.actions.course import create_course
from courses.models import Course, Milestone
from groups.models import Group
from lib.weeks import monday_of
from people.models import User
from questions.models import Answer, Question
from tests.browser.conftest import PageAs
from tests.conftest import Cast
from tests.factories.courses import CourseLinkFactory, CourseSectionFactory, MaterialFactory
from tests.factories.questions import QuestionFactory
from tests.factories.tracker import AgreedStepFactory, CheckInEntryFactory, CheckInFactory, CodeReviewFactory

pytestmark = pytest.mark.browser
WORD = "w" * 200


def test_time_zone_of_the_browser_is_proposed(page_as: PageAs, cast: Cast) -> None:
    page = page_as("ines", timezone_id="America/Sao_Paulo")
    first = create_course(course=Course(title="Agents"), by=cast.ines, at=timezone.now())
    page.goto(reverse("tracker:cohort-new", args=[first.slug]))
    expect(page.get_by_label("Time zone")).to_have_value("America/Sao_Paulo")
    page.goto(reverse("tracker:cohort-new", args=[cast.course.slug]))
    expect(page.get_by_label("Time zone")).to_have_value("Europe/Lisbon")
    page.goto(reverse("groups:cohort-edit", args=[cast.cohort.pk]))
    expect(page.get_by_label("Time zone")).to_have_value("Europe/Lisbon")
    page.goto("/account/")
    expect(page.get_by_label("Time zone")).to_have_value("")
    assert page.get_by_label("Time zone").locator("optgroup").first.get_attribute("label") == "This browser"
    page.get_by_label("Time zone").select_option("America/Sao_Paulo")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_label("Time zone")).to_have_value("America/Sao_Paulo")


def test_mentor_elsewhere_and_student_read_the_meeting_each_in_their_own_time(
    page_as: PageAs, cast: Cast
) -> None:
    lisbon, kolkata = ZoneInfo(cast.cohort.time_zone), ZoneInfo("Asia/Kolkata")
    on = timezone.now().astimezone(lisbon).date() + timedelta(days=3)
    Group.objects.filter(pk=cast.clover.pk).update(meeting=f"{on:%A}s 23:30")
    User.objects.filter(pk=cast.marta.pk).update(time_zone=kolkata.key)
    there = datetime.combine(on, time(23, 30), lisbon).astimezone(kolkata)
    student, mentor = page_as("ana"), page_as("marta")
    student.goto("/week/")
    expect(student.get_by_role("region", name="First meeting")).to_contain_text(f"{on:%A} 23:30")
    expect(student.get_by_role("region", name="First meeting")).not_to_contain_text("your time")
    mentor.goto("/groups/")
    clover = mentor.get_by_role("region", name="Clover")
    expect(clover).to_contain_text(f"{there:%A %H:%M} your time")
    assert there.date() == on + timedelta(days=1)


def with_long_words(cast: Cast) -> list[tuple[str, str]]:
    """Write a long word wherever people write. Return who opens which address."""
    cast.cohort.refresh_from_db()
    Milestone.objects.filter(pk=cast.milestones[2].pk).update(title=WORD, summary=WORD)
    Group.objects.filter(pk=cast.clover.pk).update(name=WORD[:80], meeting=WORD)
    User.objects.filter(pk=cast.person("bruno").pk).update(name=WORD[:150])
    MaterialFactory.create(milestone=cast.milestones[0], title=WORD)
    CourseSectionFactory.create(course=cast.course, title=WORD[:200], body=WORD)
    CourseSectionFactory.create(course=cast.course, meant_for="students", body=WORD)
    CourseLinkFactory.create(course=cast.course, name=WORD[:60])
    week = monday_of(cast.cohort.starts_on)
    check_in = CheckInFactory.create(
        group=cast.clover,
        week_starts_on=week,
        logged_by=cast.marta,
        summary=WORD,
        private_note=WORD,
        request=WORD,
    )
    CheckInEntryFactory.create(check_in=check_in, enrolment=cast.enrolment("ana"), note=WORD)
    AgreedStepFactory.create(group=cast.clover, check_in=check_in, enrolment=cast.enrolment("ana"), text=WORD)
    question = QuestionFactory.create(membership=cast.ana, title=WORD, milestone=cast.milestones[2])
    Question.objects.update(detail=WORD)
    Answer.objects.create(question=question, body=WORD, answered_by=cast.marta, answered_at=question.asked_at)
    review = CodeReviewFactory.create(
        group=cast.clover,
        author=cast.enrolment("bruno"),
        reviewer=cast.enrolment("ana"),
        milestone=cast.milestones[2],
        url=f"https://example.com/{WORD}",
        note=WORD,
    )
    iso = check_in.week.iso
    group, cohort = cast.clover.pk, cast.cohort.pk
    return [
        ("ana", "/week/"),
        ("ana", f"/week/?milestone={cast.milestones[2].pk}"),
        ("ana", question.get_absolute_url()),
        ("ana", reverse("questions:question-list")),
        ("ana", review.get_absolute_url()),
        ("ana", reverse("tracker:review-list")),
        ("ana", f"/courses/llm/?milestone={cast.milestones[0].pk}"),
        ("marta", "/groups/"),
        ("marta", "/courses/llm/"),
        ("marta", reverse("tracker:group-detail", args=[group])),
        ("marta", reverse("tracker:check-in-log", args=[group, iso])),
        ("marta", reverse("tracker:check-in-detail", args=[group, iso])),
        ("marta", reverse("tracker:student-detail", args=[cast.enrolment("ana").pk])),
        ("marta", reverse("groups:plan-edit", args=[group])),
        ("ines", reverse("tracker:board", args=[cohort])),
        ("ines", "/courses/llm/"),
        ("ines", reverse("groups:cohort-people", args=[cohort])),
        ("ines", reverse("tracker:cohort-groups", args=[cohort])),
        ("ines", reverse("trends:trends", args=[cast.course.slug])),
    ]


def test_word_of_200_letters_widens_no_page(page_as: PageAs, cast: Cast) -> None:
    places = with_long_words(cast)
    pages = {name: page_as(name) for name in ("ana", "marta", "ines")}
    wide = []
    for name, url in places:
        pages[name].goto(url)
        for width in (390, 1440):
            pages[name].set_viewport_size({"width": width, "height": 844})
            over = pages[name].evaluate("document.documentElement.scrollWidth") - width
            if over > 0:
                culprit = pages[name].evaluate(
                    """(width) => [...document.querySelectorAll("main *")]
                  .filter((e) => e.getBoundingClientRect().right > width && !e.closest(".scroll"))
                  .map((e) => e.tagName + "." + e.className).slice(0, 4).join(" ")""",
                    width,
                )
                wide.append((url, width, over, culprit))
    assert wide == [], "\n".join(map(str, wide))
