from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from people.models import Event
from questions.actions import answer, ask, ask_again, change_status, mark_duplicate
from questions.models import Question
from tests.conftest import Cast
from tracker.actions.helping import answer_help, sort_out
from tracker.actions.progress import last_change_id, mark, undo_change, unmark
from tracker.models import Progress
from tracker.models.progress import help_answer_id, help_answered_at


def _need(cast: Cast, at: datetime, **by: Any) -> Progress:
    bruno = cast.enrolment("bruno")
    by = {"by": bruno.person, **by}
    return mark(enrolment=bruno, milestone=cast.milestones[1], state="need_help", at=at, **by)


def _told() -> list[str]:
    return list(Event.objects.order_by("pk").values_list("kind", flat=True))


def test_sorted_out_by_a_mentor_is_told_and_can_be_undone(cast: Cast) -> None:
    now = timezone.now()
    bruno, prompts = cast.enrolment("bruno"), cast.milestones[1]
    _need(cast, now - timedelta(days=1))
    # The words reached them; that somebody moved their mark did not.
    answer_help(enrolment=bruno, group=cast.clover, milestone=prompts, body="So.", by=cast.marta, at=now)
    progress = sort_out(enrolment=bruno, milestone=prompts, by=cast.marta, at=now)
    assert (progress.state, progress.changed_by, _told()[-1]) == ("working", cast.marta, "help_settled")
    # Twice, or where it was done meanwhile: nothing is said anew.
    sort_out(enrolment=bruno, milestone=prompts, by=cast.ines, at=now)
    progress = Progress.objects.get()
    assert (progress.state, progress.changed_by, progress.history.count()) == ("working", cast.marta, 2)
    change = last_change_id(progress)
    assert change is not None
    undo_change(progress=progress, change_id=change, by=cast.marta, at=now)
    assert (Progress.objects.get().state, _told()[-2:]) == ("need_help", ["help_settled", "help_needed"])


def test_sorted_out_by_oneself_or_never_asked_for_is_told_to_nobody(cast: Cast) -> None:
    now = timezone.now()
    bruno, prompts = cast.enrolment("bruno"), cast.milestones[1]
    for days, by in enumerate((bruno.person, cast.marta)):
        at = now + timedelta(days=days)
        _need(cast, at, by=by)
        sort_out(enrolment=bruno, milestone=prompts, by=by, at=at)
        assert Progress.objects.get().state == "working"
    assert "help_settled" not in _told()
    assert sort_out(enrolment=bruno, milestone=cast.milestones[2], by=cast.marta, at=now).pk is None


