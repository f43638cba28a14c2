"""What a mentor of two groups reads: two weeks of a moderate class, played hour by hour with the worker.

Requests for help come at once and are counted apart; all else is at most six mails a week.
"""

from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
import time_machine
from django.core import mail

from groups.actions.mentorship import note_away
from groups.actions.plan import set_plan
from groups.models import Group
from questions.actions import answer, ask
from questions.models import Question
from telling.actions.mornings import begin_mornings
from telling.actions.promises import tell_of_promises
from telling.actions.sending import send_due
from telling.actions.sorting import sort_events
from tests.conftest import Cast
from tests.factories.groups import MentorshipFactory
from tests.factories.tracker import CheckInFactory
from tests.moving import move_student
from tests.telling.mornings import at
from tests.tracker.actions.test_check_ins import log
from tracker.actions.progress import mark
from tracker.actions.requests import answer_request

pytestmark = pytest.mark.usefixtures("all_have_signed_in")
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
AT_MOST_A_WEEK, AT_MOST_A_DAY = 6, 2

type Deed = Callable[[Cast, datetime], object]


def asks(name: str, title: str) -> Deed:
    def happen(cast: Cast, now: datetime) -> object:
        group = cast.clover if name in ("ana", "bruno", "chidi") else cast.juniper
        return ask(group=group, by=cast.person(name), at=now, title=title)

    return happen


def answers_all(cast: Cast, now: datetime) -> None:
    for question in Question.objects.open().filter(first_answered_at=None):
        answer(question=question, by=cast.marta, at=now, body="So.")


def needs_help(name: str, n: int) -> Deed:
    def happen(cast: Cast, now: datetime) -> object:
        who, milestone = cast.enrolment(name), cast.milestones[n]
        return mark(enrolment=who, milestone=milestone, state="need_help", by=who.person, at=now)

    return happen


def helps(name: str, n: int) -> Deed:
    def happen(cast: Cast, now: datetime) -> object:
        milestone = cast.milestones[n]
        return mark(
            enrolment=cast.enrolment(name), milestone=milestone, state="working", by=cast.marta, at=now
        )

    return happen


def answers_request(cast: Cast, now: datetime) -> None:
    check_in = CheckInFactory.create(
        group=cast.clover, week_starts_on=date(2026, 9, 7), logged_by=cast.marta, request="More keys?"
    )
    answer_request(check_in=check_in, version=check_in.version, body="Three.", by=cast.ines, at=now)


def puts_off_rag(cast: Cast, now: datetime) -> None:
    for group in (cast.clover, cast.juniper):
        plan = {item.milestone_id: item.due_on for item in group.plan_items.all()}
        set_plan(group=group, plan=plan | {cast.milestones[3].pk: date(2026, 9, 30)}, by=cast.ines, at=now)


def moves(cast: Cast, now: datetime) -> None:
    chidi = cast.enrolment("chidi")
    move_student(enrolment=chidi, group=cast.juniper, on=now.date() + DAY, by=cast.ines, at=now)


def goes_away(cast: Cast, now: datetime) -> None:
    mentorship = cast.juniper.mentorships.get(person=cast.tomas)
    note_away(
        mentorship=mentorship, starts_on=date(2026, 9, 28), ends_on=date(2026, 9, 30), by=cast.tomas, at=now
    )


def logs(cast: Cast, now: datetime) -> None:
    log(cast, held_on=now.date(), minutes=30, summary="Keys")


# Of September 2026: the first week is rather calm, in the second much happens.
STORY: dict[datetime, Deed] = {
    at(14, 10): asks("ana", "Why a root?"),
    at(14, 15): asks("emre", "Which key?"),
    at(14, 20): answers_all,
    at(15, 14): asks("dalia", "What is a mask?"),
    at(15, 20): answers_all,
    at(16, 9): asks("chidi", "How long is it?"),
    at(16, 19): logs,
    at(17, 12): needs_help("bruno", 1),
    at(17, 17): helps("bruno", 1),
    at(17, 18): answers_all,
    at(18, 11): asks("fatima", "Which model?"),
    at(20, 13): asks("ana", "May I use another?"),
    at(21, 10): asks("emre", "Where is the data?"),
    at(21, 11): answers_request,
    at(21, 19): answers_all,
    at(22, 10): puts_off_rag,
    at(22, 16): asks("bruno", "Why two?"),
    at(22, 20): answers_all,
    at(23, 9): asks("dalia", "Why does it fail?"),
    at(23, 12): moves,
    at(23, 15): needs_help("emre", 2),
    at(23, 18): helps("emre", 2),
    at(24, 10): goes_away,
    at(24, 11): asks("ana", "What is an epoch?"),
    at(24, 18): answers_all,
    at(25, 9): asks("bruno", "Which loss?"),
}


@pytest.fixture
def played(cast: Cast) -> list[tuple[datetime, str]]:
    """The mails of Marta, who mentors Clover on Wednesdays and Juniper, with Tomás, on Thursdays."""
    MentorshipFactory.create(group=cast.juniper, person=cast.marta, role="co-mentor")
    for group, meeting in ((cast.clover, "Wednesdays 18:00"), (cast.juniper, "Thursdays 18:00")):
        Group.objects.filter(pk=group.pk).update(meeting=meeting)
    cast.clover.refresh_from_db()
    got: list[tuple[datetime, str]] = []
    for hour in range(15 * 24):
        now = at(14) - 8 * 60 * MINUTE + hour * 60 * MINUTE
        with time_machine.travel(now, tick=False):
            if now in STORY:
                STORY[now](cast, now)
            for later in (now, now + 11 * MINUTE):
                before = len(mail.outbox)
                tell_of_promises(later)
                sort_events(later)
                begin_mornings(later)
                send_due(later)
                mine = [one for one in mail.outbox[before:] if one.to == [cast.marta.email]]
                got += [(later, str(one.subject)) for one in mine]
    return got


def is_request(subject: str) -> bool:
    return "needs help with" in subject


def test_a_mentor_of_two_groups_reads_at_most_six_mails_a_week(played: list[tuple[datetime, str]]) -> None:
    weeks = Counter(when.date() - when.weekday() * DAY for when, subject in played if not is_request(subject))
    days = Counter(when.date() for when, subject in played if not is_request(subject))
    assert sum(is_request(subject) for _, subject in played) == 2
    assert max(weeks.values()) <= AT_MOST_A_WEEK
    assert max(days.values()) <= AT_MOST_A_DAY
