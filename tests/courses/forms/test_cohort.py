from datetime import date

import pytest

from courses.forms.cohort import CohortForm, PauseForm
from courses.models import Cohort
from tests.conftest import NOW, TODAY, Cast
from tests.factories.courses import CohortFactory


def form(cast: Cast, **fields: str) -> CohortForm:
    typed = {"title": "Spring 2027", "starts_on": "2027-02-01", "time_zone": "Europe/Lisbon", "closed_on": ""}
    return CohortForm(typed | fields, instance=Cohort(course=cast.course), today=TODAY)


def test_cohort_form_saves_what_was_typed(cast: Cast) -> None:
    cohort = form(cast).save_by(by=cast.ines, at=NOW)
    assert (cohort.course, cohort.title, cohort.starts_on, cohort.closed_on) == (
        cast.course, "Spring 2027", date(2027, 2, 1), None,
    )  # fmt: skip


@pytest.mark.parametrize("name", ["Europe/Lisbon", "America/Argentina/Buenos_Aires", "UTC"])
def test_cohort_form_offers_time_zones_from_a_list(cast: Cast, name: str) -> None:
    assert form(cast, time_zone=name).is_valid()
    assert f'value="{name}"' in str(form(cast)["time_zone"])


@pytest.mark.parametrize("name", ["Lisbon", "Europe/../etc", ""])
def test_cohort_form_takes_no_other_time_zone(cast: Cast, name: str) -> None:
    assert set(form(cast, time_zone=name).errors) == {"time_zone"}


def test_cohort_form_keeps_an_old_name_of_a_time_zone(cast: Cast) -> None:
    cohort = Cohort(course=cast.course, time_zone="US/Pacific")
    assert 'value="US/Pacific" selected' in str(CohortForm(instance=cohort, today=TODAY)["time_zone"])


@pytest.mark.parametrize(
    ("fields", "errors"),
    [
        ({"title": ""}, {"title": ["This field is required."]}),
        ({"title": "autumn 2026"}, {"title": ["This course already has a cohort with this title."]}),
        ({"starts_on": "0027-02-01"}, {"starts_on": ["Choose a day between 2000 and 2099."]}),
        ({"starts_on": "soon"}, {"starts_on": ["Enter a valid date."]}),
        ({"closed_on": "2027-01-31"}, {"closed_on": ["This is before the cohort starts."]}),
        ({"closed_on": "9999-01-31"}, {"closed_on": ["Choose a day up to 2099."]}),
    ],
)
def test_cohort_form_says_beside_the_field_what_is_wrong(
    cast: Cast, fields: dict[str, str], errors: dict[str, list[str]]
) -> None:
    assert form(cast, **fields).errors == errors


def test_cohort_form_takes_the_title_of_another_course(cast: Cast) -> None:
    CohortFactory.create(title="Spring 2027")
    assert form(cast).is_valid()


def test_cohort_form_lets_a_cohort_keep_its_own_title(cast: Cast) -> None:
    typed = {"title": "Autumn 2026", "starts_on": "2026-08-31", "time_zone": "UTC", "version": "1"}
    assert CohortForm(typed, instance=cast.cohort, today=TODAY).is_valid()


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "errors"),
    [
        ("2026-10-05", "2026-10-09", {}),
        ("2026-10-05", "2026-10-05", {}),
        ("2026-10-09", "2026-10-05", {"ends_on": ["The last day is before the first day."]}),
        ("2026-10-05", "2028-10-05", {"ends_on": ["A break is at most a year long."]}),
        ("1926-10-05", "1926-10-06", {"starts_on": ["Choose a day between 2000 and 2099."]}),
        ("", "2026-10-05", {"starts_on": ["This field is required."]}),
    ],
)
def test_pause_form_says_what_is_wrong(starts_on: str, ends_on: str, errors: dict[str, list[str]]) -> None:
    assert PauseForm({"title": "", "starts_on": starts_on, "ends_on": ends_on}).errors == errors
