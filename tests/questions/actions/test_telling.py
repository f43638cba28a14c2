"""Who asked is told, by one mail each: of the first answer, and of a change that somebody tells. Nobody else is."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core.mail import EmailMessage
from django.core.mail.backends.locmem import EmailBackend
from django.db import connection
from django.test.utils import CaptureQueriesContext

from groups.models import Enrolment
from people.actions.anonymise import anonymise
from people.actions.limits import MAILS, spend
from people.models import User
from questions.actions import (
    QuestionError,
    answer,
    ask,
    ask_again,
    mark_duplicate,
    remove_answer,
    undo_duplicate,
)
from questions.actions.records import RecordedQuestion, bring_questions
from questions.actions.telling import TellingError, recipients, recipients_of_change, tell_of_change
from questions.models import Answer, Ask, MaterialChange, Question
from tests.conftest import NOW, Cast
from tests.factories.groups import MembershipFactory, MentorshipFactory
from tests.factories.people import UserFactory
from tests.factories.questions import AskFactory, QuestionFactory, TopicFactory
from tests.questions.known import stay_in_spring

type Commit = Callable[..., Any]
type Outbox = list[EmailMessage]


@pytest.fixture
def question(cast: Cast) -> Question:
    """Asked by Ana, who hides it, and again by Bruno and Dalia."""
    made = ask(
        group=cast.clover, by=cast.person("ana"), at=NOW, title="Why the\nroot?", is_asker_hidden=True,
        milestone=cast.milestones[0],
    )  # fmt: skip
    for name, group in (("bruno", cast.clover), ("dalia", cast.juniper)):
        ask_again(question=made, group=group, by=cast.person(name), at=NOW)
    return made


@pytest.fixture
def answered(
    question: Question, cast: Cast, django_capture_on_commit_callbacks: Commit
) -> Callable[..., None]:
    def give(by: User | None = None, **fields: Any) -> None:
        with django_capture_on_commit_callbacks(execute=True):
            answer(question=question, by=by or cast.marta, at=NOW, body="Because **so**.", **fields)

    return give


def mailed(outbox: Outbox) -> list[str]:
    """To whom each mail went, by first names; every mail goes to one."""
    assert all(len(mail.recipients()) == 1 for mail in outbox)
    return sorted(mail.to[0].partition("@")[0] for mail in outbox)


def test_who_asked_is_mailed_the_first_answer(answered: Callable[..., None], mailoutbox: Outbox) -> None:
    answered()
    assert mailed(mailoutbox) == ["ana", "bruno", "dalia"]
    (mail,) = [mail for mail in mailoutbox if mail.to == ["dalia@example.com"]]
    assert mail.subject == "Answered: Why the root?"
    assert mail.body.startswith("Hello Dalia Haddad,\n\nyou asked: Why the")
    assert "Because **so**." in mail.body
    question = Question.objects.get()
    assert f"\nhttp://127.0.0.1:8000{question.get_absolute_url()}\n" in mail.body
    account = "http://127.0.0.1:8000/account/#id_is_mailed"
    assert account in mail.body
    assert mail.extra_headers["List-Unsubscribe"] == f"<{account}>"
    assert not {name for name in ("Ana", "Bruno", "Clover") if name in mail.body}


def test_only_the_first_answer_is_mailed(answered: Callable[..., None], mailoutbox: Outbox) -> None:
    answered()
    mailoutbox.clear()
    answered()
    assert mailoutbox == []


def test_what_was_answered_long_ago_and_is_brought_in_is_not_mailed(
    answered: Callable[..., None], mailoutbox: Outbox
) -> None:
    answered(is_told=False)
    assert mailoutbox == []


def test_who_answers_their_own_question_is_not_mailed(
    cast: Cast, answered: Callable[..., None], mailoutbox: Outbox
) -> None:
    answered(by=cast.person("ana"))
    assert mailed(mailoutbox) == ["bruno", "dalia"]


def test_who_asked_by_a_duplicate_is_mailed_once(
    cast: Cast, question: Question, answered: Callable[..., None], mailoutbox: Outbox
) -> None:
    for name in ("bruno", "chidi"):
        copy = QuestionFactory.create(membership=getattr(cast, name), title=f"Copy of {name}")
        mark_duplicate(question=copy, original=question, by=cast.marta, at=NOW)
    answered()
    assert mailed(mailoutbox) == ["ana", "bruno", "chidi", "dalia"]


def leave(cast: Cast, name: str, reason: str) -> None:
    stay = getattr(cast, name)
    for row in (stay, stay.enrolment):
        row.ended_on, row.end_reason = date(2026, 9, 10), reason
        row.save()


def test_who_waited_is_mailed_the_answer_of_what_theirs_is_merged_into(
    cast: Cast,
    answered: Callable[..., None],
    mailoutbox: Outbox,
    django_capture_on_commit_callbacks: Commit,
) -> None:
    answered()
    mailoutbox.clear()
    original = Question.objects.get()
    waiting = ask(group=cast.juniper, by=cast.person("emre"), at=NOW, title="What is the root for?")
    ask_again(question=waiting, group=cast.juniper, by=cast.person("fatima"), at=NOW)
    with django_capture_on_commit_callbacks(execute=True):
        mark_duplicate(question=waiting, original=original, by=cast.ines, at=NOW)
    assert mailed(mailoutbox) == ["emre", "fatima"]
    mail = mailoutbox[0]
    assert mail.subject == "Answered: Why the root?"
    assert "your question was asked before: Why the" in mail.body
    assert "Because **so**." in mail.body
    assert f"\nhttp://127.0.0.1:8000{original.get_absolute_url()}\n" in mail.body
    assert not {name for name in ("Ana", "Bruno", "Dalia", "Clover") if name in mail.body}


@pytest.mark.parametrize("is_duplicate_answered", [False, True])
def test_a_merge_that_brings_no_answer_mails_nobody(
    cast: Cast,
    question: Question,
    mailoutbox: Outbox,
    django_capture_on_commit_callbacks: Commit,
    is_duplicate_answered: bool,
) -> None:
    other = ask(group=cast.juniper, by=cast.person("emre"), at=NOW, title="What is the root for?")
    if is_duplicate_answered:
        for one in (question, other):
            answer(question=one, by=cast.marta, at=NOW, body="So.")
    with django_capture_on_commit_callbacks(execute=True):
        mark_duplicate(question=other, original=question, by=cast.ines, at=NOW)
    assert mailoutbox == []


@pytest.mark.parametrize(
    "away",
    [
        lambda cast: leave(cast, "dalia", "dropped"),
        lambda cast: leave(cast, "dalia", "transferred"),
        lambda cast: User.objects.filter(name="Dalia Haddad").update(is_active=False),
        lambda cast: User.objects.filter(name="Dalia Haddad").update(is_mailed=False),
        lambda cast: anonymise(person=cast.person("dalia"), at=NOW),
        lambda cast: Question.objects.update(visibility="group"),
    ],
    ids=["dropped", "went elsewhere", "inactive", "wants no mail", "anonymised", "may not see it any more"],
)
def test_who_is_gone_or_wants_none_is_not_mailed(
    cast: Cast, answered: Callable[..., None], mailoutbox: Outbox, away: Callable[[Cast], object]
) -> None:
    away(cast)
    answered()
    assert mailed(mailoutbox) == ["ana", "bruno"]


def test_who_finished_is_mailed(cast: Cast, answered: Callable[..., None], mailoutbox: Outbox) -> None:
    leave(cast, "dalia", "finished")
    answered()
    assert mailed(mailoutbox) == ["ana", "bruno", "dalia"]


def test_a_mentor_who_logged_it_is_mailed_while_they_mentor(
    cast: Cast, mailoutbox: Outbox, django_capture_on_commit_callbacks: Commit
) -> None:
    tomas_too = MentorshipFactory.create(group=cast.clover, person=cast.tomas, role="co-mentor")
    for ended_on, told in ((None, ["tomas"]), (date(2026, 9, 10), [])):
        logged = ask(group=cast.clover, by=cast.tomas, at=NOW, title="Logged for nobody in particular")
        cast.tomas.mentorships.update(ended_on=ended_on)
        with django_capture_on_commit_callbacks(execute=True):
            answer(question=logged, by=cast.marta, at=NOW, body="So.")
        assert mailed(mailoutbox) == told
        mailoutbox.clear()
    assert tomas_too.group == cast.clover


def test_a_mail_that_fails_is_logged_and_the_others_are_sent(
    answered: Callable[..., None], mailoutbox: Outbox, monkeypatch: pytest.MonkeyPatch, caplog: Any
) -> None:
    send = EmailBackend.send_messages

    def fail_for_bruno(self: EmailBackend, messages: list[EmailMessage]) -> int:
        if messages[0].to == ["bruno@example.com"]:
            raise ConnectionRefusedError
        return send(self, messages)

    monkeypatch.setattr(EmailBackend, "send_messages", fail_for_bruno)
    answered()
    assert mailed(mailoutbox) == ["ana", "dalia"]
    assert "could not mail a notice about a question" in caplog.text
    assert "Why the root?" not in caplog.text


def test_an_answer_is_kept_whatever_becomes_of_the_mails(
    question: Question, answered: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("questions.actions.telling.recipients", lambda *args, **kwargs: 1 / 0)
    answered()
    assert question.answers.count() == 1


def test_whoever_answers_and_removes_it_ten_times_causes_one_mail(
    cast: Cast, question: Question, answered: Callable[..., None], mailoutbox: Outbox
) -> None:
    for _ in range(10):
        answered()
        remove_answer(answer=question.answers.get(), by=cast.marta, at=NOW)
    assert mailed(mailoutbox) == ["ana", "bruno", "dalia"]
    mailoutbox.clear()
    answered(by=cast.tomas)
    assert mailed(mailoutbox) == ["ana", "bruno", "dalia"]


def test_merging_and_undoing_it_ten_times_causes_one_mail(
    cast: Cast,
    answered: Callable[..., None],
    mailoutbox: Outbox,
    django_capture_on_commit_callbacks: Commit,
) -> None:
    answered()
    mailoutbox.clear()
    original = Question.objects.get()
    waiting = ask(group=cast.juniper, by=cast.person("emre"), at=NOW, title="What is the root for?")
    with django_capture_on_commit_callbacks(execute=True):
        for _ in range(10):
            mark_duplicate(question=waiting, original=original, by=cast.ines, at=NOW)
            undo_duplicate(question=waiting, by=cast.ines, at=NOW)
        mark_duplicate(question=waiting, original=original, by=cast.ines, at=NOW)
    assert mailed(mailoutbox) == ["emre"]


def test_mails_that_a_person_causes_are_limited(cast: Cast, question: Question) -> None:
    spend(MAILS, by=cast.marta, at=NOW, number=498)
    with pytest.raises(QuestionError, match="caused 500 mails"):
        answer(question=question, by=cast.marta, at=NOW, body="Because.")
    assert not question.answers.exists()
    # Three who asked, of whom two are too many: a quarter of a minute at 500 an hour.
    answer(question=question, by=cast.marta, at=NOW + timedelta(minutes=1), body="Because.")


def test_what_is_imported_mails_nobody(
    cast: Cast, mailoutbox: Outbox, django_capture_on_commit_callbacks: Commit
) -> None:
    ana, week = cast.enrolment("ana"), date(2026, 9, 14)
    recorded = RecordedQuestion(
        Question(
            cohort=cast.cohort, group=cast.clover, title="From the sheet", asked_at=NOW, asked_by=ana.person
        ),
        asks=[Ask(group=cast.clover, enrolment=ana, asked_at=NOW, week_starts_on=week, logged_by=ana.person)],
        answers=[Answer(body="So.", answered_by=cast.marta, answered_at=NOW)],
    )
    with django_capture_on_commit_callbacks(execute=True):
        (made,), _, (given,) = bring_questions(questions=[recorded], by=cast.ines, at=NOW)
    assert given.question == made
    assert mailoutbox == []


# Changes


def change_of(cast: Cast, *, questions: tuple[Question, ...] = (), topic: bool = False) -> MaterialChange:
    change = MaterialChange.objects.create(
        course=cast.course, made_by=cast.ines, what="We explain the root first.", url="https://example.com/root",
        changed_on=NOW.date(), recorded_at=NOW,
    )  # fmt: skip
    if topic:
        change.topics.add(TopicFactory.create(course=cast.course, questions=list(questions)))
    else:
        change.questions.set(questions)
    return change


@pytest.mark.parametrize("topic", [False, True], ids=["by the question", "by its topic"])
def test_who_asked_is_told_of_a_change_once(
    cast: Cast,
    question: Question,
    topic: bool,
    mailoutbox: Outbox,
    django_capture_on_commit_callbacks: Commit,
) -> None:
    other = QuestionFactory.create(membership=cast.bruno, title="Why not the square?")
    change = change_of(cast, questions=(question, other), topic=topic)
    assert len(recipients_of_change(change, NOW, by=cast.ines)) == 3
    with django_capture_on_commit_callbacks(execute=True):
        assert tell_of_change(change=change, by=cast.ines, at=NOW) == 3
    assert mailed(mailoutbox) == ["ana", "bruno", "dalia"]
    (mail,) = [mail for mail in mailoutbox if mail.to == ["bruno@example.com"]]
    assert mail.subject == "Changed because you asked: Why the root?"
    assert "\nthe material was changed because of your question.\n" in mail.body
    assert "What was changed: We explain the root first.\nWhere: https://example.com/root\n" in mail.body
    assert "- Why not the square?\n" in mail.body
    assert not {name for name in ("Ana", "Dalia", "Clover", "Juniper") if name in mail.body}
    change.refresh_from_db()
    assert (change.told_at, change.told_by) == (NOW, cast.ines)
    assert change.history.latest().history_user == cast.ines
    with pytest.raises(TellingError, match="already been told"):
        tell_of_change(change=change, by=cast.ines, at=NOW)
    assert len(mailoutbox) == 3


def test_who_tells_is_not_mailed_and_nobody_to_tell_is_said(cast: Cast, mailoutbox: Outbox) -> None:
    own = ask(group=cast.clover, by=cast.marta, at=NOW, title="Logged")
    change = change_of(cast, questions=(own,))
    with pytest.raises(TellingError, match="nobody to tell"):
        tell_of_change(change=change, by=cast.marta, at=NOW)
    change.refresh_from_db()
    assert change.told_at is None
    assert mailoutbox == []


def test_a_duplicate_among_the_questions_tells_those_of_its_original(cast: Cast, question: Question) -> None:
    copy = QuestionFactory.create(membership=cast.chidi, title="The same")
    mark_duplicate(question=copy, original=question, by=cast.marta, at=NOW)
    told = recipients_of_change(change_of(cast, questions=(copy,)), NOW, by=cast.ines)
    assert [one.person.name for one in told] == ["Ana Ruivo", "Bruno Sá", "Chidi Okafor", "Dalia Haddad"]
    assert {one.questions for one in told} == {(question,)}


def test_each_is_told_of_what_they_asked_and_may_still_see(cast: Cast) -> None:
    spring = stay_in_spring(cast, "Olga Kask")
    then = datetime(2026, 3, 4, 10, tzinfo=UTC)
    of_course = QuestionFactory.create(membership=spring, visibility="course", asked_at=then)
    of_group = QuestionFactory.create(membership=cast.emre, visibility="group")
    AskFactory.create(
        question=of_group, group=cast.juniper, enrolment=cast.enrolment("fatima"), logged_by=cast.tomas
    )
    AskFactory.create(
        question=of_group, group=cast.clover, enrolment=cast.enrolment("ana"), logged_by=cast.marta
    )
    told = recipients_of_change(change_of(cast, questions=(of_course, of_group)), NOW, by=cast.ines)
    assert {one.person.name: one.questions for one in told} == {
        "Emre Kaya": (of_group,),
        "Fátima Nunes": (of_group,),
        "Olga Kask": (of_course,),
    }


def test_telling_asks_as_often_for_thirty_as_for_one(cast: Cast) -> None:
    counts = set()
    for count in (1, 3, 30):
        questions = []
        for n in range(count):
            stay = MembershipFactory.create(
                group=cast.clover,
                person=UserFactory.create(name=f"Person {n}", email=f"p{count}-{n}@example.com"),
            )
            questions.append(QuestionFactory.create(membership=stay))
            AskFactory.create(
                question=questions[0], group=cast.clover, enrolment=stay.enrolment, logged_by=cast.marta,
                asked_at=datetime(2026, 9, 15, 10, tzinfo=UTC),
            )  # fmt: skip
        change = change_of(cast, questions=tuple(questions))
        with CaptureQueriesContext(connection) as queries:
            assert len(recipients_of_change(change, NOW, by=cast.ines)) == count
        counts.add(len(queries))
    assert counts == {6}


def test_somebody_in_no_group_any_more_sees_nothing_and_is_not_told(cast: Cast, question: Question) -> None:
    Enrolment.objects.filter(pk=cast.ana.enrolment_id).update(
        cohort=stay_in_spring(cast, "Olga Kask").group.cohort
    )
    cast.ana.delete()
    told = recipients(Question.objects.filter(pk=question.pk), at=NOW)
    assert [one.person.name for one in told] == ["Bruno Sá", "Dalia Haddad"]


def test_a_topic_that_was_merged_since_tells_those_of_the_other_one(cast: Cast, question: Question) -> None:
    change = change_of(cast, topic=True)
    other = TopicFactory.create(course=cast.course, questions=[question])
    change.topics.update(merged_into=other)
    told = recipients_of_change(change, NOW, by=cast.ines)
    assert [one.person.name for one in told] == ["Ana Ruivo", "Bruno Sá", "Dalia Haddad"]
