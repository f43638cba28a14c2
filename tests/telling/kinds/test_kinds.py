"""Each kind: who hears of it, in which words, and when it is no longer true."""

import re
from collections import defaultdict
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from courses.actions.archiving import archive
from groups.actions.enrolment import join_group
from groups.actions.forming import note_willing, propose
from groups.actions.mentorship import assign_mentor, end_mentorship, note_away
from groups.actions.plan import set_plan
from groups.actions.publishing import publish
from groups.models import Closing, Group, Membership, MentorAway, Mentorship, Move
from people.models import Event, Message, User
from questions.actions import answer, ask, log_questions
from questions.actions.asking import LoggedQuestion
from questions.actions.telling import tell_of_change
from questions.models import MaterialChange, Question
from telling.actions.sorting import sort_events
from telling.kinds import KINDS, kinds_of
from telling.looks import THREADS
from tests.conftest import NOW, Cast
from tests.factories.groups import MentorshipFactory
from tests.factories.questions import QuestionFactory
from tests.factories.tracker import CheckInFactory
from tests.mails import deliver, html_of
from tests.moving import end_enrolment, leave_group, undo_move
from tests.tracker.actions.test_check_ins import entry, log
from tests.tracker.actions.test_reviews import ask as ask_for_review
from tracker.actions.closing import close_cohort, open_again
from tracker.actions.progress import mark, undo_change
from tracker.actions.requests import answer_request, settle_request
from tracker.actions.reviews import approve, ask_for_changes, undo_judgement
from tracker.models import AgreedStep, CheckIn, CodeReview, Progress

DOCUMENT = Path(__file__).resolve().parents[3] / "docs/notifications.md"


def cry(cast: Cast) -> None:
    bruno = cast.person("bruno")
    mark(enrolment=cast.enrolment("bruno"), milestone=cast.milestones[1], state="need_help", by=bruno, at=NOW)


def calm(cast: Cast) -> None:
    progress = Progress.objects.get()
    change = progress.history.latest().history_id
    undo_change(progress=progress, change_id=change, by=cast.person("bruno"), at=NOW)


def settle_cry(cast: Cast) -> None:
    """Bruno cried, and Marta marks it without a word; what she marks of her own accord is not told."""
    bruno, chidi = cast.enrolment("bruno"), cast.enrolment("chidi")
    cry(cast)
    mark(enrolment=chidi, milestone=cast.milestones[1], state="need_help", by=cast.marta, at=NOW)
    Event.objects.all().delete()
    for enrolment in (bruno, chidi):
        mark(enrolment=enrolment, milestone=cast.milestones[1], state="done", by=cast.marta, at=NOW)


def undo_of_bruno(cast: Cast, by: User) -> None:
    """Undo the last change of what Bruno cried for."""
    progress = Progress.objects.get(enrolment=cast.enrolment("bruno"))
    undo_change(progress=progress, change_id=progress.history.latest().history_id, by=by, at=NOW)


def settle_and_undo(cast: Cast) -> None:
    """Bruno has read that Marta settled it; then she undoes that."""
    settle_cry(cast)
    assert [mail.to for mail in deliver()] == [["bruno@example.com"]]
    undo_of_bruno(cast, cast.marta)


def undo_cry(cast: Cast) -> None:
    cry(cast)
    Event.objects.all().delete()
    undo_of_bruno(cast, cast.marta)


def still_need_help(cast: Cast) -> None:
    settle_cry(cast)
    undo_of_bruno(cast, cast.person("bruno"))


def ask_hidden(cast: Cast) -> None:
    ask(group=cast.clover, by=cast.person("ana"), at=NOW, title="Why the root?", is_asker_hidden=True)


def give_answer(cast: Cast) -> None:
    answer(question=Question.objects.get(), by=cast.ines, at=NOW, body="Because.")


def log_asked(cast: Cast) -> None:
    MentorshipFactory.create(group=cast.clover, person=cast.tomas, role="cover")
    log_questions(group=cast.clover, lines=[LoggedQuestion(title="Which key?")], by=cast.marta, at=NOW)


