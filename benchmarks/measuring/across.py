"""Questions asked in another language than English, and what of the same course was answered in English is shown."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from benchmarks.measuring.asked import Asked
from benchmarks.measuring.figures import Share, share
from benchmarks.measuring.rankers import offered_among
from questions.similar import OFFER

_ENGLISH = "English"


@dataclass(frozen=True)
class Across:
    """`shown`: the share of the questions with a twin that are shown it; `new`: those offered for one without."""

    language: str
    asked: int
    shown: Share
    new: Share


def measure_across(courses: Iterable[Sequence[Asked]]) -> list[Across]:
    """Count by language, which is the module of a question, over courses with questions in English."""
    rows: dict[str, list[tuple[str, bool, int]]] = {}
    for questions in courses:
        answered = [asked for asked in questions if asked.module == _ENGLISH]
        asking = [asked for asked in questions if answered and asked.module != _ENGLISH]
        for asked, offered in zip(asking, offered_among(answered, asking, OFFER), strict=True):
            is_shown = any(answered[place].group == asked.group for place in offered)
            rows.setdefault(asked.module, []).append((asked.group, is_shown, len(offered)))
    return [
        Across(
            language,
            asked=sum(bool(group) for group, _, _ in of_language),
            shown=share((group, is_shown, 1) for group, is_shown, _ in of_language if group),
            new=share(
                (str(number), offered, 1)
                for number, (group, _, offered) in enumerate(of_language)
                if not group
            ),
        )
        for language, of_language in rows.items()
    ]
