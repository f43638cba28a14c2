from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from courses.models import Cohort, Course
from groups.actions.group import open_group
from tests.conftest import NOW, Cast
from tests.factories.courses import CohortFactory
from tests.factories.tracker import CheckInFactory

type SignIn = Callable[[str], Client]
pytestmark = pytest.mark.django_db


def test_cohort_is_deleted_once_its_title_is_typed(cast: Cast, as_: SignIn) -> None:
    cohort = CohortFactory.create(course=cast.course, title="Trial run", starts_on=date(2026, 9, 7))
    open_group(cohort=cohort, name="Willow", by=cast.ines, at=NOW)
    client, url = as_("ines"), reverse("groups:cohort-delete", args=[cohort.pk])
    assert "<li>1 group</li>" in client.get(url).text
    for typed in ("", "Autumn 2026"):
        assert client.post(url, {"title": typed}).status_code == 422
    assert Cohort.objects.filter(pk=cohort.pk).exists()
    answer = client.post(url, {"title": " trial run"}, follow=True)
    assert "Trial run is deleted." in answer.text
    assert not Cohort.objects.filter(pk=cohort.pk).exists()


def test_cohort_with_history_says_what_keeps_it(cast: Cast, as_: SignIn) -> None:
    CheckInFactory.create(group=cast.clover, logged_by=cast.marta)
    client, url = as_("ines"), reverse("groups:cohort-delete", args=[cast.cohort.pk])
    assert "<li>1 check-in</li>" in client.get(url).text
    assert client.post(url, {"title": "Autumn 2026"}).status_code == 422
    assert Cohort.objects.filter(pk=cast.cohort.pk).exists()


def test_course_is_deleted_with_its_admins(cast: Cast, as_: SignIn) -> None:
    client, url = as_("zoe"), reverse("groups:course-delete", args=["statistics"])
    answer = client.post(url, {"title": "Statistics"}, follow=True)
    assert "Statistics is deleted." in answer.text
    assert not Course.objects.filter(slug="statistics").exists()
