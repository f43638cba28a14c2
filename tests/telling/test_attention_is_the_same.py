"""Attention is told alike everywhere: my groups, group, story, board, digest."""

import re
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from django.test import Client
from django.urls import reverse

from groups.models import Absence, Enrolment, Group
from people.models import Event, User
from telling.kinds.digest import DIGEST
from tests.conftest import NOW, TODAY, Cast
from tests.factories.groups import MembershipFactory, MentorshipFactory
from tests.factories.people import UserFactory
from tests.factories.tracker import (
    CheckInEntryFactory,
    CheckInFactory,
    MeetingNoteFactory,
    ProgressFactory,
)
from tracker.actions.attention import snooze_student
from tracker.dashboards.board.places import BoardList
from tracker.dashboards.my_groups import MentorDashboard
from tracker.standing import Reason, ReasonCode, in_full, words_of

# The words by which each reason is known.
WORDS = {
    "needs help with": "help",
    "milestones behind (": "behind",
    "no activity": "silent",
    "absent without": "absent",
    "“stuck” before the": "stuck",
    "meetings in a row": "running",
}
# That its members are apart is said of the group, or of who is at an end.
APART = ("the student furthest", "milestones apart")
CLOVER = {
    "Ana Ruivo": {"help"},
    "Bruno Sá": {"running"},
    "Chidi Okafor": {"behind", "stuck"},
    "Clover": {"apart"},
}
JUNIPER = {"Fátima Nunes": {"behind", "silent"}}
MENTORS, ADMINS = ("Marta Pires", "Nuno Alves", "Rita Paz"), ("Inês Duarte", "Olga Lima")

type Said = dict[str, set[str]]


def done(enrolment: Enrolment, *milestones: Any) -> None:
    for milestone in milestones:
        ProgressFactory.create(enrolment=enrolment, milestone=milestone)


def furnish(cast: Cast) -> None:
    """All that raises attention or silences it, and a reader in every role."""
    cast.cohort.asks_before_meeting = True
    cast.cohort.save()
    for name, role in (("Nuno Alves", "co-mentor"), ("Rita Paz", "cover")):
        MentorshipFactory.create(group=cast.clover, person=UserFactory.create(name=name), role=role)
    olga = UserFactory.create(name="Olga Lima")
    cast.course.admins.create(person=olga)
    done(MembershipFactory.create(group=cast.clover, person=olga).enrolment, *cast.milestones[:2])
    for group, mondays in ((cast.clover, (date(2026, 8, 31), date(2026, 9, 7))), (cast.juniper, ())):
        for monday in mondays:
            check_in = CheckInFactory.create(group=group, week_starts_on=monday, logged_by=cast.marta)
    CheckInEntryFactory.create(check_in=check_in, enrolment=cast.enrolment("chidi"))
    MeetingNoteFactory.create(enrolment=cast.enrolment("chidi"), group=cast.clover, going="stuck")
    for name in ("ana", "bruno", "emre"):
        done(cast.enrolment(name), cast.milestones[0])
    ProgressFactory.create(
        enrolment=cast.enrolment("ana"), milestone=cast.milestones[1], state="need_help",
        state_since=NOW - timedelta(days=6), changed_at=NOW - timedelta(days=6),
    )  # fmt: skip
    # "Stuck" counts for who was in the group on the day of the meeting.
    cast.bruno.started_on = date(2026, 8, 24)
    cast.bruno.save()
    for monday in (date(2026, 8, 24), date(2026, 8, 31), date(2026, 9, 7)):
        MeetingNoteFactory.create(
            enrolment=cast.enrolment("bruno"), group=cast.clover, week_starts_on=monday, going="stuck"
        )
    # Put aside, and away: both would be behind and silent.
    snooze_student(
        enrolment=cast.enrolment("dalia"), until_on=TODAY + timedelta(days=5), reason="We spoke",
        by=cast.tomas, at=NOW,
    )  # fmt: skip
    Absence.objects.create(
        enrolment=cast.enrolment("emre"), starts_on=date(2026, 9, 1), ends_on=date(2026, 9, 20),
        reason="Travels", accepted_by=cast.tomas, accepted_at=NOW,
    )  # fmt: skip
    User.objects.update(last_login=NOW)
    active = [cast.enrolment(name).pk for name in ("ana", "bruno", "chidi")]
    Enrolment.objects.filter(pk__in=active).update(last_active_at=NOW)


