"""The panels of asks: by week and milestone, by active student, by material and category."""

from collections import Counter
from datetime import date, timedelta

from lib.weeks import Week, monday_of
from questions.models import Question
from trends.figures import mondays, rate, rate_words
from trends.forms.drill_down import NO_CATEGORY, NOTHING, DrillDown
from trends.panels.asking import AskCounts
from trends.panels.figures import (
    Asks,
    AsksByWeek,
    CategoryAsks,
    MaterialAsks,
    MilestoneRate,
    MilestoneSeries,
)
from trends.panels.studying import Students
from trends.panels.view import TrendView

# Half a year of columns is as much as a screen holds.
WEEKS_SHOWN = 26


def counted(asks: int, drill: DrillDown) -> Asks:
    return Asks(asks, drill.query if asks else "")


def asks_by_week(view: TrendView, counts: AskCounts, weeks_shown: int = WEEKS_SHOWN) -> AsksByWeek:
    """Return the asks a week by milestone, in the order of the course; about none last."""
    chosen = {run.cohort_id for run in view.chosen}
    cells: Counter[tuple[int | None, date]] = Counter()
    for (cohort, monday, milestone), asks in counts.cells.items():
        if cohort in chosen and view.span.holds(monday):
            cells[milestone, monday] += asks
    if not cells:
        return AsksByWeek((), (), (), 0, is_shortened=False, is_last_running=False)
    all_weeks = mondays(min(monday for _, monday in cells), max(monday for _, monday in cells))
    weeks = all_weeks[-weeks_shown:]
    drills = [_drill_of(view, monday) for monday in weeks]
    totals = [sum(cells[of, monday] for of in (*view.milestones, None)) for monday in weeks]
    today = view.now.date()
    return AsksByWeek(
        weeks=tuple(Week(monday) for monday in weeks),
        series=tuple(_series(view, cells, weeks, drills)),
        totals=tuple(counted(asks, drill) for asks, drill in zip(totals, drills, strict=True)),
        most=max(totals),
        is_shortened=len(weeks) < len(all_weeks),
        is_last_running=weeks[-1] >= monday_of(today),
    )


def _drill_of(view: TrendView, monday: date) -> DrillDown:
    """The questions asked in a week."""
    return view.drill_with(since=monday, until=monday + timedelta(days=6))


def _series(
    view: TrendView, cells: Counter[tuple[int | None, date]], weeks: list[date], drills: list[DrillDown]
) -> list[MilestoneSeries]:
    found = []
    asked = {milestone for milestone, monday in cells}
    for milestone, title in (*view.milestones.items(), (None, "No milestone")):
        if milestone not in asked:
            continue
        number = milestone or NOTHING
        row = [cells[milestone, monday] for monday in weeks]
        found.append(
            MilestoneSeries(
                milestone_id=milestone,
                title=title,
                total=counted(
                    sum(asks for (of, _), asks in cells.items() if of == milestone),
                    view.drill_with(milestone=number),
                ),
                cells=tuple(
                    Asks(asks, drill.narrowed(milestone=number) if asks else "")
                    for asks, drill in zip(row, drills, strict=True)
                ),
                narrowed=view.filters.narrowed(milestone=number),
            )
        )
    return found


def rates(view: TrendView, counts: AskCounts, students: Students) -> tuple[MilestoneRate, ...]:
    """Return the asks about each milestone by its active students, in the order of the course."""
    asks: Counter[int | None] = Counter()
    active: Counter[int] = Counter()
    for run in view.chosen:
        asks.update(counts.by_milestone(run.cohort_id, view.span))
    for (_, milestone), count in students.active.items():
        active[milestone] += count
    found = []
    for milestone, title in view.milestones.items():
        if asks[milestone] or active[milestone]:
            value = rate(asks[milestone], active[milestone])
            found.append(
                MilestoneRate(
                    milestone_id=milestone,
                    title=title,
                    asks=counted(asks[milestone], view.drill_with(milestone=milestone)),
                    students=active[milestone],
                    rate=value,
                    rate_words=rate_words(value, active[milestone]),
                    narrowed=view.filters.narrowed(milestone=milestone),
                )
            )
    return tuple(found)


def materials(view: TrendView, counts: AskCounts) -> tuple[MaterialAsks, ...]:
    """Return the materials by asks, the most first; asks that name none are the last row."""
    total = counts.materials.total()
    order = list(view.materials)
    found = []
    for pk in sorted(
        (pk for pk in counts.materials if pk), key=lambda pk: (-counts.materials[pk], order.index(pk))
    ):
        material, asks = view.materials[pk], counts.materials[pk]
        found.append(
            MaterialAsks(
                pk, material.title, material.milestone, counted(asks, view.drill_with(material=pk)),
                asks / total, view.filters.narrowed(material=pk),
            )
        )  # fmt: skip
    if asks := counts.materials[None]:
        drill, narrowed = view.drill_with(material=NOTHING), view.filters.narrowed(material=NOTHING)
        found.append(
            MaterialAsks(None, "No material named", "", counted(asks, drill), asks / total, narrowed)
        )
    return tuple(found)


def categories(view: TrendView, counts: AskCounts) -> tuple[CategoryAsks, ...]:
    """Return the categories by asks, the most first; asks without one are the last row."""
    total = counts.categories.total()
    labels = dict(Question.Category.choices)
    found = []
    for category, asks in sorted(counts.categories.items(), key=lambda row: (not row[0], -row[1], row[0])):
        named = category or NO_CATEGORY
        found.append(
            CategoryAsks(
                category,
                str(labels.get(category, "No category said")),
                counted(asks, view.drill_with(category=named)),
                asks / total,
                view.filters.narrowed(category=named),
            )
        )
    return tuple(found)