def change_material(cast: Cast) -> None:
    ask_hidden(cast)
    Event.objects.all().delete()
    change = MaterialChange.objects.create(
        course=cast.course, made_by=cast.ines, what="We explain the root first.", changed_on=NOW.date(),
        recorded_at=NOW,
    )  # fmt: skip
    change.questions.set(Question.objects.all())
    tell_of_change(change=change, by=cast.ines, at=NOW)


def request(cast: Cast) -> CodeReview:
    return ask_for_review(cast, "ana", "bruno")


def judge(cast: Cast, judgement: Callable[..., Any]) -> None:
    review = request(cast)
    deliver()
    judgement(review=review, note="Name the second cell.", by=cast.person("bruno"), at=NOW)


def log_held(cast: Cast) -> None:
    step = AgreedStep(enrolment=cast.enrolment("ana"), text="Read the paper", due_on=date(2026, 9, 18))
    note = {"private_note": "Ana is shy.", "summary": "We talked about keys."}
    MentorshipFactory.create(group=cast.clover, person=cast.tomas, role="co-mentor")
    log(cast, entries=[entry(cast, "ana"), entry(cast, "bruno", note="Quiet.")], next_steps=[step], **note)


def meet_before(cast: Cast, *, is_besides: bool) -> None:
    Group.objects.filter(pk=cast.clover.pk).update(meeting="Thursdays 18:00")
    log(cast, is_besides=is_besides)


def cancel(cast: Cast) -> None:
    log(cast, outcome="cancelled")


def put_off(cast: Cast) -> None:
    log(cast, outcome="moved", held_on=date(2026, 9, 18))


def move(cast: Cast) -> None:
    join_group(enrolment=cast.enrolment("chidi"), group=cast.juniper, on=NOW.date(), by=cast.ines, at=NOW)


def leave(cast: Cast) -> None:
    leave_group(enrolment=cast.enrolment("chidi"), on=NOW.date(), reason="Ill", by=cast.ines, at=NOW)


def drop_out(cast: Cast) -> None:
    chidi, day = cast.enrolment("chidi"), date(2026, 9, 21)
    end_enrolment(enrolment=chidi, on=day, end_reason="dropped", reason="Ill", by=cast.ines, at=NOW)


def begin(cast: Cast) -> None:
    leave_group(enrolment=cast.enrolment("chidi"), on=NOW.date(), by=cast.ines, at=NOW)
    note_willing(cohort=cast.cohort, person=cast.tomas, most_groups=2, by=cast.ines, at=NOW)
    proposal = propose(cohort=cast.cohort, by=cast.ines, at=NOW)
    publish(cohort=cast.cohort, version=proposal.version, on=NOW.date(), by=cast.ines, at=NOW)


def cover(cast: Cast) -> None:
    assign_mentor(group=cast.clover, person=cast.tomas, role="cover", on=NOW.date(), by=cast.ines, at=NOW)


def go_away(cast: Cast) -> None:
    first = date(2026, 9, 21)
    note_away(
        mentorship=cast.clover.mentorships.get(person=cast.marta), starts_on=first, ends_on=first + timedelta(days=4),
        by=cast.marta, at=NOW,
    )  # fmt: skip


def go_away_covered(cast: Cast) -> None:
    MentorshipFactory.create(group=cast.clover, person=cast.tomas, role="cover", started_on=date(2026, 9, 21))
    go_away(cast)


def close(cast: Cast) -> Closing:
    for name, title in (("ana", "Why the root?"), ("chidi", "Which key?")):
        ask(group=cast.clover, by=cast.person(name), at=NOW, title=title)
    Event.objects.all().delete()
    reasons = {cast.enrolment("ana").pk: "finished", cast.enrolment("bruno").pk: "dropped"}
    return close_cohort(
        cohort=cast.cohort, on=NOW.date(), reasons=reasons, word="Thank you all.", by=cast.ines, at=NOW
    )


def shift(cast: Cast) -> None:
    plan = {item.milestone_id: item.due_on for item in cast.clover.plan_items.all()}
    set_plan(group=cast.clover, plan=plan | {cast.milestones[3].pk: date(2026, 9, 28)}, by=cast.marta, at=NOW)


