from collections.abc import Callable
from datetime import date, datetime

import pytest

from groups import access
from groups.models import Enrolment, Mentorship
from people.models import User
from tests.conftest import NOW, Cast
from tests.refusals import outcome


def enrolment_to_administer(user: User, pk: int, now: datetime) -> Enrolment:
    return access.to_administer(user, Enrolment, pk, now)


PEOPLE = ("zoe", "ana", "dalia", "marta", "tomas", "ines")


@pytest.mark.parametrize(
    ("fetcher", "of", "answers"),
    [
        (access.group_to_read, "clover", ("404", "yes", "403", "yes", "403", "yes")),
        (access.group_to_lead, "clover", ("404", "403", "403", "yes", "403", "yes")),
        (access.group_to_study_in, "clover", ("404", "yes", "403", "403", "403", "403")),
        (access.group_to_administer, "clover", ("404", "403", "403", "403", "403", "yes")),
        (access.cohort_to_administer, "cohort", ("404", "403", "403", "403", "403", "yes")),
    ],
)
def test_fetchers_let_in_who_may(
    cast: Cast, fetcher: Callable[..., object], of: str, answers: tuple[str, ...]
) -> None:
    key = getattr(cast, of).pk
    assert tuple(outcome(fetcher, cast.person(name), key, NOW) for name in PEOPLE) == answers


def test_course_and_enrolment_are_for_their_course_admins(cast: Cast) -> None:
    for fetcher, key in (
        (access.course_to_administer, "llm"),
        (enrolment_to_administer, cast.ana.enrolment_id),
    ):
        answers = tuple(outcome(fetcher, cast.person(name), key, NOW) for name in PEOPLE)
        assert answers == ("404", "403", "403", "403", "403", "yes")


def test_what_is_not_there_is_404_even_for_course_admins(cast: Cast) -> None:
    for fetcher in (access.group_to_read, access.cohort_to_administer, enrolment_to_administer):
        assert outcome(fetcher, cast.ines, 999_999, NOW) == "404"
    assert outcome(access.course_to_administer, cast.ines, "nothing", NOW) == "404"


def test_former_mentor_reads_the_days_of_the_mentorship_and_leads_no_more(cast: Cast) -> None:
    Mentorship.objects.filter(person=cast.marta).update(ended_on=date(2026, 9, 9))
    found = access.group_to_read(cast.marta, cast.clover.pk, NOW)
    assert [found.may_read_day(date(2026, 9, day)) for day in (1, 8, 9, 10)] == [True, True, False, False]
    assert not found.may_lead
    assert outcome(access.group_to_lead, cast.marta, cast.clover.pk, NOW) == "403"


def test_refusals_are_logged(cast: Cast, caplog: pytest.LogCaptureFixture) -> None:
    outcome(access.group_to_lead, cast.person("ana"), cast.clover.pk, NOW)
    assert [record.getMessage() for record in caplog.records if record.name == "trefoil.access"] == [
        f"refused person {cast.person('ana').pk}: lead group {cast.clover.pk}"
    ]
