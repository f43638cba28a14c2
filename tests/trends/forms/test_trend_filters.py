"""The filters in the address: what is right holds, what is wrong is left out and said beside its field."""

from datetime import date
from urllib.parse import parse_qs

import pytest
from django.http import QueryDict

from courses.models import Cohort
from groups.models import Group
from trends.forms.trend_filters import TrendFilterForm, TrendFilters

OAK = Group(pk=7, name="Oak", cohort=Cohort(pk=1, title="Spring"))
ALSO_OAK = Group(pk=8, name="Oak", cohort=Cohort(pk=2, title="Autumn"))


def form(address: str, groups: tuple[Group, ...] = ()) -> TrendFilterForm:
    return TrendFilterForm(
        QueryDict(address),
        cohorts=[(2, "Autumn"), (1, "Spring")],
        milestones=[(3, "Basics")],
        materials=[("Basics", [(4, "Slides")])],
        groups=groups,
    )


def test_filters_of_an_empty_address_are_wide() -> None:
    assert form("").filters() == TrendFilters()
    assert not form("").filters().are_set


def test_filters_are_what_the_address_says_and_say_it_again() -> None:
    address = (
        "cohort=1&cohort=2&since=2026-09-01&until=2026-09-30&milestone=3&material=0&category=none&group=Oak"
    )
    filters = form(address, (OAK,)).filters()
    assert filters == TrendFilters(
        (1, 2), date(2026, 9, 1), date(2026, 9, 30), 3, 0, "none", group=7, group_name="Oak"
    )
    assert parse_qs(filters.query) == parse_qs(address)
    assert parse_qs(filters.narrowed(group_name="", milestone=None, cohorts=())) == {
        "since": ["2026-09-01"], "until": ["2026-09-30"], "material": ["0"], "category": ["none"],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("address", "field", "kept"),
    [
        ("cohort=1&cohort=99&milestone=3", "cohort", TrendFilters(cohorts=(1,), milestone=3)),
        ("cohort=x&milestone=3", "cohort", TrendFilters(milestone=3)),
        ("since=yesterday&milestone=3", "since", TrendFilters(milestone=3)),
        ("since=0001-01-01&milestone=3", "since", TrendFilters(milestone=3)),
        ("until=9999-12-31&milestone=3", "until", TrendFilters(milestone=3)),
        (
            "since=2026-09-14&until=2026-09-13&milestone=3",
            "until",
            TrendFilters(since=date(2026, 9, 14), milestone=3),
        ),
        ("milestone=99&category=setup", "milestone", TrendFilters(category="setup")),
        ("material=" + "9" * 5000 + "&category=setup", "material", TrendFilters(category="setup")),
        ("category=nonsense&milestone=3", "category", TrendFilters(milestone=3)),
        ("group=Elm&milestone=3", "group", TrendFilters(milestone=3)),
        ("group=%00&milestone=3", "group", TrendFilters(milestone=3)),
    ],
)
def test_what_is_wrong_is_left_out_and_said(address: str, field: str, kept: TrendFilters) -> None:
    found = form(address)
    assert found.filters() == kept
    assert list(found.errors) == [field]


def test_days_of_one_week_are_no_mistake() -> None:
    assert form("since=2026-09-16&until=2026-09-14").filters().until == date(2026, 9, 14)


def test_group_of_one_name_in_two_cohorts_needs_its_cohort() -> None:
    both = (OAK, ALSO_OAK)
    found = form("group=oak", both)
    assert found.filters().group is None
    assert found.errors["group"] == [
        "There is a group “oak” in several cohorts. Choose one too: Spring, Autumn."
    ]
    assert form("group=oak&cohort=2", both).filters().group == 8
    assert form("group=oak&cohort=2", (OAK,)).errors["group"] == [
        "There is no group “oak” in these cohorts, so this filter was ignored."
    ]