EVERYBODY = ("ana", "bruno", "chidi", "dalia", "emre", "fatima", "marta", "tomas")
ASKED = "Ana asks: Why the root?"
JOINS = {
    "chidi": "You are in Juniper now",
    "marta": "Chidi left Clover",
    **dict.fromkeys(["dalia", "emre", "fatima", "tomas"], "Chidi joins Juniper"),
}
COVERS = "Tomás Reis is Clover’s stand-in"
NO_MEETING = "Clover does not meet in the week of Mon 14 to Sun 20 September"
LATER = "Clover meets Fri 18 September instead"
AGREED = "Clover: what you agreed on yesterday"


# An event, and the subject of each mail.
def answer_asked(cast: Cast) -> None:
    check_in = CheckInFactory.create(
        group=cast.clover, logged_by=cast.marta, request="Could we have more keys?"
    )
    answer_request(check_in=check_in, version=check_in.version, body="Yes: **three**.", by=cast.ines, at=NOW)


TOLD: dict[str, tuple[Callable[[Cast], object], dict[str, str]]] = {
    "help": (cry, {"marta": "Bruno needs help with Prompt engineering"}),
    "settled help": (settle_cry, {"bruno": "Prompt engineering: marked as done"}),
    "settling undone": (settle_and_undo, {}),
    "settling undone by the student": (
        still_need_help,
        {"marta": "Bruno needs help with Prompt engineering"},
    ),
    "cry undone": (undo_cry, {"bruno": "Prompt engineering: marked as not started"}),
    "question": (ask_hidden, {"marta": ASKED}),
    "logged question": (log_asked, {"tomas": "Somebody in Clover asks: Which key?"}),
    "change": (change_material, {"ana": "Changed because you asked: Why the root?"}),
    "review": (request, {"bruno": "Ana asks you to review RAG"}),
    "changes asked": (lambda cast: judge(cast, ask_for_changes), {"ana": "Bruno asks for changes to RAG"}),
    "approved": (lambda cast: judge(cast, approve), {"ana": "Bruno approved RAG"}),
    "check-in": (log_held, {"ana": AGREED, "bruno": AGREED, "chidi": AGREED}),
    "met instead of the meeting": (
        lambda cast: meet_before(cast, is_besides=False),
        dict.fromkeys(("ana", "bruno", "chidi"), "Clover met yesterday instead of tomorrow"),
    ),
    # Nothing to read.
    "met besides the meeting": (lambda cast: meet_before(cast, is_besides=True), {}),
    "request": (answer_asked, {"marta": "Inês answered Clover’s request"}),
    "cancelled": (cancel, dict.fromkeys(("ana", "bruno", "chidi"), NO_MEETING)),
    "moved meeting": (put_off, dict.fromkeys(("ana", "bruno", "chidi"), LATER)),
    "move": (move, JOINS),
    "left": (leave, {"chidi": "You are no longer in Clover", "marta": "Chidi left Clover"}),
    "dropped out": (
        drop_out,
        {"chidi": "You leave Clover, from Mon 21 September on", "marta": "Chidi leaves Clover"},
    ),
    "begin": (
        begin,
        {"chidi": "You are in Acacia", "tomas": "You mentor Acacia", "marta": "Chidi left Clover"},
    ),
    "mentor": (
        cover,
        dict.fromkeys(("ana", "bruno", "chidi", "marta"), COVERS) | {"tomas": "You are Clover’s stand-in"},
    ),
    "away": (go_away, {"ines": "Clover needs a stand-in Mon 21 to Fri 25 September"}),
    "away, covered": (go_away_covered, {"tomas": "Marta Pires is away Mon 21 to Fri 25 September"}),
    "closed": (close, dict.fromkeys(EVERYBODY, "Autumn 2026 is closed")),
    "dates": (shift, dict.fromkeys(("ana", "bruno", "chidi"), "New due dates for Clover")),
}


@pytest.mark.usefixtures("all_have_signed_in")
@pytest.mark.parametrize("name", TOLD)
def test_who_hears_what(cast: Cast, name: str) -> None:
    happen, told = TOLD[name]
    happen(cast)
    mails = deliver()
    assert {mail.to[0].partition("@")[0]: mail.subject for mail in mails} == told
    for mail in mails:
        html = html_of(mail)
        # One source: every line of the text is in the HTML, and neither holds what only mentors read.
        assert not {word for word in ("Ana is shy.", "Quiet.") if word in mail.body + html}
        assert "List-Unsubscribe" in mail.extra_headers
    # A mail that holds back the next one until the reader has looked can be looked at.
    pages = {thread(defaultdict(str)).partition(" ")[0] for thread in THREADS.values()}
    assert {message.thread.partition(" ")[0] for message in Message.objects.all()} <= {"", *pages}


