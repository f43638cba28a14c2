from datetime import date

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from groups.models import Absence, Enrolment
from tests.conftest import Cast, SignIn, make_cast
from tests.racing import held_up


def url(cast: Cast) -> str:
    return reverse("tracker:absence-accept", args=[cast.bruno.enrolment_id])


def remove_url(cast: Cast, absence: Absence) -> str:
    return reverse("tracker:absence-remove", args=[cast.bruno.enrolment_id, absence.pk])


def test_absence_is_accepted_shown_and_removed(cast: Cast, as_: SignIn) -> None:
    browser = as_("marta")
    fields = {"starts_on": "2026-09-21", "ends_on": "2026-09-25", "reason": "Exams"}
    page = browser.post(url(cast), fields, follow=True).content.decode()
    assert "Absence of Bruno Sá added: Mon 21 to Fri 25 September." in page
    assert "Mon 21 to Fri 25 September, accepted by Marta Pires: Exams" in page
    absence = Absence.objects.get()
    assert (absence.enrolment, absence.accepted_by, absence.accepted_at) == (
        cast.enrolment("bruno"),
        cast.marta,
        timezone.now(),
    )
    page = browser.post(remove_url(cast, absence), follow=True).content.decode()
    assert "Absence of Bruno Sá removed: Mon 21 to Fri 25 September." in page
    assert not Absence.objects.exists()


def test_absence_needs_no_reason(cast: Cast, as_: SignIn) -> None:
    as_("marta").post(url(cast), {"starts_on": "2026-09-21", "ends_on": "2026-09-21"})
    assert [absence.reason for absence in Absence.objects.all()] == [""]


@pytest.mark.django_db(transaction=True)
def test_of_two_who_accept_at_once_the_second_is_refused() -> None:
    cast = make_cast()

    def accept(name: str, ends_on: str) -> str:
        browser = Client()
        browser.force_login(cast.person(name))
        return browser.post(url(cast), {"starts_on": "2026-09-21", "ends_on": ends_on}, follow=True).text

    pages = held_up(
        lambda: Enrolment.objects.select_for_update().get(pk=cast.bruno.enrolment_id),
        lambda: accept("marta", "2026-09-25"),
        lambda: accept("ines", "2026-09-22"),
    )
    assert "This overlaps an absence, Mon 21 to Fri 25 September." in str(pages[1])
    assert Absence.objects.count() == 1


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "error"),
    [
        ("2026-09-21", "2026-09-20", "The last day is before the first day."),
        ("2026-09-12", "2026-09-14", "This overlaps an absence, Mon 14 to Fri 18 September."),
        ("", "2026-09-20", "This field is required."),
        ("0001-01-01", "2026-09-01", "Choose a date within two years of today."),
        ("2026-10-01", "9999-12-31", "Choose a date within two years of today."),
    ],
)
def test_absence_that_cannot_be_is_refused(
    cast: Cast, as_: SignIn, starts_on: str, ends_on: str, error: str
) -> None:
    kept = Absence.objects.create(
        enrolment=cast.enrolment("bruno"),
        starts_on=date(2026, 9, 14),
        ends_on=date(2026, 9, 18),
        accepted_by=cast.marta,
    )
    answer = as_("marta").post(url(cast), {"starts_on": starts_on, "ends_on": ends_on, "reason": "Ill"})
    assert error in answer.content.decode()
    assert list(Absence.objects.all()) == [kept]
