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
from tests.factories.groups import MentorAwayFactory, MentorshipFactory
from tests.factories.questions import QuestionFactory
from tests.factories.tracker import CheckInFactory
from tests.groups.dashboards.test_set_up import all_set_up
from tests.tracker.dashboards.test_board import everybody_on_track, finish, need_help

MEETINGS = ["Clover, Tuesday 17:00", "Juniper, Tuesday 17:00"]
pytestmark = pytest.mark.usefixtures("all_have_signed_in")


def digest(cast: Cast, name: str = "ines") -> Mail:
    mail = DIGEST.write(User.objects.get(pk=cast.person(name).pk), Event(), NOW)
    assert mail is not None
    return mail


def rows(mail: Mail) -> list[str]:
    """Texts, of a heading with what stands behind it."""
    rows = (
        (part.label, part.line, f", {part.note}" if part.look == "head" and part.note else "")
        for part in mail.parts
    )
    return [f"{label} {text}{note}".strip() for label, text, note in rows]


def heading(cast: Cast, as_: SignIn) -> str:
    """The heading of the board, which the digest has as its subject."""
    board = as_("ines").get(reverse("tracker:board", args=[cast.cohort.pk])).context["board"]
    assert digest(cast).subject == f"Autumn 2026: {board.heading}"
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
    # The subject has said it.
    assert rows(digest(cast)) == ["2 to watch."]
    cast.clover.check_ins.filter(week_starts_on=date(2026, 9, 7)).delete()
    assert heading(cast, as_) == "1 check-in is late"
    # In a break nothing is late.
    pause = Pause.objects.create(cohort=cast.cohort, starts_on=TODAY, ends_on=TODAY)
    assert heading(cast, as_) == "3 questions wait"
    assert not any("check-in" in row for row in rows(digest(cast)))
    pause.delete()
    need_help(cast, "bruno", 3, days=8)
    assert heading(cast, as_) == "1 needs you today"
    Group.objects.update(meeting="Thursdays 17:00")
    MentorAwayFactory.create(
        mentorship=cast.juniper.mentorships.get(), starts_on=TODAY, ends_on=date(2026, 9, 18)
    )
    assert heading(cast, as_) == "2 need you today"
    assert rows(digest(cast))[:2] == [
        "Bruno Sá needs help: RAG",
        "Juniper has no mentor tomorrow",
    ]
    # Whom the heading names stands first.
    assert digest(cast).heading == "Bruno has waited 8 days"


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


def test_a_mentors_digest_says_each_thing_once(cast: Cast) -> None:
    all_set_up(cast)
    everybody_on_track(cast)
    MentorshipFactory.create(group=cast.juniper, person=cast.marta, role="co-mentor")
    log_all(cast)
    calm = digest(cast, "marta")
    assert (calm.subject, calm.heading, rows(calm)) == (
        "All is well",
        "",
        ["You meet " + "; ".join(MEETINGS) + "."],
    )
    for number in range(2):
        QuestionFactory.create(membership=cast.ana, asked_at=NOW - timedelta(days=4 + number))
    asked = digest(cast, "marta")
    assert asked.subject == "2 questions wait"
    assert not any("question" in row for row in rows(asked))
    cast.clover.check_ins.filter(week_starts_on=date(2026, 9, 7)).delete()
    late = digest(cast, "marta")
    assert late.subject == "Clover’s check-in is missing"
    assert rows(late)[:2] == [MEETINGS[0], "Log last week’s check-in"]
    cast.enrolment("emre").progress.filter(milestone=cast.milestones[0]).delete()
    need_help(cast, "bruno", 3, days=3)
    need_help(cast, "chidi", 3, days=8)
    urgent = digest(cast, "marta")
    assert (urgent.subject, urgent.heading) == ("Chidi has waited 8 days", "Chidi first, then Bruno and Emre")
    assert rows(urgent) == [
        MEETINGS[0],
        "Chidi needs help: RAG",
        "Bruno needs help: RAG, for 3 days, the answer 1 day late",
        "Log last week’s check-in",
        MEETINGS[1],
        "Emre is 1 behind: LLM basics",
        "2 questions wait for an answer. The other 3 students are on track.",
    ]