@pytest.mark.usefixtures("all_have_signed_in")
def test_closing_tells_each_what_became_of_their_own(cast: Cast) -> None:
    QuestionFactory.create(membership=cast.ana, title="Closed long ago", status="closed")
    close(cast)
    mails = {mail.to[0].partition("@")[0]: str(mail.body) for mail in deliver()}
    assert all("Thank you all." in body for body in mails.values())
    assert {name for name, body in mails.items() if "You finished the course." in body} == {"ana"}
    assert {name for name, body in mails.items() if "Why the root?" in body} == {"ana"}
    assert {name for name, body in mails.items() if "Which key?" in body} == {"chidi"}
    assert not any("Closed long ago" in body for body in mails.values())
    stay = {name for name, body in mails.items() if "You stay enrolled in it." in body}
    assert stay == {"chidi", "dalia", "emre", "fatima"}


@pytest.mark.usefixtures("all_have_signed_in")
@pytest.mark.parametrize("thing", ["cohort", "course"])
def test_closing_is_told_in_every_time_zone_also_if_it_is_archived_on_the_same_morning(
    cast: Cast, thing: str
) -> None:
    User.objects.filter(name="Ana Ruivo").update(time_zone="America/Los_Angeles")
    close(cast)
    told = {mail.to[0].partition("@")[0] for mail in deliver()}
    archive(thing=getattr(cast, thing), by=cast.ines, at=NOW + timedelta(hours=1))
    late = deliver(NOW + timedelta(hours=8))
    assert told | {mail.to[0].partition("@")[0] for mail in late} == set(EVERYBODY)
    (mail,) = late
    body = str(mail.body)
    assert ("Autumn 2026 is closed", "You finished the course." in body) == (mail.subject, True)
    # Nothing of it can be read any longer.
    assert "Why the root?" in body
    assert [words for words in ("still read", "to read", "/questions/", "/week") if words in body] == []


@pytest.mark.usefixtures("all_have_signed_in")
def test_nobody_hears_of_a_settling_that_is_undone_before_its_mail_is_sent(cast: Cast) -> None:
    settle_cry(cast)
    undo_of_bruno(cast, cast.marta)
    assert deliver() == []


@pytest.mark.usefixtures("all_have_signed_in")
def test_what_an_earlier_version_told_of_a_group_is_withdrawn(cast: Cast) -> None:
    event = Event.objects.create(kind="dates_dropped", ids={"proposal": 1}, at=NOW, told_at=NOW)
    Message.objects.create(recipient=cast.marta, kind="group", event=event, due_at=NOW, try_at=NOW)
    assert deliver() == []
    assert Message.objects.get().state == "withdrawn"


