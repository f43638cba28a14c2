"""Questions of a sheet held against those that the group asked already."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from courses.models import Material, Milestone
from sheets.matching.ledger import Ledger, Refused, in_words, key_of, shown_day
from sheets.matching.plan import Head, Verdict
from sheets.matching.records.asked import BookOfQuestions
from sheets.matching.sheet_changes import NewAnswer, NewAsk, NewQuestion
from sheets.matching.students import Who
from sheets.understanding.people import Mention
from sheets.understanding.questions import AskedQuestion, MoreOfQuestion, QuestionTab
from sheets.understanding.records import AnswerLine, AskLine
from sheets.understanding.roster import group_key
from tracker.models import Answer, Ask, Question

_NOON = time(12)


@dataclass(frozen=True, slots=True)
class _There:
    """A question that is there; of a duplicate, `answered_at_id` is the one that it points at."""

    id: int
    title: str
    asked_at: datetime
    answered_at_id: int


class QuestionMatcher:
    """Plans the questions of sheets: new, answered or asked since, or there already. Four queries a cohort."""

    def __init__(self, ledger: Ledger, *, at: datetime) -> None:
        self._ledger = ledger
        self._at = at
        cohort = ledger.now.cohort
        self._there: dict[tuple[str, str], list[_There]] = defaultdict(list)
        rows = Question.objects.filter(cohort=cohort).order_by("pk")
        for pk, original, group, title, asked_at in rows.values_list(
            "pk", "duplicate_of", "group__name", "title", "asked_at"
        ):
            there = _There(pk, title, asked_at.replace(microsecond=0), original or pk)
            self._there[group_key(group), key_of(title)].append(there)
        self._answers: dict[int, set[str]] = defaultdict(set)
        for pk, body in Answer.objects.filter(question__cohort=cohort).values_list("question", "body"):
            self._answers[pk].add(key_of(body))
        self._asks: dict[int, set[tuple[int | None, datetime]]] = defaultdict(set)
        asks = Ask.objects.filter(question__cohort=cohort)
        for pk, enrolment, asked_at in asks.values_list("question", "enrolment", "asked_at"):
            # A mentor's workbook does not say who of another group it was: at the same moment it is the same.
            self._asks[pk] |= {(who, asked_at.replace(microsecond=0)) for who in (enrolment, None)}
        self._materials: dict[str, list[Material]] = defaultdict(list)
        for material in Material.objects.filter(milestone__course=cohort.course).only("title", "milestone"):
            self._materials[key_of(material.title)].append(material)
        self._seen: dict[tuple[str, str, datetime | None], str] = {}
        # Questions of our own workbooks by their number and title: new ones, and the ids of those that are there.
        # Titles of the tab that is taken.
        self._titles: set[str] = set()
        self._numbered: dict[tuple[str, str], NewQuestion | int] = {}
        self._duplicates: list[tuple[NewQuestion, MoreOfQuestion, AskedQuestion]] = []

    def take(
        self, n: int, tab: QuestionTab, group: str, members: dict[str, Who], book: BookOfQuestions
    ) -> None:
        """Plan the questions of a tab, which are the group's; `members` are those of its tracker by folded name."""
        self._ledger.plan.heads[n] = Head(tab.understood.table.tab, (tab.understood.header,), group)
        for unread in tab.unread:
            self._ledger.plan.add(
                Verdict.UNREADABLE, unread.what, unread.place, unread.reason, table=n, row=unread.row
            )
        self._titles = {question.title for question in tab.questions}
        for question in tab.questions:
            answers, asks = book.of(question)
            self._ledger.plan.notes += question.notes
            try:
                self._take(question, group, members, answers, asks)
            except Refused as refusal:
                self._ledger.plan.add(
                    Verdict.UNREADABLE,
                    question.title,
                    question.place,
                    str(refusal),
                    table=n,
                    row=question.row,
                )

    def _take(
        self,
        question: AskedQuestion,
        group: str,
        members: dict[str, Who],
        answers: list[AnswerLine],
        asks: list[tuple[int, AskLine]],
    ) -> None:
        more = question.more
        asked_at = self._asked_at(question)
        key = (group_key(group), key_of(question.title))
        # Our own workbook may hold questions that differ in nothing but a sign.
        seen = (key[0], question.title, asked_at) if more else (*key, None)
        if seen in self._seen:
            raise Refused(f"The same question stands in {self._seen[seen]}.")
        self._seen[seen] = question.place
        known = self._known(key, question, asked_at)
        if known is not None:
            if more:
                self._numbered[more.number, key[1]] = known.answered_at_id
            self._add_to(known, question, answers, asks, group)
            return
        if more is None:
            new = self._new(question, group, members, asked_at)
        else:
            new = self._own(question, more, group, members, asked_at, answers, asks)
            self._numbered[more.number, key[1]] = new
        self._ledger.plan.changes.questions.append(new)
        self._ledger.plan.add(Verdict.NEW, question.title, question.place, self._said(question, new))

    def _asked_at(self, question: AskedQuestion) -> datetime | None:
        """Noon of its day where the cohort is, when a sheet says no time; nothing that is yet to come was asked."""
        own = self._ledger.moment(question.more.asked_at) if question.more else None
        if own is not None:
            return own
        return None if question.day is None else min(self._noon(question.day), self._at)

    def _noon(self, day: date) -> datetime:
        return datetime.combine(day, _NOON, self._ledger.zone).astimezone(UTC)

    def _known(
        self, key: tuple[str, str], question: AskedQuestion, asked_at: datetime | None
    ) -> _There | None:
        """The question that is there; of our own, several of the same words are told apart by when they were asked."""
        there = self._there.get(key, [])
        if question.more is not None:
            number = question.more.number
            there = [one for one in there if one.asked_at == asked_at or str(one.id) == number]
            # What is nearly called so may be another one of the tab.
            there = [one for one in there if one.title == question.title or one.title not in self._titles]
        exact = [one for one in there if one.title == question.title]
        return next(iter(exact or there), None)

    def _new(
        self, question: AskedQuestion, group: str, members: dict[str, Who], asked_at: datetime | None
    ) -> NewQuestion:
        """A question of a tracking sheet. Only the group could read it, and so it stays."""
        who = self._who(question.student, question.place, members)
        found = self._ledger.modules.find(question.module, question.place) if question.module else None
        if not who.email and not who.is_somebody:
            raise Refused("Asked: who asked it." if who.is_open else "Left out, as you said.")
        answers = []
        if question.answer:
            answers.append(NewAnswer(question.answer, self._answerer(question.answered_by), asked_at))
        ref = self._ledger.enrolments.on(who.email, question.day) if who.email else None
        return NewQuestion(
            group=group,
            asked_by=who.email,
            asked_at=asked_at,
            milestone_id=found.milestone.pk if found and found.milestone else None,
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
        members: dict[str, Who],
        asked_at: datetime | None,
        answers: list[AnswerLine],
        asks: list[tuple[int, AskLine]],
    ) -> NewQuestion:
        """A question of our own workbook, with all that it says."""
        ledger = self._ledger
        found = ledger.modules.find(question.module, question.place) if question.module else None
        milestone = found.milestone if found else None
        student = question.student
        is_student = student is not None and student.email in ledger.enrolments
        new = NewQuestion(
            group=group,
            asked_by=ledger.person(more.entered_by or (student if is_student else None)),
            asked_at=asked_at,
            milestone_id=milestone.pk if milestone else None,
            title=question.title,
            detail=question.detail,
            material_id=self._material(more.material, milestone),
            category=more.category,
            visibility=more.visibility,
            is_asker_hidden=more.is_hidden,
            status="" if more.status == "duplicate" else more.status,
            is_solved=question.is_solved,
            first_answered_at=ledger.moment(more.answered_at),
            published_at=ledger.moment(more.published_at),
            published_by=ledger.person(more.published_by),
        )
        new.asks = self._new_asks(asks, group)
        if not new.asks:
            who = self._who(student, question.place, members)
            ref = ledger.enrolments.on(who.email, ledger.day(asked_at)) if who.email else None
            new.asks = [NewAsk(group, ref, asked_at, new.asked_by)]
        new.answers = [self._new_answer(line) for line in answers]
        # What stands in the cell besides was written there by hand; a duplicate shows the answer of its original.
        said = {key_of(line.body) for line in answers} | {key_of("\n\n".join(line.body for line in answers))}
        if question.answer and key_of(question.answer) not in said and more.status != "duplicate":
            new.answers.append(NewAnswer(question.answer, self._answerer(question.answered_by), asked_at))
        if more.status == "duplicate":
            self._duplicates.append((new, more, question))
        return new

    def _new_answer(self, line: AnswerLine) -> NewAnswer:
        return NewAnswer(line.body, self._ledger.person(line.person), self._ledger.moment(line.answered_at))

    def _new_asks(self, asks: list[tuple[int, AskLine]], group: str) -> list[NewAsk]:
        ledger, new, seen = self._ledger, [], set()
        for n, line in asks:
            asked_at = ledger.moment(line.asked_at)
            try:
                name = ledger.group(line.group, group)
                day = ledger.day(asked_at)
                ref = ledger.student(line.person, line.place, day) if line.person else None
            except Refused as refusal:
                ledger.refuse(n, line, line.asked, refusal)
                continue
            if ref is None or (ref, asked_at) not in seen:
                seen.add((ref, asked_at))
                new.append(NewAsk(name, ref, asked_at, ledger.person(line.logged_by), line.week))
        return sorted(new, key=lambda one: one.asked_at or self._at)

    def _add_to(
        self,
        known: _There,
        question: AskedQuestion,
        answers: list[AnswerLine],
        asks: list[tuple[int, AskLine]],
        group: str,
    ) -> None:
        """Add to a question that is there what was answered and asked since."""
        changes, there = self._ledger.plan.changes, self._answers[known.answered_at_id]
        # A duplicate may have answers of its own from before it was one; new ones go where it points.
        own = self._answers[known.id]
        new = [self._new_answer(line) for line in answers if key_of(line.body) not in there | own]
        joined = {key_of("\n\n".join(line.body for line in answers))} if answers else set()
        there |= {key_of(line.body) for line in answers}
        is_original = known.answered_at_id == known.id or question.more is None
        if question.answer and is_original and key_of(question.answer) not in there | joined:
            new.append(
                NewAnswer(
                    question.answer,
                    self._answerer(question.answered_by),
                    None if question.day is None else min(self._noon(question.day), self._at),
                )
            )
            there.add(key_of(question.answer))
        again = [
            ask
            for ask in self._new_asks(asks, group)
            if (ask.enrolment.id if ask.enrolment else None, ask.asked_at) not in self._asks[known.id]
        ]
        changes.answers += [(known.answered_at_id, answer) for answer in new]
        changes.asks += [(known.id, ask) for ask in again]
        words = ["one more answer"] if len(new) == 1 else in_words({"more answers": len(new)})
        words += ["asked once more"] if len(again) == 1 else in_words({"more asks": len(again)})
        verdict = Verdict.CHANGED if words else Verdict.UNCHANGED
        self._ledger.plan.add(verdict, question.title, question.place, ", ".join(words) or "asked already")

    def _material(self, title: str, milestone: Milestone | None) -> int | None:
        """The material of that title in the milestone, else the only one of the course; None where it is not known."""
        found = self._materials.get(key_of(title), []) if title else []
        own = [one for one in found if milestone is not None and one.milestone_id == milestone.pk]
        if own or len(found) == 1:
            return (own or found)[0].pk
        return None

    def _who(self, student: Mention | None, place: str, members: dict[str, Who]) -> Who:
        """Who asked: a member of the sheet by name, else somebody of the cohort; nobody named: anybody of the group."""
        if student is None:
            return Who(is_somebody=True)
        if not student.email and student.folded_name in members:
            return members[student.folded_name]
        who = self._ledger.students.find(student, place, may_be_somebody=True)
        # Who is no student of the cohort cannot have asked as one; an address nobody has is not made a person for it.
        return who if who.email in self._ledger.enrolments or not who.email else Who(is_somebody=True)

    def _answerer(self, mention: Mention | None) -> str:
        """The address of who answered, if it is somebody of the course or of the sheets."""
        if mention is not None and mention.email:
            people = self._ledger.people.accounts
            is_known = mention.email in self._ledger.now.accounts or mention.email in people
            return mention.email if is_known else ""
        return self._ledger.person(mention)

    def _said(self, question: AskedQuestion, new: NewQuestion) -> str:
        ledger = self._ledger
        who = next((ask.enrolment.email for ask in new.asks if ask.enrolment), "")
        account = ledger.account(who) or ledger.people.accounts.get(who)
        words = [account.name if account else "somebody of the group"]
        words.append(ledger.titled[new.milestone_id] if new.milestone_id else "no milestone")
        if question.day:
            words.append(shown_day(question.day))
        if question.more is not None and question.more.status == "duplicate":
            words.append("a duplicate")
        if len(new.asks) > 1:
            words.append(f"asked {len(new.asks)} times")
        if new.answers:
            words.append("answered" if len(new.answers) == 1 else f"{len(new.answers)} answers")
        elif question.is_solved and (question.more is None or question.more.status == "answered"):
            words.append("solved, without an answer in the sheet")
        return ", ".join(words)

    def finish(self) -> None:
        """Let duplicates point at their originals, if these are in the files or here, and may be seen by as many."""
        missing = {
            more.duplicate_number
            for _, more, _ in self._duplicates
            if (more.duplicate_number, key_of(more.duplicate_of)) not in self._numbered
        }
        elsewhere = self._elsewhere({int(number) for number in missing if number.isdigit()})
        there = self._seen_by({one for one in self._numbered.values() if isinstance(one, int)})
        for new, more, question in self._duplicates:
            key = (more.duplicate_number, key_of(more.duplicate_of))
            original = self._numbered.get(key) or elsewhere.get(key)
            if isinstance(original, NewQuestion):
                is_seen = _reaches(original.visibility, original.group, new) and not self._points(original)
                original = original if is_seen and original is not new else None
            elif original in there and not _reaches(*there[original], new):
                original = None
            if original is None:
                self._ledger.plan.notes.append(
                    f"{question.place}: “{question.title}” is a duplicate of a question that is not here; it comes in"
                    " by itself."
                )
                # The answers of the original stand in the cell.
                if question.answer and not new.answers:
                    answerer = self._answerer(question.answered_by)
                    new.answers.append(NewAnswer(question.answer, answerer, new.asked_at))
            new.duplicate_of = original

    def _points(self, question: NewQuestion) -> bool:
        return any(new is question for new, _, _ in self._duplicates)

    def _seen_by(self, ids: set[int]) -> dict[int | None, tuple[str, str]]:
        """Who sees questions that are there, and of which group they are."""
        if not self._duplicates or not ids:
            return {}
        rows = Question.objects.filter(cohort=self._ledger.now.cohort).values_list(
            "pk", "visibility", "group__name"
        )
        return {pk: (visibility, group) for pk, visibility, group in rows if pk in ids}

    def _elsewhere(self, ids: set[int]) -> dict[tuple[str, str], int]:
        """Questions of the same course that everybody of it may see, by number and title."""
        if not ids:
            return {}
        found = Question.objects.filter(
            pk__in=ids,
            cohort__course=self._ledger.now.cohort.course,
            visibility=Question.Visibility.COURSE,
            duplicate_of=None,
        )
        return {(str(pk), key_of(title)): pk for pk, title in found.values_list("pk", "title")}


def _reaches(visibility: str, group: str, duplicate: NewQuestion) -> bool:
    """Whether everybody who sees the duplicate sees a question of the cohort too, as `Question.reaches` has it."""
    if visibility == "group":
        return duplicate.visibility == "group" and group_key(group) == group_key(duplicate.group)
    return visibility == "course" or duplicate.visibility != "course"
