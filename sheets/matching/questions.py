"""Compares questions of a sheet with those the group has already asked."""

from collections import Counter
from datetime import UTC, date, datetime, time

from sheets.matching.duplicates import Duplicates
from sheets.matching.enrolments import EnrolmentRef
from sheets.matching.ledger import Ledger, RowRefused, counted_labels, key_of, shown_day
from sheets.matching.plan import TableHead, Verdict
from sheets.matching.questions_snapshot import ExistingQuestion, QuestionsSnapshot
from sheets.matching.records.answers_and_asks import AnswersAndAsks, new_answer, new_asks
from sheets.matching.sheet_changes import NewAnswer, NewAsk, NewQuestion
from sheets.matching.students import MentionContext, StudentMatch
from sheets.understanding.people import Mention
from sheets.understanding.questions import AskedQuestion, MoreOfQuestion, QuestionTab
from sheets.understanding.records import AnswerRecord, AskRecord
from sheets.understanding.roster import group_key

_NOON = time(12)


class QuestionMatcher:
    def __init__(self, ledger: Ledger, *, at: datetime) -> None:
        self._ledger = ledger
        self._at = at
        self._now = QuestionsSnapshot(ledger.now.cohort)
        self._duplicates = Duplicates(ledger)
        self._seen: dict[tuple[str, str, datetime | None], str] = {}
        # Questions of the sheets matched so far, with who asked them on which day.
        self._matched: dict[
            tuple[str, str], tuple[ExistingQuestion | NewQuestion, list[tuple[str, date | None]]]
        ] = {}
        # How often the files say an existing question was asked, by enrolment.
        self._again: Counter[tuple[int, EnrolmentRef | None]] = Counter()
        # For the current tab: where its names are, and its titles.
        self._where = MentionContext("")
        self._titles: set[str] = set()

    def match_tab(
        self,
        n: int,
        tab: QuestionTab,
        group: str,
        members: dict[str, StudentMatch],
        book: AnswersAndAsks,
        where: MentionContext,
    ) -> None:
        """Plan the questions of a tab of the group; `members` are students of its tracker by folded name."""
        self._where = where
        self._ledger.plan.heads[n] = TableHead(tab.understood.table.tab, (tab.understood.header,), group)
        for unread in tab.unread:
            self._ledger.plan.add(
                Verdict.UNREADABLE, unread.what, unread.location, unread.reason, table=n, row=unread.row
            )
        self._titles = {question.title for question in tab.questions}
        for question in tab.questions:
            answers, asks = book.of(question)
            self._ledger.plan.notes += question.notes
            try:
                self._match(question, group, members, answers, asks)
            except RowRefused as refusal:
                self._ledger.plan.add(
                    Verdict.UNREADABLE,
                    question.title,
                    question.location,
                    str(refusal),
                    table=n,
                    row=question.row,
                )

    def _match(
        self,
        question: AskedQuestion,
        group: str,
        members: dict[str, StudentMatch],
        answers: list[AnswerRecord],
        asks: list[tuple[int, AskRecord]],
    ) -> None:
        more = question.more
        asked_at = self._asked_at(question)
        key = (group_key(group), key_of(question.title))
        # Questions of our own workbook may differ in punctuation only.
        seen = (key[0], question.title, asked_at) if more else (*key, None)
        if seen in self._seen:
            if more is None and key in self._matched:
                self._match_again(question, group, members, key)
                return
            raise RowRefused(f"The same question is in {self._seen[seen]}.")
        self._seen[seen] = question.location
        existing = self._now.find(key, question, asked_at, self._titles)
        if existing is not None:
            if more:
                self._duplicates.number(more.number, question.title, existing.answered_at_id)
            self._add_to(existing, question, answers, new_asks(self._ledger, asks, group, self._at))
            self._matched[key] = existing, [_asker_and_day(question)]
            return
        if more is None:
            new = self._new(question, group, members, asked_at)
        else:
            new = self._own(question, more, group, members, asked_at, answers, asks)
            self._duplicates.number(more.number, question.title, new)
        self._matched[key] = new, [_asker_and_day(question)]
        self._ledger.plan.changes.questions.append(new)
        self._ledger.plan.add(Verdict.NEW, question.title, question.location, self._summary(question, new))

    def _match_again(
        self, question: AskedQuestion, group: str, members: dict[str, StudentMatch], key: tuple[str, str]
    ) -> None:
        """The same question by another student or on another day counts as asked again."""
        target, before = self._matched[key]
        asker, day = _asker_and_day(question)
        days = [on for name, on in before if name == asker]
        if days and (day is None or day in days or None in days):
            raise RowRefused(f"The same question is in {self._seen[(*key, None)]}.")
        ref = self._asker_and_enrolment(question, members)[1]
        before.append((asker, day))
        ask = NewAsk(group, ref, self._asked_at(question), "")
        if isinstance(target, ExistingQuestion):
            # Future days were stored as today, so the number of asks decides whether this one exists.
            is_new = self._now.times(target.id, ref) + self._again[target.id, ref] == len(days)
            self._again[target.id, ref] += is_new
            self._add_to(target, question, [], [ask] if is_new else [])
        else:
            self._join(target, question, ask)

    def _join(self, new: NewQuestion, question: AskedQuestion, ask: NewAsk) -> None:
        """Add an ask to a new question; the earliest ask decides who asked it and when."""
        new.asks = sorted((*new.asks, ask), key=lambda ask: ask.asked_at or self._at)
        first = new.asks[0]
        new.asked_at, new.asked_by = first.asked_at, first.enrolment.email if first.enrolment else ""
        new.is_solved = question.is_solved or new.is_solved
        if question.answer and key_of(question.answer) not in {key_of(answer.body) for answer in new.answers}:
            answerer = self._ledger.answerer_email(question.answered_by)
            new.answers.append(NewAnswer(question.answer, answerer, ask.asked_at))
        account = self._ledger.account(ask.enrolment.email) if ask.enrolment else None
        labels = [
            "asked again",
            account.name if account else "",
            shown_day(question.day) if question.day else "",
        ]
        self._ledger.plan.add(Verdict.NEW, question.title, question.location, ", ".join(filter(None, labels)))

    def _asker_and_enrolment(
        self, question: AskedQuestion, members: dict[str, StudentMatch]
    ) -> tuple[str, EnrolmentRef | None]:
        """The asker's address and enrolment; both empty if somebody of the group asked."""
        asker = self._find_asker(question.student, question.location, members)
        if not asker.email and not asker.is_somebody:
            raise RowRefused(
                "Waiting for your answer: who asked it?" if asker.is_open else "Skipped, as you chose."
            )
        return asker.email, self._ledger.enrolments.on_day(asker.email, question.day) if asker.email else None

    def _asked_at(self, question: AskedQuestion) -> datetime | None:
        """The recorded moment, else noon in the cohort on the day of the question, but never in the future."""
        own = self._ledger.moment(question.more.asked_at) if question.more else None
        if own is not None:
            return own
        return None if question.day is None else min(self._noon(question.day), self._at)

    def _noon(self, day: date) -> datetime:
        return datetime.combine(day, _NOON, self._ledger.zone).astimezone(UTC)

    def _new(
        self, question: AskedQuestion, group: str, members: dict[str, StudentMatch], asked_at: datetime | None
    ) -> NewQuestion:
        """A question of a tracking sheet. Only the group could read it, so only the group sees it."""
        match = self._ledger.modules.find(question.module, question.location) if question.module else None
        email, ref = self._asker_and_enrolment(question, members)
        answers = []
        if question.answer:
            answers.append(
                NewAnswer(question.answer, self._ledger.answerer_email(question.answered_by), asked_at)
            )
        return NewQuestion(
            group=group,
            asked_by=email,
            asked_at=asked_at,
            milestone_id=match.milestone.pk if match and match.milestone else None,
            title=question.title,
            detail=question.detail,
            is_solved=question.is_solved,
            asks=[NewAsk(group, ref, asked_at, "")],
            answers=answers,
        )

    def _own(
        self,
        question: AskedQuestion,
        more: MoreOfQuestion,
        group: str,
        members: dict[str, StudentMatch],
        asked_at: datetime | None,
        answers: list[AnswerRecord],
        asks: list[tuple[int, AskRecord]],
    ) -> NewQuestion:
        ledger = self._ledger
        match = ledger.modules.find(question.module, question.location) if question.module else None
        milestone = match.milestone if match else None
        student = question.student
        is_student = student is not None and student.email in ledger.enrolments
        new = NewQuestion(
            group=group,
            asked_by=ledger.email_of(more.entered_by or (student if is_student else None)),
            asked_at=asked_at,
            milestone_id=milestone.pk if milestone else None,
            title=question.title,
            detail=question.detail,
            material_id=self._now.material(more.material, milestone),
            category=more.category,
            visibility=more.visibility,
            is_asker_hidden=more.is_hidden,
            status="" if more.status == "duplicate" else more.status,
            is_solved=question.is_solved,
            first_answered_at=ledger.moment(more.answered_at),
            published_at=ledger.moment(more.published_at),
            published_by=ledger.email_of(more.published_by),
        )
        new.asks = new_asks(self._ledger, asks, group, self._at)
        if not new.asks:
            asker = self._find_asker(student, question.location, members)
            ref = ledger.enrolments.on_day(asker.email, ledger.day(asked_at)) if asker.email else None
            new.asks = [NewAsk(group, ref, asked_at, new.asked_by)]
        new.answers = [new_answer(self._ledger, line) for line in answers]
        # Any other text in the cell was added by hand, but a duplicate shows the answer of its original.
        known_answers = {key_of(line.body) for line in answers} | {
            key_of("\n\n".join(line.body for line in answers))
        }
        if question.answer and key_of(question.answer) not in known_answers and more.status != "duplicate":
            new.answers.append(
                NewAnswer(question.answer, self._ledger.answerer_email(question.answered_by), asked_at)
            )
        if more.status == "duplicate":
            self._duplicates.add(new, more, question)
        return new

    def _add_to(
        self,
        existing: ExistingQuestion,
        question: AskedQuestion,
        answers: list[AnswerRecord],
        asks: list[NewAsk],
    ) -> None:
        """Add new answers and asks to an existing question, and mark it as solved if it is now."""
        changes, there = self._ledger.plan.changes, self._now.answers[existing.answered_at_id]
        # A duplicate may have older answers of its own; new answers go to the original.
        own = self._now.answers[existing.id]
        new = [new_answer(self._ledger, line) for line in answers if key_of(line.body) not in there | own]
        joined = {key_of("\n\n".join(line.body for line in answers))} if answers else set()
        there |= {key_of(line.body) for line in answers}
        is_original = existing.answered_at_id == existing.id or question.more is None
        if question.answer and is_original and key_of(question.answer) not in there | joined:
            new.append(
                NewAnswer(
                    question.answer,
                    self._ledger.answerer_email(question.answered_by),
                    None if question.day is None else min(self._noon(question.day), self._at),
                )
            )
            there.add(key_of(question.answer))
        again = [
            ask
            for ask in asks
            if (ask.enrolment.id if ask.enrolment else None, ask.asked_at) not in self._now.asks[existing.id]
        ]
        changes.answers += [(existing.answered_at_id, answer) for answer in new]
        changes.asks += [(existing.id, ask) for ask in again]
        labels = ["one more answer"] if len(new) == 1 else counted_labels({"more answers": len(new)})
        labels += ["asked again"] if len(again) == 1 else counted_labels({"more asks": len(again)})
        if self._is_solved_since(existing, question):
            changes.solved.append(existing.id)
            labels.append("solved")
        verdict = Verdict.CHANGED if labels else Verdict.UNCHANGED
        self._ledger.plan.add(
            verdict, question.title, question.location, ", ".join(labels) or "already asked"
        )

    def _is_solved_since(self, existing: ExistingQuestion, question: AskedQuestion) -> bool:
        is_solved = question.is_solved and (question.more is None or question.more.status == "answered")
        is_waiting = (
            existing.status in ("open", "follow_up") and existing.id not in self._ledger.plan.changes.solved
        )
        return bool(is_solved and is_waiting)

    def _find_asker(
        self, student: Mention | None, location: str, members: dict[str, StudentMatch]
    ) -> StudentMatch:
        """A member of the sheet by name, else a student of the cohort; without a name, somebody of the group."""
        if student is None:
            return StudentMatch(is_somebody=True)
        member = None if student.email else members.get(student.folded_name)
        if member is not None and member.email:
            return member
        asker = self._ledger.students.find(student, location, may_be_somebody=True, where=self._where)
        # Others cannot have asked as students, and a question alone does not create an account.
        return (
            asker
            if asker.email in self._ledger.enrolments or not asker.email
            else StudentMatch(is_somebody=True)
        )

    def _summary(self, question: AskedQuestion, new: NewQuestion) -> str:
        ledger = self._ledger
        asker = next((ask.enrolment.email for ask in new.asks if ask.enrolment), "")
        account = ledger.account(asker) or ledger.people.accounts.get(asker)
        labels = [account.name if account else "somebody of the group"]
        labels.append(ledger.titled[new.milestone_id] if new.milestone_id else "no milestone")
        if question.day:
            labels.append(shown_day(question.day))
        if question.more is not None and question.more.status == "duplicate":
            labels.append("a duplicate")
        if len(new.asks) > 1:
            labels.append(f"asked {len(new.asks)} times")
        if new.answers:
            labels.append("answered" if len(new.answers) == 1 else f"{len(new.answers)} answers")
        elif question.is_solved and (question.more is None or question.more.status == "answered"):
            labels.append("solved, without an answer in the sheet")
        return ", ".join(labels)

    def finish(self) -> None:
        self._duplicates.finish()


def _asker_and_day(question: AskedQuestion) -> tuple[str, date | None]:
    """Who asked on which day, as written in the row."""
    student = question.student
    return (student.email or student.folded_name) if student else "", question.day
