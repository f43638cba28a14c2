"""Monday's digest of a course admin has the heading of the board. It is Wednesday 16 September 2026."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from courses.models import Cohort, Pause
from groups.models import Group, PlanItem
from people.models import Event, User
from telling.kinds.digest import DIGEST
from telling.mails import Mail
from tests.conftest import NOW, TODAY, Cast, SignIn
from tests.factories.groups import MentorAwayFactory
from tests.factories.questions import QuestionFactory
from tests.factories.tracker import CheckInFactory
from tests.groups.dashboards.test_set_up import all_set_up
from tests.tracker.dashboards.test_board import everybody_on_track, finish, need_help

pytestmark = pytest.mark.usefixtures("all_have_signed_in")


def digest(cast: Cast, name: str = "ines") -> Mail:
    mail = DIGEST.write(User.objects.get(pk=cast.person(name).pk), Event(), NOW)
    assert mail is not None
    return mail


def rows(mail: Mail) -> list[str]:
    return [f"{part.label} {part.text}".strip() for part in mail.parts]


def heading(cast: Cast, as_: SignIn) -> str:
    """The heading of the board, which the digest has, too."""
    board = as_("ines").get(reverse("tracker:board", args=[cast.cohort.pk])).context["board"]
    mail = digest(cast)
    assert mail.heading == f"{board.heading} in Autumn 2026"
    assert mail.subject == f"Your week: {mail.heading}"
    return str(board.heading)


def log_all(cast: Cast) -> None:
    for group in (cast.clover, cast.juniper):
        for monday in (date(2026, 8, 31), date(2026, 9, 7)):
            CheckInFactory.create(group=group, week_starts_on=monday)


def test_digest_asks_the_board_for_its_heading(cast: Cast, as_: SignIn) -> None:
    everybody_on_track(cast)
    log_all(cast)
    assert heading(cast, as_) == "2 things left to set up"
    assert "Clover and Juniper have no meeting" in rows(digest(cast))
    all_set_up(cast)
    assert heading(cast, as_) == "Nobody needs you today"
    finish(cast, "ana", 2, 3)
    assert heading(cast, as_) == "2 students to watch"
    for number in range(3):
        QuestionFactory.create(membership=cast.ana, asked_at=NOW - timedelta(days=9 + number))
    assert heading(cast, as_) == "3 questions wait"
    assert "3 questions wait" in rows(digest(cast))
    cast.clover.check_ins.filter(week_starts_on=date(2026, 9, 7)).delete()
    assert heading(cast, as_) == "1 check-in is late"
    # In a break nothing is late.
    pause = Pause.objects.create(cohort=cast.cohort, starts_on=TODAY, ends_on=TODAY)
    assert heading(cast, as_) == "3 questions wait"
    assert "1 check-in is late" not in rows(digest(cast))
    pause.delete()
    need_help(cast, "bruno", 3, days=8)
    assert heading(cast, as_) == "1 needs you today"
    Group.objects.update(meeting="Thursdays 17:00")
    MentorAwayFactory.create(
        mentorship=cast.juniper.mentorships.get(), starts_on=TODAY, ends_on=date(2026, 9, 18)
    )
    assert heading(cast, as_) == "2 need you today"
    assert rows(digest(cast))[:2] == [
        "Juniper has no mentor tomorrow",
        "Bruno Sá in Clover Needs help with RAG, for 8 days, the answer 5 days late; "
        "2 milestones behind the student furthest ahead",
    ]


def test_first_morning_is_not_well(cast: Cast, as_: SignIn) -> None:
    all_set_up(cast)
    Cohort.objects.update(starts_on=TODAY)
    PlanItem.objects.update(due_on=date(2026, 9, 20))
    assert heading(cast, as_) == "Nobody has started yet"
    assert not any("well" in row.lower() for row in rows(digest(cast)))
    finish(cast, "ana", 0)
    assert heading(cast, as_) == "Nobody needs you today"


def test_a_list_that_is_cut_says_how_many_more_there_are(cast: Cast) -> None:
    everybody_on_track(cast)
    log_all(cast)
    for name in ("ana", "bruno", "chidi", "dalia", "emre", "fatima"):
        need_help(cast, name, 3, days=8)
    assert "and 1 more" in rows(digest(cast))
    for number in range(10):
        QuestionFactory.create(membership=cast.ana, asked_at=NOW - timedelta(days=number))
    mail = digest(cast, "marta")
    assert [part.path for part in mail.parts if part.text == "and 2 more"] == [reverse("tracker:my-groups")]