@pytest.mark.usefixtures("all_have_signed_in")
@pytest.mark.parametrize(
    ("happen", "undo"),
    [
        (cry, calm),
        (close, lambda cast: open_again(closing=Closing.objects.get(), by=cast.ines, at=NOW)),
        (cry, lambda cast: Mentorship.objects.update(ended_on=NOW.date())),
        (cry, lambda cast: Membership.objects.update(ended_on=NOW.date(), end_reason="dropped")),
        (settle_cry, lambda cast: Progress.objects.update(state="need_help", finished_on=None)),
        (ask_hidden, give_answer),
        (ask_hidden, lambda cast: Question.objects.all().delete()),
        (change_material, lambda cast: MaterialChange.objects.all().delete()),
        (change_material, lambda cast: MaterialChange.objects.get().questions.clear()),
        (request, lambda cast: CodeReview.objects.all().delete()),
        (
            lambda cast: judge(cast, approve),
            lambda cast: undo_judgement(review=CodeReview.objects.get(), by=cast.person("bruno"), at=NOW),
        ),
        (
            answer_asked,
            lambda cast: settle_request(
                check_in=CheckIn.objects.get(), is_settled=False, by=cast.ines, at=NOW
            ),
        ),
        (cancel, lambda cast: CheckIn.objects.all().delete()),
        (cancel, lambda cast: CheckIn.objects.update(outcome="group_absent")),
        (move, lambda cast: Membership.objects.filter(enrolment=cast.enrolment("chidi")).delete()),
        (leave, lambda cast: undo_move(move=Move.objects.get(), by=cast.ines, at=NOW)),
        (drop_out, lambda cast: undo_move(move=Move.objects.get(), by=cast.ines, at=NOW)),
        (go_away, lambda cast: MentorAway.objects.all().delete()),
        (cover, lambda cast: Mentorship.objects.filter(person=cast.tomas, group=cast.clover).delete()),
        (shift, lambda cast: cast.clover.plan_items.all().delete()),
        (shift, lambda cast: Group.objects.get(pk=cast.clover.pk).memberships.all().delete()),
    ],
)
def test_what_is_no_longer_true_is_withdrawn(
    cast: Cast, happen: Callable[[Cast], object], undo: Callable[[Cast], object]
) -> None:
    happen(cast)
    sort_events(NOW)
    assert Message.objects.waiting().exists()
    undo(cast)
    # The asker hears who answered.
    assert [mail.subject for mail in deliver() if not mail.subject.startswith("Answered")] == []
    assert not Message.objects.waiting().exists()
    assert Message.objects.filter(state="withdrawn").exists()


@pytest.mark.usefixtures("all_have_signed_in")
@pytest.mark.parametrize("happen", [cry, ask_hidden])
def test_where_no_mentor_has_signed_in_yet_the_course_admins_are_told(
    cast: Cast, as_: Callable[[str], Client], happen: Callable[[Cast], object]
) -> None:
    """An invitation that nobody accepted must not keep a cry for help from all who could act."""
    User.objects.filter(pk=cast.marta.pk).update(last_login=None)
    happen(cast)
    (mail,) = deliver()
    assert mail.to == ["ines@example.com"]
    why = "because you run Clover’s course, and none of its mentors can be reached"
    assert why in " ".join(str(mail.body).split())
    path = re.findall(r"http://127\.0\.0\.1:8000(/\S+)", mail.body)[0]
    assert as_("ines").get(path).status_code == 200


@pytest.mark.usefixtures("all_have_signed_in")
def test_one_mentor_who_has_signed_in_is_enough(cast: Cast) -> None:
    User.objects.filter(pk=cast.marta.pk).update(last_login=None)
    MentorshipFactory.create(group=cast.clover, person=cast.tomas, role="co-mentor")
    cry(cast)
    (mail,) = deliver()
    assert mail.to == ["tomas@example.com"]
    assert "because you mentor Clover" in mail.body


@pytest.mark.usefixtures("all_have_signed_in")
def test_who_is_away_is_not_told_but_the_cover_is_and_else_the_course_admins(cast: Cast) -> None:
    mentorship = cast.clover.mentorships.get()
    note_away(
        mentorship=mentorship,
        starts_on=NOW.date(),
        ends_on=NOW.date() + timedelta(days=6),
        by=cast.ines,
        at=NOW,
    )
    cry(cast)
    assert [mail.to for mail in deliver()] == [["ines@example.com"]]
    MentorshipFactory.create(group=cast.clover, person=cast.tomas, role="cover")
    mark(
        enrolment=cast.enrolment("ana"), milestone=cast.milestones[1], state="need_help",
        by=cast.person("ana"), at=NOW,
    )  # fmt: skip
    assert [mail.to for mail in deliver()] == [["tomas@example.com"]]
    # Back, and no longer covered.
    end_mentorship(mentorship=cast.clover.mentorships.get(person=cast.tomas), on=NOW.date(), by=cast.ines)


@pytest.mark.usefixtures("all_have_signed_in")
@pytest.mark.parametrize(
    ("changed", "days", "told"),
    [(cancel, 4, True), (cancel, 5, False), (put_off, 2, True), (put_off, 3, False)],
)
def test_nobody_hears_of_a_meeting_that_is_over(
    cast: Cast, changed: Callable[[Cast], object], days: int, told: bool
) -> None:
    changed(cast)
    message = Message(event=Event.objects.get(kind="meeting_changed"))
    assert message.event is not None
    mail = KINDS["meeting"].write(cast.person("ana"), message.event, NOW + timedelta(days=days))
    assert (mail is not None) == told


