"""Each reason for attention is said in the same words by board, my groups, panel, history, mail and digest."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from html import unescape

import pytest
from django.urls import reverse
from django.utils.text import capfirst

from courses.models import Milestone
from groups.actions.reminding import STUDENT
from groups.models import Enrolment, Group, Mentorship
from people.models import Event, Invitation, User
from telling.kinds.digest import DIGEST
from telling.kinds.log import LOG
from tests.conftest import NOW, Cast, SignIn
from tests.factories.groups import MentorAwayFactory
from tests.factories.questions import QuestionFactory
from tests.factories.tracker import CheckInEntryFactory, CheckInFactory, MeetingNoteFactory, ProgressFactory
from tracker.actions.helping import answer_help
from tracker.models import Progress
from tracker.standing import ReasonCode

EARLIER, LAST = date(2026, 8, 31), date(2026, 9, 7)
THIS = date(2026, 9, 14)


def all_is_well(cast: Cast) -> None:
    """Everybody has done the two milestones that are due, is active, and was at the meetings."""
    cast.cohort.asks_before_meeting = True
    cast.cohort.save()
    Milestone.objects.update(planned_hours=None)
    for name in ("ana", "bruno", "chidi", "dalia", "emre", "fatima"):
        for milestone in cast.milestones[:2]:
            ProgressFactory.create(enrolment=cast.enrolment(name), milestone=milestone)
    for stay in (cast.ana, cast.dalia):
        for monday in (EARLIER, LAST):
            check_in = CheckInFactory.create(group=stay.group, week_starts_on=monday, logged_by=cast.marta)
            CheckInEntryFactory.create(check_in=check_in, enrolment=stay.enrolment)
    User.objects.update(last_login=NOW)
    Enrolment.objects.update(last_active_at=NOW)


def needs_help(cast: Cast, days: int = 3) -> None:
    at = NOW - timedelta(days=days)
    ProgressFactory.create(
        enrolment=cast.enrolment("bruno"), milestone=cast.milestones[2], state="need_help",
        state_since=at, changed_at=at,
    )  # fmt: skip


def help_was_answered(cast: Cast) -> None:
    needs_help(cast)
    answer_help(
        enrolment=cast.enrolment("bruno"), group=cast.clover, milestone=cast.milestones[2], body="Like this.",
        by=cast.marta, at=NOW - timedelta(days=1),
    )  # fmt: skip


def is_behind(cast: Cast, *milestones: int) -> None:
    cast.enrolment("bruno").progress.filter(milestone__in=[cast.milestones[n] for n in milestones]).delete()


def is_silent(cast: Cast) -> None:
    is_behind(cast, 1)
    Progress.objects.filter(enrolment=cast.enrolment("bruno")).update(state_since=None)
    Enrolment.objects.filter(pk=cast.enrolment("bruno").pk).update(last_active_at=NOW - timedelta(days=12))


def never_signed_in(cast: Cast) -> None:
    is_silent(cast)
    at = NOW - timedelta(days=9)
    User.objects.filter(pk=cast.person("bruno").pk).update(last_login=None)
    Invitation.objects.create(
        person=cast.person("bruno"), invited_by=cast.ines, invited_at=at, sent_at=at,
        expires_at=at + timedelta(days=30), revoked_at=NOW,
    )  # fmt: skip


def says_stuck(cast: Cast, *mondays: date) -> None:
    Group.objects.filter(pk=cast.clover.pk).update(meeting="Tuesdays 18:00")
    for monday in mondays:
        MeetingNoteFactory.create(
            enrolment=cast.enrolment("bruno"), group=cast.clover, week_starts_on=monday, going="stuck"
        )


def is_stuck(cast: Cast) -> None:
    is_behind(cast, 0, 1)
    says_stuck(cast, LAST)


def misses_check_ins(cast: Cast) -> None:
    for check_in in cast.clover.check_ins.all():
        CheckInEntryFactory.create(check_in=check_in, enrolment=cast.enrolment("bruno"), attendance="absent")


def meets_alone(cast: Cast) -> None:
    """Clover meets tomorrow, and its mentor is away on that day alone."""
    Group.objects.filter(pk=cast.clover.pk).update(meeting="Thursdays 18:00")
    thursday = date(2026, 9, 17)
    MentorAwayFactory.create(mentorship=cast.clover.mentorships.get(), starts_on=thursday, ends_on=thursday)


def is_left_behind(cast: Cast) -> None:
    """Ana and Chidi have done all four milestones, Bruno two."""
    for name in ("ana", "chidi"):
        for milestone in cast.milestones[2:]:
            ProgressFactory.create(enrolment=cast.enrolment(name), milestone=milestone)


@dataclass(frozen=True, kw_only=True)
class Said:
    """What the pages should say; without a row it is said of the group."""

    tell: Callable[[Cast], object]
    full: str
    row: str = ""
    # In the panel of an opened student; None: in full. What stands above it, or in the row, is not said again.
    panel: str | None = None
    details: str = ""
    heading: str = ""
    subject: str = ""
    # On the board, after the name of the group.
    told: str = ""


STORIES = {
    ReasonCode.NEEDS_HELP: Said(
        tell=needs_help,
        row="needs help",
        panel="",
        heading="Bruno needs help",
        details="Indexation, for 3 days, the answer 1 day late",
        full="needs help with Indexation, for 3 days, the answer 1 day late",
        subject="Bruno needs help with Indexation, for 3 days, the answer 1 day late",
    ),
    ReasonCode.HELP_ANSWERED: Said(
        tell=help_was_answered,
        row="answered",
        heading="Bruno has an answer",
        details="asked for help with Indexation, answered yesterday, still marked as “need help”",
        full="asked for help with Indexation, answered yesterday, still marked as “need help”",
        subject="Bruno asked for help with Indexation, answered yesterday, still marked as “need help”",
    ),
    ReasonCode.BEHIND: Said(
        tell=lambda cast: is_behind(cast, 0),
        row="1 behind",
        heading="Bruno is 1 behind",
        details="LLM basics",
        full="1 milestone behind for 10 days (LLM basics)",
        subject="Bruno is 1 milestone behind for 10 days (LLM basics)",
    ),
    ReasonCode.SILENT: Said(
        tell=is_silent,
        row="silent",
        heading="Bruno is silent",
        details="no activity for 12 days",
        full="no activity for 12 days",
        subject="Bruno has shown no activity for 12 days",
    ),
    ReasonCode.STUCK: Said(
        tell=is_stuck,
        row="2 behind and stuck",
        heading="Bruno is 2 behind and stuck",
        details="LLM basics, Prompt engineering",
        full="2 milestones behind (LLM basics, Prompt engineering); said “stuck” before the meeting; "
        "2 milestones behind the student furthest ahead",
        panel="2 milestones behind the student furthest ahead",
        subject="Bruno is 2 milestones behind (LLM basics, Prompt engineering)",
    ),
    ReasonCode.STUCK_IN_A_ROW: Said(
        tell=lambda cast: says_stuck(cast, EARLIER, LAST, THIS),
        row="said “stuck” before 3 meetings in a row",
        heading="Bruno said “stuck” before 3 meetings in a row",
        full="said “stuck” before 3 meetings in a row",
        subject="Bruno said “stuck” before 3 meetings in a row",
    ),
    ReasonCode.ABSENT: Said(
        tell=misses_check_ins,
        row="missed 2 check-ins",
        heading="Bruno missed 2 check-ins",
        details="missed 2 check-ins in a row without an excuse",
        full="missed 2 check-ins in a row without an excuse",
        subject="Bruno missed 2 check-ins in a row without an excuse",
    ),
    ReasonCode.SPREAD: Said(
        tell=is_left_behind,
        row="2 behind the group",
        heading="Bruno is 2 behind the group",
        full="2 milestones behind the student furthest ahead",
        subject="Bruno is 2 milestones behind the student furthest ahead",
    ),
    ReasonCode.APART: Said(tell=is_left_behind, full="students 2 milestones apart"),
    ReasonCode.NOBODY_THERE: Said(
        tell=meets_alone, full="no mentor at the meeting tomorrow", told="has no mentor tomorrow"
    ),
    ReasonCode.MENTOR_AWAY: Said(
        tell=lambda cast: MentorAwayFactory.create(
            mentorship=cast.clover.mentorships.get(), starts_on=THIS, ends_on=date(2026, 9, 20)
        ),
        full="the mentor is away for the rest of the week without a stand-in",
        told="has no mentor for the rest of the week",
    ),
    ReasonCode.NO_MENTOR: Said(
        tell=lambda cast: Mentorship.objects.filter(group=cast.clover).update(ended_on=THIS),
        full="the group has no mentor",
    ),
    ReasonCode.CHECK_IN_MISSED: Said(
        tell=lambda cast: cast.clover.check_ins.all().delete(),
        full="check-in missed in the week of Mon 31 August to Sun 6 September; "
        "check-in late for the week of Mon 7 to Sun 13 September",
    ),
    ReasonCode.CHECK_IN_LATE: Said(
        tell=lambda cast: cast.clover.check_ins.filter(week_starts_on=LAST).delete(),
        full="check-in late for the week of Mon 7 to Sun 13 September",
    ),
    ReasonCode.QUESTIONS_OPEN: Said(
        tell=lambda cast: QuestionFactory.create(membership=cast.ana, asked_at=NOW - timedelta(days=9)),
        full="1 question open for over 1 weekday",
    ),
    ReasonCode.FEW_MINUTES: Said(
        tell=lambda cast: cast.clover.check_ins.filter(week_starts_on=LAST).update(minutes=10),
        full="10 of 30 minutes at the last check-in",
    ),
}
# The board has a list of its own for these, and the digest their words.
LATE = (ReasonCode.CHECK_IN_LATE, ReasonCode.CHECK_IN_MISSED)


def digest(reader: User, about: str) -> tuple[str, list[str]]:
    """The subject of the digest, and its rows that begin with this name."""
    mail = DIGEST.write(User.objects.get(pk=reader.pk), Event(), NOW)
    assert mail is not None
    rows = [part.line for part in mail.parts if part.look == "row"]
    return mail.subject, [row for row in rows if re.match(rf"{about}\b", row)]


def of_students(codes: Iterable[ReasonCode]) -> list[ReasonCode]:
    return [code for code in codes if STORIES[code].row]


@pytest.mark.parametrize("code", of_students(ReasonCode))
def test_a_reason_of_a_student_reads_the_same_everywhere(code: ReasonCode, cast: Cast, as_: SignIn) -> None:
    said, bruno = STORIES[code], cast.enrolment("bruno")
    all_is_well(cast)
    said.tell(cast)
    admin, mentor = as_("ines"), as_("marta")

    board = admin.get(reverse("tracker:board", args=[cast.cohort.pk]))
    shown = [*board.context["board"].students, *board.context["board"].watched]
    (row,) = (each.row for each in shown if each.row.enrolment_id == bruno.pk)
    assert code in [reason.code for reason in row.read_reasons()]
    opened = mentor.get(reverse("tracker:my-groups"), {"student": bruno.pk})
    in_sheet = opened.context["dashboard"].card_with(bruno.pk).sheet.row_of(bruno.pk).member.words
    assert {row.words.text, in_sheet.text} == {said.row}
    assert row.words.details == said.details
    assert all(said.row in unescape(page.text) for page in (board, opened))

    stories = [
        browser.get(reverse("tracker:student-detail", args=[bruno.pk])).context["timeline"]
        for browser in (admin, mentor)
    ]
    assert {story.heading for story in stories} == {said.heading}
    assert str(opened.context["dashboard"].heading) == said.heading

    full = capfirst(said.full)
    panel = opened.context["student_panel"]
    asks = code is ReasonCode.NEEDS_HELP
    assert panel["why"] == (said.full if said.panel is None else said.panel)
    # A request for help stands on top of it, and that they are stuck.
    assert (bool(panel["help_lines"]), panel["note_label"].endswith(": stuck")) == (
        asks,
        code in (ReasonCode.STUCK, ReasonCode.STUCK_IN_A_ROW),
    )
    # The age of a request stands above. Who is only to be watched is counted.
    details = "Indexation" if asks else said.details
    line = ": ".join(filter(None, (said.heading.replace("Bruno", "Bruno Sá", 1), details)))
    assert digest(cast.ines, "Bruno Sá")[1] == ([line] if row.attention == "act" else [])
    # Help that was answered is no news to who answered it.
    subject, rows = digest(cast.marta, "Bruno")
    assert subject == ("Bruno has waited 3 days" if asks else said.heading)
    line = ": ".join(filter(None, (said.heading if asks else "Bruno", details)))
    assert rows == ([line] if code is not ReasonCode.HELP_ANSWERED else [])
    # A request for help stands in the red line of a history.
    for story in stories:
        assert story.lead.startswith(f"{full}.") is (code is not ReasonCode.NEEDS_HELP)
        assert bool(story.help_lines) is (code is ReasonCode.NEEDS_HELP)

    event = Event(kind=STUDENT, ids={"enrolment": bruno.pk, "cohort": cast.cohort.pk}, by=cast.ines, at=NOW)
    mail = LOG.write(cast.marta, event, NOW)
    assert mail is not None
    assert mail.subject == said.subject
    assert [part.text for part in mail.parts[1:]] == [capfirst(more) for more in said.full.split("; ")[1:]]


@pytest.mark.parametrize("code", sorted(set(ReasonCode) - set(of_students(STORIES))))
def test_a_reason_of_a_group_reads_the_same_everywhere(code: ReasonCode, cast: Cast, as_: SignIn) -> None:
    said = STORIES[code]
    all_is_well(cast)
    said.tell(cast)
    admin, url = as_("ines"), reverse("tracker:board", args=[cast.cohort.pk])
    board = admin.get(url).context["board"]
    if code is ReasonCode.NO_MENTOR:
        assert "Clover has no mentor" in [step.title for step in board.set_up]
    elif said.told:
        (alone,) = board.without_mentor
        assert (alone.group, alone.told) == (cast.clover, said.told)
        assert f"Clover {said.told}" in digest(cast.ines, "Clover")[1]
    else:
        if code in LATE:
            rows = board.late_check_ins
            assert f"Clover: {rows[0].row.late_label}" in digest(cast.ines, "Clover")[1]
        else:
            rows = admin.get(url, {"show": "groups"}).context["list"]["page"]
        (row,) = (each.row for each in rows if each.row.group_id == cast.clover.pk)
        assert code in [reason.code for reason in row.read_reasons()]
        assert (row.late_label if code in LATE else row.other_reasons) == said.full

    page = admin.get(reverse("tracker:group-detail", args=[cast.clover.pk])).context["page"]
    notes = page["panel"]["notes"]
    assert [f"{capfirst(each)}." for each in said.full.split("; ")] == notes[: said.full.count("; ") + 1]
    if code in (ReasonCode.MENTOR_AWAY, ReasonCode.FEW_MINUTES):
        # Of the others my groups and the digest have words of their own; who is behind stands there by name.
        line = capfirst(said.full.partition("; ")[0])
        assert digest(cast.marta, line)[1] != []


def test_who_never_signed_in_is_silent_in_words_of_their_own(cast: Cast, as_: SignIn) -> None:
    all_is_well(cast)
    never_signed_in(cast)
    bruno = cast.enrolment("bruno")
    story = as_("marta").get(reverse("tracker:student-detail", args=[bruno.pk])).context["timeline"]
    assert story.heading == "Bruno has not signed in"
    invited = "Bruno: has not signed in yet, invited 9 days ago"
    assert digest(cast.marta, "Bruno") == (story.heading, [invited])