class TestAnswered:
    """When a request for help is answered: decision 41."""

    hour = timedelta(hours=1)

    @pytest.fixture(autouse=True)
    def _cast(self, cast: Cast) -> None:
        self.cast, self.now = cast, timezone.now()

    def at(self, hours: float) -> datetime:
        """Hours from now."""
        return self.now + hours * self.hour

    def ask(self, hours: float, milestone: int = 1, name: str = "bruno") -> Question:
        who = self.cast.enrolment(name)
        milestones = self.cast.milestones
        return ask(
            group=self.cast.clover, by=who.person, enrolment=who, at=self.at(hours), title=f"{hours}",
            milestone=milestones[milestone],
        )  # fmt: skip

    def answer(self, question: Question, hours: float, **by: Any) -> None:
        by = {"by": self.cast.marta, **by}
        answer(question=question, at=self.at(hours), body=f"At {hours}", **by)

    @property
    def answered(self) -> float | None:
        """After how many hours it was answered; None: it waits."""
        rows = Progress.objects.annotate(answered_at=help_answered_at(), answer=help_answer_id())
        rows = rows.filter(milestone=self.cast.milestones[1])
        at, answer_id = rows.values_list("answered_at", "answer").get()
        assert (Progress.objects.requests_for_help().exists(), answer_id is None) == (at is None, at is None)
        return (at - self.now) / self.hour if at else None

    def need(self, hours: float, words: Question | None = None) -> None:
        bruno = self.cast.enrolment("bruno")
        mark(
            enrolment=bruno, milestone=self.cast.milestones[1], state="need_help", question=words,
            by=bruno.person, at=self.at(hours),
        )  # fmt: skip

    def answer_page(self, hours: float) -> Question:
        return answer_help(
            enrolment=self.cast.enrolment("bruno"), milestone=self.cast.milestones[1], group=self.cast.clover,
            body="So.", by=self.cast.marta, at=self.at(hours),
        )  # fmt: skip

    def test_by_its_own_words_and_no_others(self) -> None:
        own, before = self.ask(0), self.ask(-3)
        self.need(0, own)
        since = self.ask(1)
        for other in (before, since):
            self.answer(other, 2)
        self.answer(own, 2, by=self.cast.person("bruno"))
        assert self.answered is None
        # Wherever the words are filed by then.
        Question.objects.filter(pk=own.pk).update(milestone=self.cast.milestones[0])
        self.answer(own, 3)
        assert self.answered == 3
        # Asked later, and open: that waits by itself.
        self.ask(4)
        assert self.answered == 3

    def test_by_its_page_at_its_words(self) -> None:
        own = self.ask(0)
        self.need(0, own)
        assert self.answer_page(2) == own
        assert self.answered == 2

    def test_without_words_by_any_answer_to_the_student_at_the_milestone(self) -> None:
        before, elsewhere, of_ana = self.ask(-3), self.ask(1, milestone=2), self.ask(1, name="ana")
        self.answer(before, -2)
        self.need(0)
        for other in (elsewhere, of_ana):
            self.answer(other, 2)
        self.answer(before, 2, by=self.cast.person("bruno"))
        assert self.answered is None
        self.answer(before, 3)
        assert self.answered == 3

    def test_without_words_by_its_page(self) -> None:
        self.ask(-3)
        self.need(0)
        question = self.answer_page(2)
        assert question.title == "Help with Prompt engineering"
        assert self.answered == 2

    def test_made_again_it_counts_from_now_with_its_own_words(self) -> None:
        first = self.ask(0)
        self.need(0, first)
        self.answer(first, 1)
        self.need(2)
        assert (self.answered, Progress.objects.get().question) == (None, None)
        second = self.ask(3)
        self.need(3, second)
        # Words for one that had none leave its age.
        need = Progress.objects.get()
        assert (need.question, need.state_since) == (second, self.at(2))
        third = self.ask(4)
        self.need(4, third)
        need = Progress.objects.get()
        assert (need.question, need.state_since) == (third, self.at(4))
        self.answer(second, 5)
        assert self.answered is None
        # A form that is sent twice.
        self.need(6, third)
        assert Progress.objects.get().state_since == self.at(4)

    def test_its_words_go_with_the_mark_and_come_back_with_it(self) -> None:
        own = self.ask(0)
        self.need(0, own)
        of = {"enrolment": self.cast.enrolment("bruno"), "milestone": self.cast.milestones[1]}
        by = {"by": self.cast.person("bruno")}
        mark(**of, **by, state="done", at=self.at(1))
        assert Progress.objects.get().question is None
        unmark(**of, **by, at=self.at(2))
        assert Progress.objects.get().question == own
        mark(**of, **by, state="working", at=self.at(3))
        progress = Progress.objects.get()
        change = last_change_id(progress)
        assert change is not None
        own.asks.all().delete()
        Question.objects.filter(pk=own.pk).delete()
        undo_change(progress=progress, change_id=change, **by, at=self.at(4))
        progress = Progress.objects.get()
        assert (progress.state, progress.question) == ("need_help", None)

    def test_by_a_second_answer(self) -> None:
        asked = self.ask(-5)
        self.answer(asked, -4)
        change_status(question=asked, status="follow_up", by=self.cast.person("bruno"), at=self.at(-3))
        self.need(0, asked)
        assert self.answered is None
        self.answer(asked, 1)
        assert self.answered == 1

    @pytest.mark.parametrize("has_words", [True, False])
    def test_by_an_answer_to_what_it_was_merged_into(self, has_words: bool) -> None:
        known = self.ask(-9, name="ana")
        self.answer(known, -8)
        own = self.ask(0)
        self.need(0, own if has_words else None)
        mark_duplicate(question=own, original=known, by=self.cast.marta, at=self.at(2))
        assert self.answered == 0

    def test_by_the_page_at_what_its_words_were_merged_into(self) -> None:
        original, own = self.ask(-9, name="ana"), self.ask(0)
        self.need(0, own)
        mark_duplicate(question=own, original=original, by=self.cast.marta, at=self.at(1))
        assert self.answered is None
        assert self.answer_page(2) == original
        assert self.answered == 2

    def test_asking_again_what_was_answered_waits_for_another_answer(self) -> None:
        known = self.ask(-9, name="ana")
        self.answer(known, -8)
        _need(self.cast, self.now)
        bruno = self.cast.person("bruno")
        ask_again(question=known, group=self.cast.clover, by=bruno, at=self.at(1))
        assert self.answered is None
        self.answer(known, 2)
        assert self.answered == 2

    def test_not_by_what_was_answered_before_it_was_asked(self) -> None:
        known = self.ask(-9, name="ana")
        self.answer(known, -8)
        _need(self.cast, self.now)
        own = self.ask(0)
        bruno = self.cast.enrolment("bruno")
        said = {"enrolment": bruno, "by": bruno.person, "is_answered": True}
        typed = {"title": "Same", "milestone": self.cast.milestones[1], "visibility": "group"}
        ask_again(question=known, group=self.cast.clover, at=self.at(1), typed=typed, **said)
        assert self.answered is None
        self.answer(own, 2)
        assert self.answered == 2
