"""What is shown to who asks otherwise: in another language, or by a vague title and an error in the detail."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from benchmarks.measuring.asked import Asked
from benchmarks.measuring.figures import Share, share, twins_of
from benchmarks.measuring.rankers import offered_among
from questions.similar import OFFER

_ENGLISH = "English"
_NAMES_ERROR = re.compile(r"(?:error|exception)\b", re.IGNORECASE)
_TRACEBACK = """Traceback (most recent call last):
  File "/home/me/run.py", line 12, in <module>
    main()
  File "/home/me/run.py", line 8, in main
    return load(path)
"""

# A group, "" without a twin; whether the twin is shown; how many are offered.
type _Row = tuple[str, bool, int]


@dataclass(frozen=True)
class Shown:
    """`shown`: the share of the questions with a twin that are shown it; `new`: those offered for one without."""

    name: str
    asked: int
    shown: Share
    new: Share


def measure_across(courses: Iterable[Sequence[Asked]]) -> list[Shown]:
    """Count by language, which is the module of a question, over courses with questions answered in English."""
    rows: dict[str, list[_Row]] = {}
    for questions in courses:
        answered = [asked for asked in questions if asked.module == _ENGLISH]
        asking = [asked for asked in questions if answered and asked.module != _ENGLISH]
        for asked, offered in zip(asking, offered_among(answered, asking, OFFER), strict=True):
            is_shown = any(answered[place].group == asked.group for place in offered)
            rows.setdefault(asked.module, []).append((asked.group, is_shown, len(offered)))
    return [_shown(language, of_language) for language, of_language in rows.items()]


def measure_vague(courses: Iterable[Sequence[Asked]]) -> list[Shown]:
    """Ask each question whose title names an error by a vague title: the title stands in the detail, below a story."""
    ways = {"title": None, "error in the detail": "", "below a traceback": _TRACEBACK}
    rows: dict[str, list[_Row]] = {way: [] for way in ways}
    for questions in courses:
        twins = twins_of(questions)
        places = [place for place, asked in enumerate(questions) if _NAMES_ERROR.search(asked.title)]
        for way, before in ways.items():
            asking = [
                asked
                if before is None
                else replace(asked, title="It does not work", detail=f"{before}{asked.title}")
                for asked in (questions[place] for place in places)
            ]
            for place, offered in zip(places, offered_among(questions, asking, OFFER), strict=True):
                its_twins = twins.get(place, set())
                group = f"{questions[place].course} {questions[place].group}" if its_twins else ""
                rows[way].append((group, not its_twins.isdisjoint(offered), len(offered)))
    return [_shown(way, of_way) for way, of_way in rows.items()]


def _shown(name: str, rows: Sequence[_Row]) -> Shown:
    return Shown(
        name,
        asked=sum(bool(group) for group, _, _ in rows),
        shown=share((group, is_shown, 1) for group, is_shown, _ in rows if group),
        new=share((str(number), offered, 1) for number, (group, _, offered) in enumerate(rows) if not group),
    )