def said(rows: Iterable[tuple[str, str]]) -> Said:
    found: Said = {}
    for who, text in rows:
        is_apart, codes = (
            any(words in text for words in APART),
            {WORDS[words] for words in WORDS if words in text},
        )
        assert codes or is_apart, f"no reason that the test knows: {text}"
        if codes:
            found[who] = codes
        if is_apart:
            found["Clover"] = {"apart"}
    return found


def full_names(cast: Cast) -> dict[int, str]:
    return {row.pk: row.person.name for row in Enrolment.objects.select_related("person")}


def sheet(dashboard: MentorDashboard, names: dict[int, str]) -> Said:
    """The worst reason in each row, and that the members are apart."""
    rows = [
        (names[row.enrolment_id], why(row.member.standing.reasons))
        for card in dashboard.cards
        for row in card.sheet.rows
        if row.member.standing.attention != "none"
    ]
    apart = [
        (f"{card.group}:", words_of(reason).full)
        for card in dashboard.cards
        for reason in card.status.reasons
        if reason.code is ReasonCode.APART
    ]
    return said([*rows, *apart])


def group_page(browser: Client, names: dict[int, str], group: Group) -> Said:
    """Of its members, and that they are apart; what else the group itself waits for is for tests of its own."""
    page = browser.get(reverse("tracker:group-detail", args=[group.pk])).context["page"]
    shown = [
        (names[member.enrolment_id], why(member.standing.reasons))
        for member in page["overview"].members
        if member.standing.attention != "none"
    ]
    apart = [
        (f"{group.name}:", note) for note in page["panel"]["notes"] if any(words in note for words in APART)
    ]
    return said([*shown, *apart])


def stories(browser: Client, names: dict[int, str], group: Group) -> Said:
    rows: list[tuple[str, str]] = []
    for stay in group.memberships.all():
        story = browser.get(reverse("tracker:student-detail", args=[stay.enrolment_id])).context["timeline"]
        if story.reasons and not story.aside:
            rows.append((story.access.enrolment.person.name, why(story.reasons)))
    return said(rows)


def digest(reader: User, names: Iterable[str]) -> set[str]:
    """Of whom it has a row, by the first names that a mentor reads, or the full ones of a course admin."""
    mail = DIGEST.write(User.objects.get(pk=reader.pk), Event(), NOW)
    assert mail is not None
    rows = [part.line for part in mail.parts if part.look == "row"]
    return {name for name in names if any(re.match(rf"{name.split()[0]}\b", row) for row in rows)}


def why(reasons: Sequence[Reason]) -> str:
    return "; ".join([words_of(reasons[0]).full_about(""), in_full(reasons[1:])])


def test_attention_of_a_reader_is_the_same_everywhere(cast: Cast) -> None:
    furnish(cast)
    names = full_names(cast)
    for reader in User.objects.filter(name__in=MENTORS):
        browser = Client()
        browser.force_login(reader)
        dashboard = browser.get(reverse("tracker:my-groups")).context["dashboard"]
        told = {
            "my groups": sheet(dashboard, names),
            "history": stories(browser, names, cast.clover),
        }
        assert told == dict.fromkeys(told, CLOVER), reader
        assert digest(reader, names.values()) == CLOVER.keys() - {"Clover"}, reader
    for reader in User.objects.filter(name__in=ADMINS):
        browser = Client()
        browser.force_login(reader)
        groups = (cast.clover, cast.juniper)
        url = reverse("tracker:board", args=[cast.cohort.pk])
        board = browser.get(url).context["board"]
        listed = browser.get(url, {"show": BoardList.STUDENTS}).context["list"]["page"]
        told = {
            f"board {number}": said(
                (each.row.enrolment.person.name, why(each.row.read_reasons())) for each in students
            )
            for number, students in enumerate(([*board.students, *board.watched], listed))
        }
        told["group"] = {k: v for group in groups for k, v in group_page(browser, names, group).items()}
        to_act = {each.row.enrolment.person.name for each in board.students}
        assert digest(reader, names.values()) == to_act, reader
        told["history"] = {k: v for group in groups for k, v in stories(browser, names, group).items()}
        # Olga studies in Clover: nothing is told of fellow students that their mentor or they said in confidence.
        expected = JUNIPER if reader.name == "Olga Lima" else {**CLOVER, **JUNIPER}
        assert told == dict.fromkeys(told, expected), reader
        # Of the groups themselves she reads what the other course admin reads.
        assert [(each.row.group.name, each.row.late_since) for each in board.late_check_ins] == [
            ("Juniper", "1 late, 1 missed")
        ]
