from datetime import date

import pytest
from django.http import QueryDict

from trends.forms.drill_down import DrillDown, DrillDownForm, Lack

EVERYTHING = DrillDown(
    course="llm",
    cohorts=(3, 4),
    since=date(2026, 8, 31),
    until=date(2026, 9, 20),
    milestone=7,
    material=0,
    category="none",
    group=2,
    topic=5,
    is_first_ask=True,
    has_answer=False,
    is_waiting=True,
    open_from=3,
    open_to=6,
    lack=Lack.UNCLEAR,
)


@pytest.mark.parametrize("drill", [DrillDown("llm"), DrillDown("llm", milestone=0, open_to=0), EVERYTHING])
def test_what_the_address_says_is_read_back(drill: DrillDown) -> None:
    assert DrillDownForm.read(QueryDict(drill.query)) == drill


def test_address_names_what_is_wanted() -> None:
    assert DrillDown("llm", cohorts=(3, 4), milestone=0).query == "course=llm&cohort=3&cohort=4&milestone=0"
    assert EVERYTHING.narrowed(cohorts=(), milestone=None, is_waiting=False).startswith(
        "course=llm&since=2026-08-31&"
    )


@pytest.mark.parametrize("address", ["", "milestone=3", "course=", "course=a/b", "course=" + "x" * 81])
def test_address_without_a_course_is_of_no_figure(address: str) -> None:
    assert DrillDownForm.read(QueryDict(address)) is None


def test_what_the_address_has_wrong_is_left_out() -> None:
    address = (
        "course=llm&cohort=x&cohort=3&cohort=99999999999999999999&since=2026-13-01&milestone=-1&material=²&category=x"
        "&group=99999999999999999999&topic=a&first=no&answer=x&open-from=-3&open-to=1e9&lack=x&status=open"
    )
    assert DrillDownForm.read(QueryDict(address)) == DrillDown("llm", cohorts=(3,))


@pytest.mark.parametrize(
    "said",
    [{"is_first_ask": True}, {"has_answer": False}, {"is_waiting": True}, {"open_to": 0}, {"lack": Lack.ANY}],
)
def test_figures_of_waiting_and_answers_count_questions(said: dict[str, object]) -> None:
    assert DrillDown("llm", **said).counts_questions
    assert not DrillDown("llm", topic=3, group=2).counts_questions


@pytest.mark.parametrize(
    "wrong",
    [
        "until=9999-12-31",
        "since=0001-01-01",
        "cohort=" + "0" * 20 + "9" * 21,
        "open-from=" + "0" * 20 + "9" * 5_000,
        "cohort=-1",
        "cohort=٣",
        "open-to=",
    ],
)
def test_what_no_day_or_id_can_be_is_left_out(wrong: str) -> None:
    assert DrillDownForm.read(QueryDict(f"course=llm&{wrong}")) == DrillDown("llm")