@pytest.mark.usefixtures("all_have_signed_in")
def test_replies_do_not_go_to_a_disabled_account(cast: Cast) -> None:
    cancel(cast)
    cast.marta.is_active = False
    cast.marta.save()
    assert {tuple(mail.reply_to) for mail in deliver()} == {()}


@pytest.mark.usefixtures("all_have_signed_in")
def test_who_moved_reads_mentors_and_no_course_admins(cast: Cast) -> None:
    cast.juniper.mentorships.update(ended_on=NOW.date())
    move(cast)
    bodies = {mail.to[0]: mail.body for mail in deliver()}
    assert "Mentors:" not in bodies["chidi@example.com"]


def ask_for_help(cast: Cast) -> None:
    bruno, needed = cast.person("bruno"), cast.milestones[1]
    ask(group=cast.clover, by=bruno, at=NOW, title="Which key?", milestone=needed)
    Event.objects.all().delete()
    cry(cast)


@pytest.mark.usefixtures("all_have_signed_in")
@pytest.mark.parametrize(
    ("happen", "name"),
    [
        (cry, "marta"),
        (ask_for_help, "marta"),
        (ask_hidden, "marta"),
        (request, "bruno"),
        (log_held, "ana"),
        (cancel, "ana"),
        (shift, "ana"),
    ],
)
def test_who_opens_the_link_of_the_mail_has_looked(
    cast: Cast, as_: Callable[[str], Client], happen: Callable[[Cast], object], name: str
) -> None:
    happen(cast)
    mail = next(mail for mail in deliver() if mail.to == [f"{name}@example.com"])
    path = re.findall(r"http://127\.0\.0\.1:8000(/\S+)", mail.body)[0]
    assert as_(name).get(path).status_code == 200
    message = Message.objects.get(recipient__email=f"{name}@example.com")
    assert message.looked_at == NOW


@pytest.mark.usefixtures("all_have_signed_in")
def test_a_look_at_a_question_removes_no_request_for_help_that_waits(
    cast: Cast, as_: Callable[[str], Client]
) -> None:
    ask_for_help(cast)
    sort_events(NOW)
    as_("marta").get(Question.objects.get().get_absolute_url())
    assert [mail.subject for mail in deliver()] == ["Bruno needs help with Prompt engineering"]


@pytest.mark.usefixtures("all_have_signed_in")
def test_who_begins_on_a_later_day_is_told_at_once(cast: Cast) -> None:
    """Their pages come with the day: until then they neither open the group nor read who is in it."""
    later, chidi = NOW.date() + timedelta(days=5), cast.enrolment("chidi")
    assign_mentor(group=cast.clover, person=cast.tomas, role="cover", on=later, by=cast.ines, at=NOW)
    join_group(enrolment=chidi, group=cast.juniper, on=later, by=cast.ines, at=NOW)
    told = {(mail.to[0].partition("@")[0], str(mail.subject)): str(mail.body) for mail in deliver()}
    for one in (
        ("tomas", "You are Clover’s stand-in"),
        ("chidi", "You are in Juniper from Mon 21 September on"),
    ):
        assert "Mon 21 September" in told[one]
        assert "/groups/" not in told[one]
        assert "Bruno" not in told[one]


def test_the_document_has_the_table_of_the_code() -> None:
    rows = [
        tuple(cell.strip() for cell in line.strip("|").split("|")[:2])
        for line in DOCUMENT.read_text().splitlines()
        if line.startswith("| `")
    ]
    assert rows == [(f"`{kind.name}`", kind.label) for kind in KINDS.values()]


def test_every_event_that_is_written_is_told() -> None:
    root = DOCUMENT.parents[1]
    written = {
        kind
        for app in ("people", "courses", "groups", "questions", "tracker")
        for path in (root / app).rglob("*.py")
        for kind in re.findall(r'\btell(?:_each)?\(\s*"(\w+)"', path.read_text())
    } | {"check_in_logged", "meeting_changed"}
    assert "help_needed" in written
    assert {kind for kind in written if not kinds_of(kind)} == set()
