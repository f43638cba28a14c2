"""Lines for a spreadsheet of times asked: one for each cohort, week, milestone, material and category."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from lib.cells import Value
from questions.models import Question
from trends.counts import TrendCounts

COLUMNS = (
    *("Cohort", "Week of the run", "Week of", "Milestone", "Material", "Category"),
    *("Times asked", "Answered before it was asked"),
)


def ask_lines(counts: TrendCounts) -> Iterator[Sequence[Value]]:
    """Return every week of the view in which something was asked, those without a date last."""
    view, categories = counts.view, dict(Question.Category.choices)
    runs = {run.cohort_id: run for run in view.chosen}
    milestones, materials = list(view.milestones), list(view.materials)
    asked: Counter[Any] = Counter()
    answered: Counter[Any] = Counter()
    for cohort, monday, milestone, material, category, _, number, already, _ in counts.ask_cells():
        if cohort in runs and view.span.holds(monday):
            cell = (
                list(runs).index(cohort),
                monday or date.max,
                milestones.index(milestone) if milestone else len(milestones),
                materials.index(material) if material else len(materials),
                category,
            )
            asked[cell] += number
            answered[cell] += already
    for cell in sorted(asked):
        at, monday, milestone, material, category = cell
        run = view.chosen[at]
        yield (
            run.title,
            *((None, None) if monday == date.max else (run.week_number(monday), monday)),
            view.milestones[milestones[milestone]] if milestone < len(milestones) else "No milestone",
            view.materials[materials[material]].title if material < len(materials) else "",
            str(categories.get(category, "")),
            asked[cell],
            answered[cell],
        )
