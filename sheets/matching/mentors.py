"""Finds mentors by address or by a name that only one person has; otherwise asks."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from lib.mentions import Mention, read_person
from people.models import User
from sheets.matching.clarifications import Clarifications
from sheets.matching.cohort_snapshot import CohortSnapshot
from sheets.matching.plan import LEAVE_OUT, Clarification, ClarificationChoice


@dataclass(frozen=True, slots=True)
class MentorMatch:
    """A mentor who was found, by address. `name` is for new people."""

    email: str
    name: str


class MentorFinder:
    """Asks once per name if it cannot know who is meant."""

    def __init__(self, now: CohortSnapshot, mentions: Iterable[Mention], answers: dict[str, str]) -> None:
        self._now = now
        self._answers = answers
        self._asked = Clarifications()
        # Names that have an address beside them elsewhere in the files.
        self._named: dict[str, dict[str, MentorMatch]] = defaultdict(dict)
        for mention in mentions:
            if mention.email and mention.folded_name and not mention.wrong:
                self._named[mention.folded_name][mention.email] = MentorMatch(mention.email, mention.name)

    @property
    def clarifications(self) -> list[Clarification]:
        return self._asked.all

    def find(self, mention: Mention, location: str) -> MentorMatch | None:
        """Return who is meant; None if the answer is open or was to leave the mentor out."""
        if mention.email:
            return MentorMatch(mention.email, mention.name)
        candidates = self._candidates(mention)
        if len(candidates) == 1:
            return candidates[0]
        key = f"mentor:{mention.folded_name}"
        self._asked.ask(key, location, lambda: _clarification(key, mention, candidates))
        return self._answered(self._answers.get(key, ""), mention)

    def _candidates(self, mention: Mention) -> list[MentorMatch]:
        accounts = {
            account.email: _match(account)
            for account in self._now.tied_named(mention.name)
            if account.is_active
        }
        mentors = {email: match for email, match in accounts.items() if email in self._now.mentoring}
        return list((mentors or accounts | self._named.get(mention.folded_name, {})).values())

    def _answered(self, answer: str, mention: Mention) -> MentorMatch | None:
        if not answer or answer == LEAVE_OUT:
            return None
        typed = read_person(answer)
        return (
            None if typed.wrong or not typed.email else MentorMatch(typed.email, typed.name or mention.name)
        )


def _match(account: User) -> MentorMatch:
    return MentorMatch(account.email, account.name)


def _clarification(key: str, mention: Mention, candidates: list[MentorMatch]) -> Clarification:
    choices = [
        ClarificationChoice(candidate.email, f"{candidate.name} <{candidate.email}>")
        for candidate in candidates
    ]
    why = "Several people have this name." if candidates else "No one in the course has this name."
    return Clarification(
        key=key,
        text=f"Who is the mentor “{mention.name}”? {why}",
        locations=(),
        choices=(*choices, ClarificationChoice(LEAVE_OUT, "Skip this mentor")),
        takes_email=True,
    )
