import pytest
from pytest_django import DjangoAssertNumQueries

from tests.conftest import Cast, SignIn
from tests.factories.groups import GroupFactory


def test_page_offers_what_can_be_exported(cast: Cast, as_: SignIn) -> None:
    page = as_("ines").get(f"/cohorts/{cast.cohort.pk}/export/").text
    for url in ("workbooks", "csv/progress", "csv/check-ins", "csv/questions", "csv/people"):
        assert f"/cohorts/{cast.cohort.pk}/export/{url}/" in page, url
    assert page.count('<option value="Clover">') == page.count('<option value="Juniper">') == 1
    # A file of rows is of the whole cohort.
    assert (page.count('name="group"'), page.count('name="private_notes"')) == (1, 3)
    assert page.count("Private notes are for the group") == 1
    for label in (
        "Download workbook",
        "Make all workbooks",
        "Download progress",
        "Download check-ins",
        "Download people",
    ):
        assert label in page
    refused = as_("ines").get(f"/cohorts/{cast.cohort.pk}/export/workbooks/", {"group": "Nettle"})
    assert refused.status_code == 422
    assert "There is no group “Nettle” in this cohort." in refused.text


def test_page_suggests_no_names_where_groups_are_many(cast: Cast, as_: SignIn) -> None:
    for number in range(39):
        GroupFactory.create(cohort=cast.cohort, name=f"Group {number}")
    page = as_("ines").get(f"/cohorts/{cast.cohort.pk}/export/").text
    assert 'list="group-names"' in page
    assert "<option" not in page.partition("<datalist")[2]


def test_refusal_is_logged(cast: Cast, as_: SignIn, caplog: pytest.LogCaptureFixture) -> None:
    marta = cast.marta.pk
    assert as_("marta").get(f"/cohorts/{cast.cohort.pk}/export/").status_code == 403
    assert as_("marta").get(f"/groups/{cast.juniper.pk}/workbook/").status_code == 403
    assert [record.getMessage() for record in caplog.records if record.name == "trefoil.access"] == [
        f"refused person {marta} from 127.0.0.1: administer cohort {cast.cohort.pk}",
        f"refused person {marta} from 127.0.0.1: lead group {cast.juniper.pk}",
    ]


@pytest.mark.parametrize("count", [1, 4])
def test_queries_do_not_grow_with_groups(
    cast: Cast, as_: SignIn, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    for number in range(count):
        GroupFactory.create(cohort=cast.cohort, name=f"Group {number}")
    ines = as_("ines")
    with django_assert_num_queries(10):
        ines.get(f"/cohorts/{cast.cohort.pk}/export/")


@pytest.mark.parametrize(("who", "is_shown"), [("marta", True), ("ines", True), ("ana", False)])
def test_page_of_the_group_offers_its_workbook(cast: Cast, as_: SignIn, who: str, is_shown: bool) -> None:
    page = as_(who).get(f"/groups/{cast.clover.pk}/", follow=True).text
    assert (f'action="/groups/{cast.clover.pk}/workbook/"' in page) is is_shown
