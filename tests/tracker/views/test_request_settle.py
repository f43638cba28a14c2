from datetime import date, timedelta

from django.urls import reverse

from tests.conftest import NOW, Cast, SignIn
from tests.factories.tracker import CheckInFactory
from tracker.actions.requests import settle_request
from tracker.models import CheckIn

WEEK = "2026-W38"


def asked(cast: Cast, **fields: object) -> CheckIn:
    return CheckInFactory.create(
        group=cast.clover,
        week_starts_on=date(2026, 9, 14),
        logged_by=cast.marta,
        **{"request": "Please extend the key.", **fields},
    )


def url(cast: Cast, name: str) -> str:
    return reverse(f"tracker:{name}", args=[cast.clover.pk, WEEK])


def test_request_is_settled_and_opened_again(cast: Cast, as_: SignIn) -> None:
    check_in = asked(cast)
    board = reverse("tracker:board", args=[cast.cohort.pk])
    answer = as_("ines").post(url(cast, "request-settle"), {"next": board})
    assert (answer.status_code, answer["Location"]) == (302, board)
    check_in.refresh_from_db()
    assert (check_in.request_settled_at, check_in.request_settled_by) == (NOW, cast.ines)
    page = as_("ines").get(url(cast, "check-in-detail")).content.decode()
    assert "Marked as resolved by Inês Duarte on Wed 16 September" in page
    assert url(cast, "request-open") in page
    as_("ines").post(url(cast, "request-open"))
    check_in.refresh_from_db()
    assert (check_in.request_settled_at, check_in.request_settled_by) == (None, None)


def test_who_settled_it_first_is_kept(cast: Cast) -> None:
    check_in = asked(cast)
    settle_request(check_in=check_in, is_settled=True, by=cast.ines, at=NOW)
    settle_request(check_in=check_in, is_settled=True, by=cast.marta, at=NOW + timedelta(hours=1))
    check_in.refresh_from_db()
    assert check_in.request_settled_by == cast.ines
    assert check_in.history.filter(request_settled_at=NOW).count() == 1


def test_mentor_reads_that_it_was_settled_and_has_no_button(cast: Cast, as_: SignIn) -> None:
    settle_request(check_in=asked(cast), is_settled=True, by=cast.ines, at=NOW)
    page = as_("marta").get(url(cast, "check-in-detail")).content.decode()
    assert "Marked as resolved by Inês Duarte" in page
    assert url(cast, "request-open") not in page


def test_there_is_nothing_to_settle_without_a_request(cast: Cast, as_: SignIn) -> None:
    asked(cast, request="")
    assert as_("ines").post(url(cast, "request-settle")).status_code == 404
