"""What mails about requests for help say, and to whom."""

from datetime import timedelta
from decimal import Decimal

import pytest

from questions.actions import ask
from questions.models import Question
from telling.actions.sorting import sort_events
from tests.conftest import NOW, Cast, SignIn
from tests.mails import deliver
from tests.telling.kinds.happenings import ask_for_help, cry
from tracker.actions.progress import mark, note_hours

LATER = NOW + timedelta(minutes=1)


@pytest.mark.usefixtures("all_hear_at_once")
def test_a_look_at_a_question_removes_no_request_for_help_that_waits(cast: Cast, as_: SignIn) -> None:
    ask_for_help(cast)
    sort_events(NOW)
    as_("marta").get(Question.objects.get().get_absolute_url())
    assert [mail.subject for mail in deliver()] == ["Bruno needs help with Prompt engineering"]


@pytest.mark.usefixtures("all_hear_at_once")
def test_what_was_pasted_keeps_its_lines_in_the_text_of_the_mail(cast: Cast) -> None:
    bruno, needed, line = cast.person("bruno"), cast.milestones[1], "openai.error: " + "certificate " * 10
    words = ask(
        group=cast.clover, by=bruno, at=NOW, title="Which key?", detail=f"    {line}", milestone=needed
    )
    enrolment = cast.enrolment("bruno")
    mark(enrolment=enrolment, milestone=needed, state="need_help", question=words, by=bruno, at=NOW)
    (text,) = {mail.body for mail in deliver() if "needs help" in str(mail.subject)}
    assert line.strip() in text


@pytest.mark.usefixtures("all_hear_at_once")
def test_who_noted_the_only_request_that_waits_is_not_mailed_it(cast: Cast) -> None:
    bruno = cast.enrolment("bruno")
    mark(enrolment=bruno, milestone=cast.milestones[2], state="need_help", by=cast.marta, at=NOW)
    cry(cast)
    sort_events(NOW)
    note_hours(enrolment=bruno, milestone=cast.milestones[2], hours=Decimal(1), by=bruno.person, at=LATER)
    mark(enrolment=bruno, milestone=cast.milestones[1], state="working", by=bruno.person, at=NOW)
    assert deliver() == []


@pytest.mark.usefixtures("all_hear_at_once")
def test_who_notes_hours_of_a_request_is_mailed_it(cast: Cast) -> None:
    cry(cast)
    bruno = cast.enrolment("bruno")
    note_hours(enrolment=bruno, milestone=cast.milestones[1], hours=Decimal(1), by=cast.marta, at=LATER)
    assert [mail.subject for mail in deliver()] == ["Bruno needs help with Prompt engineering"]
