"""Students as sheets name them: by address, by a name of the cohort, else asked for."""

from dataclasses import dataclass
from difflib import get_close_matches

from lib.text import folded
from sheets.matching.cohort_now import CohortNow, Student
from sheets.matching.plan import LEAVE_OUT, Choice, Question
from sheets.understanding.people import Mention, read_person

# The answer that somebody of the group asked, whoever it was.
SOMEBODY = "somebody"


@dataclass(frozen=True, slots=True)
class Who:
    """Who is meant. `email` is empty where it is asked, left out, or somebody of the group who is not named."""

    email: str = ""
    name: str = ""
    student: Student | None = None
    is_open: bool = False
    is_somebody: bool = False


class StudentFinder:
    """Finds who is meant; what it cannot know becomes a question, once a name."""

    def __init__(self, now: CohortNow, answers: dict[str, str]) -> None:
        self._now = now
        self._answers = answers
        self._asked: dict[str, Question] = {}
        self._names = {folded(student.account.name): student for student in now.students.values()}

    @property
    def questions(self) -> list[Question]:
        return list(self._asked.values())

    def find(self, mention: Mention, place: str, *, may_be_somebody: bool = False) -> Who:
        """Return who is meant.

        Args:
            may_be_somebody: it is enough to know that it was somebody of the group, as for a question.
        """
        if mention.email:
            return self._of(mention.email, mention.name)
        named = self._now.students_named(mention.name)
        if len(named) == 1:
            return self._of(named[0].account.email, named[0].account.name)
        key = f"student:{mention.folded_name or mention.name}"
        self._ask(key, mention, named, place, may_be_somebody)
        answer = self._answers.get(key, "")
        if answer == SOMEBODY:
            return Who(is_somebody=True)
        typed = read_person(answer)
        if not answer or answer == LEAVE_OUT or typed.wrong or not typed.email:
            return Who(is_open=not answer)
        return self._of(typed.email, typed.name or mention.name)

    def _of(self, email: str, name: str) -> Who:
        student = self._now.student_of(email)
        account = self._now.accounts.get(email)
        return Who(email, account.name if account else name or email, student)

    def _ask(
        self, key: str, mention: Mention, named: list[Student], place: str, may_be_somebody: bool
    ) -> None:
        asked = self._asked.get(key)
        places = (*asked.places, place) if asked else (place,)
        near = named or [
            self._names[name] for name in get_close_matches(mention.folded_name, self._names, n=4, cutoff=0.6)
        ]
        choices = [Choice(one.account.email, str(one.account)) for one in near]
        # Somebody who stands in a tracker must be known by name.
        if may_be_somebody and (asked is None or SOMEBODY in {choice.value for choice in asked.choices}):
            choices.append(Choice(SOMEBODY, "Somebody of the group; who it was is not kept"))
        choices.append(Choice(LEAVE_OUT, "Leave out what stands there of them"))
        why = (
            f"{len(named)} people of the cohort are called so."
            if named
            else "Nobody of the cohort is called so."
        )
        self._asked[key] = Question(
            key=key,
            text=f"Who is “{mention.name[:150]}”? {why}",
            places=places,
            choices=tuple(choices),
            takes_email=True,
        )
