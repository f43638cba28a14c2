"""Finds mentors by address or by a name that only one person has; otherwise asks."""

from collections import defaultdict
from collections.abc import Iterable
from functools import cached_property

from lib.mentions import Mention, read_person
from sheets.matching.clarifications import Clarifications
from sheets.matching.cohort_snapshot import CohortSnapshot
from sheets.matching.near_names import NearNames
from sheets.matching.plan import LEAVE_OUT, Clarification

_MOST_NEAR = 8


class MentorFinder:
    """Asks once per name if it cannot know who is meant."""

    def __init__(self, now: CohortSnapshot, mentions: Iterable[Mention], answers: dict[str, str]) -> None:
        self._now = now
        self._answers = answers
        self._asked = Clarifications()
        # Names that have an address beside them elsewhere in the files.
        self._named: dict[str, dict[str, Mention]] = defaultdict(dict)
        for mention in mentions:
            if mention.email and mention.folded_name and not mention.wrong:
                self._named[mention.folded_name][mention.email] = mention

    @property
    def clarifications(self) -> list[Clarification]:
        return self._asked.all

    def find(self, mention: Mention, location: str) -> Mention | None:
        """Return who is meant, with an address; None if the answer is open or was to leave the mentor out."""
        if mention.email:
            return mention
        candidates = self._candidates(mention)
        if len(candidates) == 1:
            return candidates[0]
        key = f"mentor:{mention.folded_name}"
        self._asked.ask(key, location, lambda: self._clarification(key, mention, candidates))
        typed = read_person(self._answers.get(key, ""))
        if typed.wrong or not typed.email:
            return None
        named = (of[typed.email].name for of in self._named.values() if typed.email in of)
        return Mention(typed.name or next(named, mention.name), typed.email)

    def _candidates(self, mention: Mention) -> list[Mention]:
        accounts = {
            account.email: Mention(account.name, account.email)
            for account in self._now.tied_named(mention.name)
            if account.is_active
        }
        mentors = {email: match for email, match in accounts.items() if email in self._now.mentoring}
        return list((mentors or accounts | self._named.get(mention.folded_name, {})).values())

    @cached_property
    def _near(self) -> NearNames:
        return NearNames([*self._now.tied_names, *self._named])

    def _clarification(self, key: str, mention: Mention, candidates: list[Mention]) -> Clarification:
        why = "Several people have this name." if candidates else "No one in the course has this name."
        begun = self._near.begun(mention.folded_name)[:_MOST_NEAR]
        near = candidates or [match for name in begun for match in self._candidates(Mention(name, ""))]
        likely = [match for match in near if match.email not in self._now.students]
        return Clarification(
            key=key,
            text=f"Who is the mentor “{mention.name}”? {why}",
            choices=(
                *((one.email, f"{one.name} <{one.email}>") for one in near),
                (LEAVE_OUT, "Skip this mentor"),
            ),
            takes_email=True,
            suggested=likely[0].email if len(likely) == 1 and not candidates else "",
        )
