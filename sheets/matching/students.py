"""Finds students by address or by a name in the cohort; otherwise asks."""

from dataclasses import dataclass, replace
from functools import cached_property

from groups.models import Enrolment, Group
from lib.mentions import Mention, read_person
from lib.text import folded
from sheets.matching.clarifications import Clarifications
from sheets.matching.cohort_snapshot import CohortSnapshot, shown
from sheets.matching.near_names import NearNames
from sheets.matching.plan import LEAVE_OUT, Clarification
from sheets.understanding.roster import group_key

# The answer that somebody of the group asked, no matter who.
SOMEBODY = "somebody"
_MOST_NEAR = 8


@dataclass(frozen=True, slots=True)
class StudentMatch:
    """The person of a name. `email` is empty if the answer is open, is to leave out, or is somebody of the group.

    `student` is the open enrolment of somebody who studies in the cohort already.
    """

    email: str = ""
    name: str = ""
    student: Enrolment | None = None
    is_open: bool = False
    is_somebody: bool = False


@dataclass(frozen=True, slots=True)
class MentionContext:
    """The place of a name: the workbook or group, and the group itself, if it is known.

    `row` is the location if several rows have the same name.
    """

    called: str
    group: Group | None = None
    row: str = ""


class StudentFinder:
    """Asks once per name if it cannot know who is meant."""

    def __init__(self, now: CohortSnapshot, answers: dict[str, str]) -> None:
        self._now = now
        self._answers = answers
        self._asked = Clarifications()
        # Keys of names in trackers, which must belong to a person.
        self._must_be_named: set[str] = set()
        # Keys to the context in which the name occurred first.
        self._first: dict[str, str] = {}

    @property
    def clarifications(self) -> list[Clarification]:
        return [
            replace(one, choices=tuple(choice for choice in one.choices if choice[0] != SOMEBODY))
            if one.key in self._must_be_named
            else one
            for one in self._asked.all
        ]

    @cached_property
    def _names(self) -> dict[str, Enrolment]:
        return {folded(student.person.name): student for student in self._now.students.values()}

    @cached_property
    def _near(self) -> NearNames:
        return NearNames(self._names)

    def find(
        self,
        mention: Mention,
        location: str,
        *,
        may_be_somebody: bool = False,
        where: MentionContext | None = None,
    ) -> StudentMatch:
        """Return who is meant.

        Args:
            may_be_somebody: knowing that it was somebody of the group is enough, as for a question.
            where: prefers the person in this group if several have the name. Unknown names are asked once per group.
        """
        known = self._known(mention, where)
        if known is not None:
            return known
        named = self._now.students_named(mention.name)
        key = self._key(mention, named, where)
        called = where.called if where and key != _key(mention) else ""
        self._asked.ask(key, location, lambda: self._clarification(key, mention, named, where, called))
        if not may_be_somebody:
            self._must_be_named.add(key)
        return self._answered(key, mention)

    def peek(self, mention: Mention, where: MentionContext) -> StudentMatch:
        named = self._now.students_named(mention.name)
        return self._known(mention, where) or self._answered(self._key(mention, named, where), mention)

    def _known(self, mention: Mention, where: MentionContext | None) -> StudentMatch | None:
        if mention.email:
            return self._of(mention.email, mention.name)
        named = self._now.students_named(mention.name)
        if len(named) > 1 and where and where.group and not where.row:
            stays = [(student, self._now.stay(student)) for student in named]
            named = [student for student, stay in stays if stay and stay.group == where.group]
        return self._of(named[0].person.email, named[0].person.name) if len(named) == 1 else None

    def _key(self, mention: Mention, named: list[Enrolment], where: MentionContext | None) -> str:
        """The key of the clarification: the name, and the context if the name occurred elsewhere before."""
        key = _key(mention)
        if where is None:
            return key
        if self._first.setdefault(key, group_key(where.called)) != group_key(where.called):
            key = f"{key} in {group_key(where.called)}"
        return f"{key}, {where.row}" if where.row and len(named) > 1 else key

    def _answered(self, key: str, mention: Mention) -> StudentMatch:
        answer = self._answers.get(key, "")
        if answer == SOMEBODY:
            return StudentMatch(is_somebody=True)
        typed = read_person(answer)
        if not answer or answer == LEAVE_OUT or typed.wrong or not typed.email:
            return StudentMatch(is_open=not answer)
        return self._of(typed.email, typed.name or mention.name)

    def _of(self, email: str, name: str) -> StudentMatch:
        account = self._now.accounts.get(email)
        called = account.name if account else name
        return StudentMatch(email, called or email, self._now.students.get(email))

    def _begun(self, mention: Mention, where: MentionContext | None) -> list[Enrolment]:
        """Those of the group whose names begin so, or else of the cohort."""
        begun = [self._names[name] for name in self._near.begun(mention.folded_name)]
        stays = [(student, self._now.stay(student)) for student in begun]
        group = where.group if where else None
        return [student for student, stay in stays if stay and stay.group is group] or begun

    def _clarification(
        self, key: str, mention: Mention, named: list[Enrolment], where: MentionContext | None, called: str
    ) -> Clarification:
        near = named or self._begun(mention, where)[:_MOST_NEAR]
        near = near or [self._names[name] for name in self._near.near(mention.folded_name)]
        why = (
            f"{len(named)} people in the cohort have this name."
            if named
            else "No one in the cohort has this name."
        )
        return Clarification(
            key=key,
            text=f"Who is “{mention.name[:150]}”{f' of {called[:100]}' if called else ''}? {why}",
            choices=(
                *((student.person.email, shown(student.person)) for student in near),
                (SOMEBODY, "Someone in the group (the name is not kept)"),
                (LEAVE_OUT, "Skip their rows"),
            ),
            takes_email=True,
            suggested=near[0].person.email if len(near) == 1 else "",
        )


def _key(mention: Mention) -> str:
    return f"student:{mention.folded_name or mention.name}"
