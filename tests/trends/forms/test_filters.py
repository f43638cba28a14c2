"""The filters in the address: what is right holds, what is wrong is left out and said beside its field."""

from datetime import date
from urllib.parse import parse_qs, urlencode

import pytest
from django.http import QueryDict

from courses.models import Cohort
from groups.models import Group
from trends.forms.filters import AskFilterForm, AskFilters, FigureForm

OAK = Group(pk=7, name="Oak", cohort=Cohort(pk=1, title="Spring"))
ALSO_OAK = Group(pk=8, name="Oak", cohort=Cohort(pk=2, title="Autumn"))


def form(
    address: str, groups: tuple[Group, ...] = (), form_class: type[AskFilterForm] = AskFilterForm
) -> AskFilterForm:
    return form_class(
        QueryDict(address),
        cohorts=[(2, "Autumn"), (1, "Spring")],
        milestones=[(3, "Basics")],
        materials=[("Basics", [(4, "Slides")])],
        groups=groups,
    )


def test_filters_of_an_empty_address_are_wide() -> None:
    assert form("").filters() == AskFilters()
    assert not form("").filters().are_set


def test_filters_are_what_the_address_says_and_say_it_again() -> None:
    address = (
        "cohort=1&cohort=2&since=2026-09-01&until=2026-09-30&milestone=3&material=0&category=none&group=Oak"
    )
    filters = form(address, (OAK,)).filters()
    assert filters == AskFilters((1, 2), date(2026, 9, 1), date(2026, 9, 30), 3, 0, "none", group="Oak")
    assert parse_qs(urlencode(filters.params(), doseq=True)) == parse_qs(address)
    assert filters.params(group="", milestone=None, cohort=()) == {
        "since": date(2026, 9, 1), "until": date(2026, 9, 30), "material": 0, "category": "none",
    }  # fmt: skip


EVERYTHING = AskFilters(
    cohort=(1, 2),
    milestone=0,
    topic=5,
    undated=True,
    first=True,
    status="waiting",
    answer="no",
)


@pytest.mark.parametrize("filters", [AskFilters(), AskFilters(milestone=0), EVERYTHING])
def test_figure_is_read_back_from_its_address(filters: AskFilters) -> None:
    assert form(urlencode(filters.params(), doseq=True), form_class=FigureForm).filters() == filters


@pytest.mark.parametrize(
    "wrong",
    ["topic=a", "status=open", "answer=x", "topic=-3", "topic=1e9", "topic=" + "9" * 5_000, "topic=²"],
)
def test_what_is_wrong_of_a_figure_is_left_out(wrong: str) -> None:
    found = form(f"milestone=3&{wrong}", form_class=FigureForm)
    assert found.filters() == AskFilters(milestone=3)
    assert list(found.errors) == [wrong.partition("=")[0]]


@pytest.mark.parametrize("said", [{"first": True}, {"answer": "no"}, {"status": "waiting"}])
def test_figures_of_waiting_and_answers_count_questions(said: dict[str, object]) -> None:
    assert AskFilters(**said).counts_questions
    assert not AskFilters(topic=3, group="Oak").counts_questions


def test_page_of_trends_takes_no_notice_of_what_narrows_a_figure() -> None:
    assert form("first=yes&topic=3").filters() == AskFilters()


@pytest.mark.parametrize(
    ("address", "field", "kept"),
    [
        ("cohort=1&cohort=99&milestone=3", "cohort", AskFilters(cohort=(1,), milestone=3)),
        ("cohort=x&milestone=3", "cohort", AskFilters(milestone=3)),
        ("since=yesterday&milestone=3", "since", AskFilters(milestone=3)),
        ("since=0001-01-01&milestone=3", "since", AskFilters(milestone=3)),
        ("until=9999-12-31&milestone=3", "until", AskFilters(milestone=3)),
        (
            "since=2026-09-14&until=2026-09-13&milestone=3",
            "until",
            AskFilters(since=date(2026, 9, 14), milestone=3),
        ),
        ("milestone=99&category=setup", "milestone", AskFilters(category="setup")),
        ("material=" + "9" * 5000 + "&category=setup", "material", AskFilters(category="setup")),
        ("category=nonsense&milestone=3", "category", AskFilters(milestone=3)),
        ("group=Elm&milestone=3", "group", AskFilters(milestone=3)),
        ("group=%00&milestone=3", "group", AskFilters(milestone=3)),
    ],
)
def test_what_is_wrong_is_left_out_and_said(address: str, field: str, kept: AskFilters) -> None:
    found = form(address)
    assert found.filters() == kept
    assert list(found.errors) == [field]


def test_days_of_one_week_are_no_mistake() -> None:
    assert form("since=2026-09-16&until=2026-09-14").filters().until == date(2026, 9, 14)


def test_group_of_one_name_in_two_cohorts_needs_its_cohort() -> None:
    both = (OAK, ALSO_OAK)
    found = form("group=oak", both)
    assert (found.filters().group, found.chosen_group) == ("", None)
    assert found.errors["group"] == [
        "There is a group “oak” in several cohorts. Choose one too: Spring, Autumn."
    ]
    chosen = form("group=oak&cohort=2", both)
    assert (chosen.filters().group, chosen.chosen_group) == ("Oak", ALSO_OAK)
    assert form("group=oak&cohort=2", (OAK,)).errors["group"] == [
        "There is no group “oak” in these cohorts, so this filter was ignored."
    ]
