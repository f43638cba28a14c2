from typing import Any

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.conftest import TODAY, Cast, SignIn
from tests.factories.courses import CourseFactory, MilestoneFactory
from tests.moving import end_enrolment
from tracker.models import Progress


def post(cast: Cast, browser: Client, *, name: str = "progress-waive", milestone: object = None) -> Any:
    url = reverse(f"tracker:{name}", args=[cast.bruno.enrolment_id])
    return browser.post(url, {"milestone": milestone or cast.milestones[2].pk}, follow=True)


def test_waived_milestone_is_not_expected_until_that_is_undone(cast: Cast, as_: SignIn) -> None:
    browser = as_("marta")
    page = post(cast, browser).content.decode()
    assert "Indexation is waived for Bruno." in page
    assert f'action="/students/{cast.bruno.enrolment_id}/unwaive/"' in page
    progress = Progress.objects.get()
    assert (progress.enrolment, progress.milestone, progress.waived_by, progress.waived_at) == (
        cast.enrolment("bruno"),
        cast.milestones[2],
        cast.marta,
        timezone.now(),
    )
    page = post(cast, browser, name="progress-unwaive").content.decode()
    assert "Indexation is required of Bruno again." in page
    progress.refresh_from_db()
    assert (progress.waived_by, progress.waived_at) == (None, None)


def test_waive_of_another_courses_milestone_is_404(cast: Cast, as_: SignIn) -> None:
    other = MilestoneFactory.create(course=CourseFactory.create())
    answers = [post(cast, as_("marta"), milestone=milestone) for milestone in (other.pk, "all", "0")]
    assert [answer.status_code for answer in answers] == [404, 404, 404]
    assert not Progress.objects.exists()


def test_waive_says_why_it_cannot_be(cast: Cast, as_: SignIn) -> None:
    end_enrolment(
        enrolment=cast.enrolment("bruno"), on=TODAY, end_reason="dropped", by=cast.ines, at=timezone.now()
    )
    page = post(cast, as_("ines")).content.decode()
    assert "Bruno Sá has not been enrolled in Autumn 2026 since" in page
    assert not Progress.objects.exists()
