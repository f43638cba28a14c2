import pytest
from django.http import QueryDict

from lib.pages import LINES, page_of, uncut_page_of
from people.models import User
from tests.factories.people import UserFactory


@pytest.mark.parametrize(
    ("address", "rows"),
    [
        ("", range(25)),
        ("q=a&page=2", range(25, 50)),
        ("page=3", range(50, 60)),
        # Pages that there are not.
        ("page=4", range(50, 60)),
        ("page=-1", range(50, 60)),
        ("page=x", range(25)),
    ],
)
def test_page_is_the_one_that_the_address_asks_for(address: str, rows: range) -> None:
    assert list(page_of(QueryDict(address), range(60))) == list(rows)


def test_page_of_short_lines_has_a_hundred() -> None:
    assert list(page_of(QueryDict("page=2"), range(130), LINES)) == list(range(100, 130))


@pytest.mark.django_db
def test_page_asks_no_more_than_it_must(django_assert_num_queries) -> None:
    UserFactory.create()
    for count, queries in ((None, 2), (1, 1), (0, 0)):
        with django_assert_num_queries(queries):
            page = page_of(QueryDict(), User.objects.order_by("pk"), count=count)
            assert [bool(page), len([*page, *page])] == [count != 0, 0 if count == 0 else 2]


@pytest.mark.parametrize(
    ("groups", "pages"),
    [
        ("", [""]),
        ("aabbb", ["aabbb"]),
        ("aaabbb", ["aaa", "bbb"]),
        ("aabbbb", ["aa", "bbbb"]),
        ("aabbc", ["aabbc"]),
        ("aabbcc", ["aabb", "cc"]),
        # Longer than a page, it is cut, from where it stands.
        ("aabbbbbbbcc", ["aa", "bbbbb", "bbcc"]),
        ("aaaaaaa", ["aaaaa", "aa"]),
    ],
)
def test_page_of_groups_cuts_none_that_fits(groups: str, pages: list[str]) -> None:
    found = [uncut_page_of(QueryDict(f"page={n}"), groups, 5, group_of=str) for n in range(1, len(pages) + 1)]
    assert ["".join(page) for page in found] == pages
    ends = [page.end_index() for page in found]
    assert ends == [sum(map(len, pages[:n])) for n in range(1, len(pages) + 1)]
    assert [page.start_index() for page in found] == [1 if groups else 0, *(end + 1 for end in ends[:-1])]
    assert [page.has_next() for page in found] == [*[True] * (len(pages) - 1), False]
    # A page that there is not.
    assert list(uncut_page_of(QueryDict("page=99"), groups, 5, group_of=str)) == list(pages[-1])
