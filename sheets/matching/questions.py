"""Compares questions of a sheet with those the group has already asked."""

from collections import Counter
from datetime import date, datetime

from courses.models import Milestone
from groups.models import Enrolment, Group
from lib.days import full_day
from lib.mentions import Mention
from lib.weeks import monday_of
from questions.actions.records import SOLVED, RecordedQuestion
from questions.models import Answer, Ask, Question
from sheets.matching.cohort_snapshot import ref_of
from sheets.matching.ledger import NO_DATE, DuplicateRow, Ledger, RowRefused, counted_labels, key_of
from sheets.matching.plan import SKIPPED, Verdict
from sheets.matching.questions_snapshot import QuestionsSnapshot, asked_when
from sheets.matching.records.answers_and_asks import AnswersAndAsks, new_answer, new_asks
from sheets.matching.students import MentionContext, StudentMatch
from sheets.understanding.questions import AskedQuestion, QuestionTab
from sheets.understanding.records.asked import AnswerRecord, AskRecord
from sheets.understanding.roster import group_key

type _Key = tuple[str, str]


class QuestionMatcher:
    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._now = QuestionsSnapshot(ledger.cohort)
        # Questions of our own workbook by number and title, new ones and existing ones, and the new duplicates: an
        # original may come later.
        self._numbered: dict[tuple[str, str], Question] = {}
        self._duplicates: list[tuple[RecordedQuestion, AskedQuestion]] = []
        # New ones of our own workbooks, with their rows.
        self._own_rows: list[tuple[RecordedQuestion, AskedQuestion]] = []
        self._seen: dict[tuple[str, str, datetime | str | None], str] = {}
        # Questions of the sheets matched so far, with who asked them on which day.
        self._matched: dict[_Key, tuple[Question | RecordedQuestion, list[tuple[str, date | None]]]] = {}
        # How often the files say an existing question was asked, by enrolment.
        self._again: Counter[tuple[int, int | None]] = Counter()
        # For the current tab: its group, where its names are, the students of its tracker by folded name, its titles.
        self._group: Group
        self._where = MentionContext("")
        self._members: dict[str, StudentMatch] = {}
        self._titles: set[str] = set()

    def match_tab(
        self,
        tab: QuestionTab,
        group: Group,
        members: dict[str, StudentMatch],
        book: AnswersAndAsks,
        where: MentionContext,
    ) -> None:
        """Plan the questions of a tab of the group; `members` are students of its tracker by folded name."""
        ledger = self._ledger
        self._group, self._members, self._where = group, members, where
        ledger.refuse_unread(tab.unread)
        self._titles = {question.title for question in tab.questions}
        for question in tab.questions:
            answers, asks = book.of(question)
            ledger.plan.notes += question.notes
            try:
                self._match(question, answers, asks)
            except RowRefused as refusal:
                ledger.refuse(question.location, question.title, refusal)

    def _match(self, row: AskedQuestion, answers: list[AnswerRecord], asks: list[AskRecord]) -> None:
        ledger, question = self._ledger, row.question
        # Noon in the cohort on the day of the question, but never in the future.
        noon = ledger.noon(row.day)
        asked_at = row.asked_at or (min(noon, ledger.at) if noon else None)
        question.asked_at, question.is_undated = asked_at or ledger.at, asked_at is None
        key = (group_key(self._group.name), key_of(row.title))
        # Questions of our own workbook may differ in punctuation only.
        seen = (key[0], row.title, asked_when(question) or row.number) if row.is_own else (*key, None)
        if seen in self._seen:
            if not row.is_own and key in self._matched:
                self._match_again(row, key)
                return
            raise DuplicateRow(f"The same question is in {self._seen[seen]}.")
        self._seen[seen] = row.location
        existing = self._now.find(key, row, self._titles)
        if existing is not None:
            if row.is_own:
                self._numbered[row.number, key_of(row.title)] = existing.duplicate_of or existing
            self._add_to(existing, row, answers, new_asks(ledger, asks, self._group))
            self._matched[key] = existing, [_asker_and_day(row)]
            return
        question.cohort, question.group = ledger.cohort, self._group
        question.milestone = ledger.modules.find(row.module, row.location) if row.module else None
        if row.is_own:
            new = self._own(row, answers, asks)
            self._numbered[row.number, key_of(row.title)] = question
            self._own_rows.append((new, row))
        else:
            enrolment = self._asker(row)
            question.asked_by = enrolment.person if enrolment else ledger.by
            given = [self._answer(row)] if row.answer else []
            new = RecordedQuestion(question, row.is_solved, [self._ask(row, enrolment)], given)
        self._matched[key] = new, [_asker_and_day(row)]
        if row.day and row.day < ledger.cohort.starts_on and not row.is_own:
            ledger.plan.notes.append(
                f"{row.location}: “{row.title}” was asked on {full_day(row.day)}, before the cohort began."
            )
        ledger.changes.questions.append(new)
        ledger.plan.add(Verdict.NEW, row.title, row.location, self._summary(row, new))

    def _match_again(self, row: AskedQuestion, key: _Key) -> None:
        """The same question by another student or on another day counts as asked again."""
        target, before = self._matched[key]
        asker, day = _asker_and_day(row)
        days = [on for name, on in before if name == asker]
        if days and (day is None or day in days or None in days):
            raise DuplicateRow(f"The same question is in {self._seen[(*key, None)]}.")
        ask = self._ask(row, self._asker(row))
        before.append((asker, day))
        if isinstance(target, Question):
            # Asks may have no day, so the number of asks decides whether this one exists.
            of = (target.pk, ref_of(ask.enrolment) if ask.enrolment else None)
            is_new = self._now.times(target, ask.enrolment) + self._again[of] == len(days)
            self._again[of] += is_new
            self._add_to(target, row, [], [ask] if is_new else [])
            return
        # The earliest ask with a date decides who asked a new question and when.
        target.asks = sorted((*target.asks, ask), key=lambda ask: (ask.is_undated, ask.asked_at))
        first = target.asks[0]
        target.question.asked_at, target.question.is_undated = first.asked_at, first.is_undated
        target.question.asked_by = first.enrolment.person if first.enrolment else self._ledger.by
        target.is_solved = row.is_solved or target.is_solved
        if row.answer and key_of(row.answer) not in {key_of(answer.body) for answer in target.answers}:
            target.answers.append(self._answer(row))
        labels = ["asked again", str(ask.enrolment.person) if ask.enrolment else ""]
        labels.append(full_day(row.day) if row.day else NO_DATE)
        self._ledger.plan.add(Verdict.NEW, row.title, row.location, ", ".join(filter(None, labels)))

    def _ask(self, row: AskedQuestion, enrolment: Enrolment | None) -> Ask:
        asked_at = row.question.asked_at
        week = None if row.question.is_undated else monday_of(self._ledger.cohort.today(asked_at))
        return Ask(
            group=self._group,
            enrolment=enrolment,
            asked_at=asked_at,
            week_starts_on=week,
            logged_by=self._ledger.by,
        )

    def _answer(self, row: AskedQuestion) -> Answer:
        """The answer in the row. A sheet says when a question was asked, never when it was answered."""
        return Answer(body=row.answer, answered_by=self._ledger.answerer(row.answered_by))

    def _asker(self, row: AskedQuestion) -> Enrolment | None:
        """The asker's enrolment; None if somebody of the group asked."""
        asker = self._find_asker(row.student, row.location)
        if not asker.email and not asker.is_somebody:
            raise RowRefused("Waiting for your answer: who asked it?" if asker.is_open else SKIPPED)
        return self._ledger.now.on_day(asker.email, row.day) if asker.email else None

    def _own(
        self, row: AskedQuestion, answers: list[AnswerRecord], asks: list[AskRecord]
    ) -> RecordedQuestion:
        ledger, question, student = self._ledger, row.question, row.student
        milestone: Milestone | None = question.milestone
        question.material = self._now.material(row.material, milestone)
        is_student = student is not None and ledger.now.has_enrolment(student.email)
        question.asked_by = ledger.who(row.entered_by or (student if is_student else None)) or ledger.by
        question.published_by = ledger.who(row.published_by) or ledger.by if question.published_at else None
        new = RecordedQuestion(question, row.is_solved, new_asks(ledger, asks, self._group))
        if not new.asks:
            asker = self._find_asker(student, row.location)
            day = None if question.is_undated else ledger.day(question.asked_at)
            enrolment = ledger.now.on_day(asker.email, day) if asker.email else None
            ask = self._ask(row, enrolment)
            ask.logged_by = question.asked_by
            new.asks = [ask]
        new.answers = [new_answer(ledger, record) for record in answers]
        # Any other text in the cell was added by hand, but a duplicate shows the answer of its original.
        bodies = [record.answer.body for record in answers]
        known = {key_of("\n\n".join(bodies)), *map(key_of, bodies)}
        if row.answer and key_of(row.answer) not in known and not row.is_duplicate:
            new.answers.append(self._answer(row))
        if row.is_duplicate:
            self._duplicates.append((new, row))
        return new

    def _add_to(
        self, existing: Question, row: AskedQuestion, answers: list[AnswerRecord], asks: list[Ask]
    ) -> None:
        """Add new answers and asks to an existing question, and mark it as solved if it is now."""
        ledger, changes = self._ledger, self._ledger.changes
        original = existing.duplicate_of or existing
        there = self._now.answers[original.pk]
        # A duplicate may have older answers of its own; new answers go to the original.
        own = self._now.answers[existing.pk]
        new = [
            new_answer(ledger, record) for record in answers if key_of(record.answer.body) not in there | own
        ]
        bodies = [record.answer.body for record in answers]
        # The rows of Trefoil, without those that the files add.
        has = "\n\n".join(body for body in there.values() if body and body != SOLVED)
        joined = {key_of("\n\n".join(bodies)), key_of(has)}
        for body in bodies:
            there.setdefault(key_of(body), "")
        is_original = original is existing or not row.is_own
        if row.answer and is_original and key_of(row.answer) not in there.keys() | joined:
            there[key_of(row.answer)] = ""
            if not has:
                new.append(self._answer(row))
            elif ledger.plan.differs(row.title, row.location, says=row.answer, has=has):
                other = self._answer(row)
                other.question = original
                changes.answers.append(other)
        asked = self._now.asks[existing.pk]
        again = [
            ask for ask in asks if (ask.enrolment.pk if ask.enrolment else None, asked_when(ask)) not in asked
        ]
        for answer in new:
            answer.question = original
        for ask in again:
            ask.question = existing
        changes.answers += new
        changes.asks += again
        labels = ["one more answer"] if len(new) == 1 else counted_labels({"more answers": len(new)})
        labels += ["asked again"] if len(again) == 1 else counted_labels({"more asks": len(again)})
        is_waiting = existing.status in Question.WAITING
        if _is_solved(row) and is_waiting and existing.pk not in changes.solved:
            changes.solved.append(existing.pk)
            labels.append("solved")
        verdict = Verdict.CHANGED if labels else Verdict.UNCHANGED
        ledger.plan.add(verdict, row.title, row.location, ", ".join(labels) or "already asked")

    def _find_asker(self, student: Mention | None, location: str) -> StudentMatch:
        """A member of the sheet by name, else a student of the cohort; without a name, somebody of the group."""
        if student is None:
            return StudentMatch(is_somebody=True)
        member = None if student.email else self._members.get(student.folded_name)
        if member is not None and member.email:
            return member
        asker = self._ledger.students.find(student, location, may_be_somebody=True, where=self._where)
        # Others cannot have asked as students, and a question alone does not create an account.
        is_asker = not asker.email or self._ledger.now.has_enrolment(asker.email)
        return asker if is_asker else StudentMatch(is_somebody=True)

    def _summary(self, row: AskedQuestion, new: RecordedQuestion) -> str:
        enrolment = next((ask.enrolment for ask in new.asks if ask.enrolment), None)
        labels = [str(enrolment.person) if enrolment else "somebody of the group"]
        labels.append(new.question.milestone.title if new.question.milestone else "no milestone")
        asked_on = full_day(self._ledger.cohort.today(new.question.asked_at))
        labels.append(NO_DATE if new.question.is_undated else asked_on)
        if row.is_duplicate:
            labels.append("a duplicate")
        if len(new.asks) > 1:
            labels.append(f"asked {len(new.asks)} times")
        if new.answers:
            labels.append("answered" if len(new.answers) == 1 else f"{len(new.answers)} answers")
        elif _is_solved(row):
            labels.append("solved, without an answer in the sheet")
        return ", ".join(labels)

    def finish(self) -> None:
        """Link duplicates to originals in the files or in Trefoil that are visible to at least as many people."""
        keys = [(row.duplicate_number, key_of(row.duplicate_of)) for _, row in self._duplicates]
        elsewhere = {int(key[0]) for key in keys if key not in self._numbered and key[0].isdecimal()}
        if elsewhere:
            seen_by_all = Question.objects.filter(
                pk__in=elsewhere,
                cohort__course=self._ledger.cohort.course,
                visibility=Question.Visibility.COURSE,
                duplicate_of=None,
            )
            self._numbered |= {
                (str(question.pk), key_of(question.title)): question for question in seen_by_all
            }
        duplicates = {id(new.question) for new, _ in self._duplicates}
        for (new, row), key in zip(self._duplicates, keys, strict=True):
            original = self._numbered.get(key)
            if original is not None and id(original) not in duplicates and _reaches(original, new.question):
                new.question.duplicate_of = original
                continue
            new.question.status = ""
            self._ledger.plan.notes.append(
                f"{row.location}: “{row.title}” duplicates a question that is not here; it is imported as a question of"
                " its own."
            )
            # The cell holds the answers of the original.
            if row.answer and not new.answers:
                new.answers.append(self._answer(row))
        times = Counter({id(new.question): len(new.asks) for new, _ in self._own_rows})
        for new, _ in self._duplicates:
            times[id(new.question.duplicate_of)] += len(new.asks)
        for new, row in self._own_rows:
            if row.times.isdecimal() and int(row.times) != times[id(new.question)]:
                self._ledger.plan.notes.append(
                    f"{row.location}: “{row.title}” was asked {row.times} times; the files have"
                    f" {times[id(new.question)]} of these."
                )


def _reaches(original: Question, duplicate: Question) -> bool:
    """Like `Question.reaches`; two new groups have no ids yet that could differ."""
    is_of_group = original.visibility == Question.Visibility.GROUP
    return original.reaches(duplicate) and (not is_of_group or original.group == duplicate.group)


def _is_solved(row: AskedQuestion) -> bool:
    return bool(row.is_solved) and (not row.is_own or row.question.status == Question.Status.ANSWERED)


def _asker_and_day(row: AskedQuestion) -> tuple[str, date | None]:
    student = row.student
    return (student.email or student.folded_name) if student else "", row.day
