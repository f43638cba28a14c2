"""Questions of a sheet held against those that the group asked already."""

from collections import defaultdict
from datetime import date

from lib.text import folded
from sheets.matching.changes import NewQuestion, SheetChanges
from sheets.matching.cohort_now import CohortNow
from sheets.matching.mentors import MentorFinder
from sheets.matching.modules import ModuleFinder
from sheets.matching.plan import Head, Plan, Verdict
from sheets.matching.students import StudentFinder, Who
from sheets.understanding.people import Mention
from sheets.understanding.questions import AskedQuestion, QuestionTab
from sheets.understanding.roster import group_key
from tracker.models import Answer, Question


class QuestionMatcher:
    """Plans the questions of sheets: new, answered since, or there already. Three queries for a whole cohort."""

    def __init__(
        self,
        now: CohortNow,
        plan: Plan[SheetChanges],
        students: StudentFinder,
        mentors: MentorFinder,
        modules: ModuleFinder,
    ) -> None:
        self._now = now
        self._plan = plan
        self._students, self._mentors, self._modules = students, mentors, modules
        names = {pk: group_key(group.name) for pk, group in now.groups.items()}
        self._there: dict[tuple[str, str], int] = {}
        rows = (
            Question.objects.filter(cohort=now.cohort)
            .order_by("-pk")
            .values_list("pk", "duplicate_of", "group", "title")
        )
        for pk, original, group_id, title in rows:
            # A duplicate is answered where it points to.
            self._there[names[group_id], folded(title)] = original or pk
        self._answers: dict[int, set[str]] = defaultdict(set)
        for pk, body in Answer.objects.filter(question__cohort=now.cohort).values_list("question", "body"):
            self._answers[pk].add(folded(body))
        self._seen: dict[tuple[str, str], str] = {}

    def take(self, n: int, tab: QuestionTab, group: str, members: dict[str, Who]) -> None:
        """Plan the questions of a tab, which are the group's; `members` are those of its tracker by folded name."""
        self._plan.heads[n] = Head(tab.understood.table.tab, (tab.understood.header,))
        for unread in tab.unread:
            self._plan.add(
                Verdict.UNREADABLE, unread.what, unread.place, unread.reason, table=n, row=unread.row
            )
        for question in tab.questions:
            self._take(n, question, group, members)

    def _take(self, n: int, question: AskedQuestion, group: str, members: dict[str, Who]) -> None:
        key = (group_key(group), folded(question.title))
        if key in self._seen:
            reason = f"The same question stands in {self._seen[key]}."
            self._plan.add(
                Verdict.UNREADABLE, question.title, question.place, reason, table=n, row=question.row
            )
            return
        self._seen[key] = question.place
        known = self._there.get(key)
        if known is not None:
            self._known(known, question)
            return
        who = self._who(question.student, question.place, members)
        found = self._modules.find(question.module, question.place) if question.module else None
        if not who.email and not who.is_somebody:
            reason = "Asked: who asked it." if who.is_open else "Left out, as you said."
            self._plan.add(
                Verdict.UNREADABLE, question.title, question.place, reason, table=n, row=question.row
            )
            return
        milestone = found.milestone if found else None
        self._plan.changes.questions.append(
            NewQuestion(
                group=group,
                student=who.email,
                day=question.day,
                milestone_id=milestone.pk if milestone else None,
                title=question.title,
                detail=question.detail,
                answer=question.answer,
                answered_by=self._answerer(question.answered_by),
                is_solved=question.is_solved,
            )
        )
        self._plan.add(Verdict.NEW, question.title, question.place, self._said(question, who, milestone))

    def _known(self, pk: int, question: AskedQuestion) -> None:
        if not question.answer or folded(question.answer) in self._answers[pk]:
            self._plan.add(Verdict.UNCHANGED, question.title, question.place, "asked already")
            return
        answer = (pk, question.answer, self._answerer(question.answered_by), question.day)
        self._plan.changes.answers.append(answer)
        self._plan.add(Verdict.CHANGED, question.title, question.place, "one more answer")

    def _who(self, student: Mention | None, place: str, members: dict[str, Who]) -> Who:
        """Who asked: a member of the sheet by name, else somebody of the cohort; nobody named: anybody of the group."""
        if student is None:
            return Who(is_somebody=True)
        if not student.email and student.folded_name in members:
            return members[student.folded_name]
        who = self._students.find(student, place, may_be_somebody=True)
        # Who is no student of the cohort cannot have asked as one; an address nobody has is not made a person for it.
        known = who.student is not None or who.email in {one.email for one in members.values()}
        return who if known or not who.email else Who(is_somebody=True)

    def _answerer(self, mention: Mention | None) -> str:
        """The address of who answered, if it is somebody of the course or of the sheets."""
        if mention is None:
            return ""
        if mention.email:
            return mention.email if self._is_known(mention.email) else ""
        named = self._now.tied_named(mention.name)
        if len(named) == 1:
            return named[0].email
        people = self._plan.changes.cohort.accounts.values()
        return next((one.email for one in people if folded(one.name) == mention.folded_name), "")

    def _is_known(self, email: str) -> bool:
        return email in self._now.accounts or email in self._plan.changes.cohort.accounts

    def _said(self, question: AskedQuestion, who: Who, milestone: object) -> str:
        words = [who.name or "somebody of the group", str(milestone) if milestone else "no milestone"]
        if question.day:
            words.append(_day(question.day))
        if question.answer:
            words.append("answered")
        elif question.is_solved:
            words.append("solved, without an answer in the sheet")
        return ", ".join(words)


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
