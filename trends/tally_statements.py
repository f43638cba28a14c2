"""What the triggers of the tallies do, in SQL: the same statements for both databases.

Each statement adds asks or students to cells if `sign` is "", or subtracts them if it is "-". A row is NEW or OLD, as
in a trigger. Only names from this module are put into statements.
"""

from collections.abc import Iterator

_ASKS = "INSERT INTO trends_asktally (cohort_id, week_starts_on, milestone_id, material_id, category, asks) "
_TOPICS = (
    "INSERT INTO trends_topictally"
    " (topic_id, cohort_id, week_starts_on, milestone_id, material_id, category, asks) "
)
_TOTALS = "INSERT INTO trends_topictotal (topic_id, cohort_id, asks) "
# The question that another question's asks count for.
_COUNTED_AT = "JOIN questions_question t ON t.id = coalesce(q.duplicate_of_id, q.id)"
_EVERY_ASK = f"""
FROM questions_ask a
JOIN groups_group g ON g.id = a.group_id
JOIN questions_question q ON q.id = a.question_id
{_COUNTED_AT}
"""


def _one_ask(ask: str, sign: str) -> str:
    cell = f"g.cohort_id, {ask}.week_starts_on, t.milestone_id, t.material_id, t.category, {sign}1"
    of = f"FROM groups_group g CROSS JOIN questions_question q {_COUNTED_AT}"
    where = f"WHERE g.id = {ask}.group_id AND q.id = {ask}.question_id"
    placed = f"{of} JOIN questions_placement p ON p.question_id = t.id {where} AND p.topic_id IS NOT NULL"
    return f"""
{_ASKS} SELECT {cell} {of} {where};
{_TOPICS} SELECT p.topic_id, {cell} {placed};
{_TOTALS} SELECT p.topic_id, g.cohort_id, {sign}1 {placed};
"""


def _own_asks(question: str, sign: str) -> str:
    """The asks of a row of questions, NEW or OLD, if they count for that row."""
    # A flush deletes originals before their duplicates. Then no row shows where the asks counted.
    of_original = {
        "milestone_id": "t.milestone_id",
        "material_id": "t.material_id",
        "category": "coalesce(t.category, '')",
    }
    cell = ", ".join(
        f"CASE WHEN {question}.duplicate_of_id IS NULL THEN {question}.{name} ELSE {expression} END"
        for name, expression in of_original.items()
    )
    asks = f"""
FROM questions_ask a
JOIN groups_group g ON g.id = a.group_id
LEFT JOIN questions_question t ON t.id = {question}.duplicate_of_id
"""
    by = "g.cohort_id, a.week_starts_on, t.milestone_id, t.material_id, t.category"
    placed = f"""
{asks}
JOIN questions_placement p ON p.question_id = coalesce({question}.duplicate_of_id, {question}.id)
WHERE a.question_id = {question}.id AND p.topic_id IS NOT NULL
"""
    return f"""
{_ASKS} SELECT g.cohort_id, a.week_starts_on, {cell}, {sign}count(*) {asks}
WHERE a.question_id = {question}.id GROUP BY {by};
{_TOPICS} SELECT p.topic_id, g.cohort_id, a.week_starts_on, {cell}, {sign}count(*) {placed}
GROUP BY p.topic_id, {by};
{_TOTALS} SELECT p.topic_id, g.cohort_id, {sign}count(*) {placed} GROUP BY p.topic_id, g.cohort_id;
"""


def _asks_of_duplicates(question: str, sign: str) -> str:
    """The asks of its duplicates, which count for a row of questions, if its fields changed."""
    cell = ", ".join(f"{question}.{name}" for name in ("milestone_id", "material_id", "category"))
    asks = """
FROM questions_question d
JOIN questions_ask a ON a.question_id = d.id
JOIN groups_group g ON g.id = a.group_id
"""
    where = "d.duplicate_of_id = NEW.id AND (<changed>)"
    by = "g.cohort_id, a.week_starts_on"
    placed = f"{asks} JOIN questions_placement p ON p.question_id = NEW.id WHERE {where} AND p.topic_id IS NOT NULL"
    return f"""
{_ASKS} SELECT g.cohort_id, a.week_starts_on, {cell}, {sign}count(*) {asks} WHERE {where} GROUP BY {by};
{_TOPICS} SELECT p.topic_id, g.cohort_id, a.week_starts_on, {cell}, {sign}count(*) {placed}
GROUP BY p.topic_id, {by};
{_TOTALS} SELECT p.topic_id, g.cohort_id, {sign}count(*) {placed} GROUP BY p.topic_id, g.cohort_id;
"""


def _placed_asks(placement: str, sign: str) -> str:
    """The asks that count for the question of a row of placements, NEW or OLD."""
    cell = "g.cohort_id, a.week_starts_on, t.milestone_id, t.material_id, t.category"
    # Two lookups without OR, and asks first. Otherwise SQLite scans all asks once it has table statistics.
    question = f"{placement}.question_id"
    ids = (
        f"SELECT id FROM questions_question WHERE id = {question} AND duplicate_of_id IS NULL"  # noqa: S608
        f" UNION ALL SELECT id FROM questions_question WHERE duplicate_of_id = {question}"
    )
    asks = f"""
FROM questions_ask a CROSS JOIN groups_group g CROSS JOIN questions_question t
WHERE {placement}.topic_id IS NOT NULL AND a.question_id IN ({ids})
AND g.id = a.group_id AND t.id = {question}
"""
    return f"""
{_TOPICS} SELECT {placement}.topic_id, {cell}, {sign}count(*) {asks} GROUP BY {cell};
{_TOTALS} SELECT {placement}.topic_id, g.cohort_id, {sign}count(*) {asks} GROUP BY g.cohort_id;
"""


_STUDENTS = "INSERT INTO trends_studenttally (cohort_id, milestone_id, first_week, last_week, students) "
# The Monday of a day.
_MONDAY = {
    "sqlite": "date({}, '-6 days', 'weekday 1')",
    "postgresql": "date_trunc('week', {}::timestamp)::date",
}
_DAY_BEFORE = {"sqlite": "date({}, '-1 day')", "postgresql": "({} - 1)"}
_BEGUN = "('working', 'need_help', 'done')"


def _stay(progress: str, enrolment: str, vendor: str) -> str:
    """The columns of a stay at a milestone. It ends when the milestone was done, or when the student left earlier."""
    left = _DAY_BEFORE[vendor].format(f"{enrolment}.ended_on")
    is_done = f"{enrolment}.ended_on IS NULL OR {progress}.finished_on < {enrolment}.ended_on"
    last = f"CASE WHEN {is_done} THEN {progress}.finished_on ELSE {left} END"
    first, last = (_MONDAY[vendor].format(day) for day in (f"{progress}.started_on", last))
    return f"{enrolment}.cohort_id, {progress}.milestone_id, {first}, {last}"


def _one_stay(progress: str, sign: str, vendor: str) -> str:
    where = f"e.id = {progress}.enrolment_id AND {progress}.state IN {_BEGUN}"
    stay = _stay(progress, "e", vendor)
    return f"{_STUDENTS} SELECT {stay}, {sign}1 FROM groups_enrolment e WHERE {where};"  # noqa: S608


def _stays_of(enrolment: str, sign: str, vendor: str) -> str:
    where = f"p.enrolment_id = {enrolment}.id AND p.state IN {_BEGUN}"
    stay = _stay("p", enrolment, vendor)
    return f"{_STUDENTS} SELECT {stay}, {sign}1 FROM tracker_progress p WHERE {where};"  # noqa: S608


# A compaction waits, before it reads the addends, for one that already runs: otherwise it would miss the
# sum. A number that nothing else locks; locked tables would keep the autovacuum out.
WAIT_FOR_TURN = "SELECT pg_advisory_xact_lock(1952541804)"


# The locks that PostgreSQL holds until the transaction ends.
def _hold_for_ask(ask: str) -> str:
    """Lock the question that was asked, then its current original."""
    hold = "PERFORM 1 FROM questions_question WHERE id = {} FOR SHARE;\n"
    original = "(SELECT duplicate_of_id FROM questions_question WHERE id = {}.question_id)"
    return hold.format(f"{ask}.question_id") + hold.format(original.format(ask))


_HOLD_ORIGINALS = """
PERFORM 1 FROM questions_question WHERE id IN (OLD.duplicate_of_id, NEW.duplicate_of_id) ORDER BY id FOR SHARE;
"""


def _hold_placed(placement: str) -> str:
    return f"PERFORM 1 FROM questions_question WHERE id = {placement}.question_id FOR NO KEY UPDATE;\n"


def _hold_enrolment(progress: str) -> str:
    return f"PERFORM 1 FROM groups_enrolment WHERE id = {progress}.enrolment_id FOR SHARE;\n"


WATCHED = {
    "questions_ask": ("question_id", "group_id", "week_starts_on"),
    "questions_question": ("milestone_id", "material_id", "category", "duplicate_of_id"),
    "questions_placement": ("question_id", "topic_id"),
    "tracker_progress": ("enrolment_id", "milestone_id", "state", "started_on", "finished_on"),
    "groups_enrolment": ("cohort_id", "ended_on"),
}
OF_ITSELF = ("milestone_id", "material_id", "category")
DIFFERS = {"sqlite": "IS NOT", "postgresql": "IS DISTINCT FROM"}


def bodies(vendor: str) -> Iterator[tuple[str, str, str, str]]:
    """Table, event, the locks on PostgreSQL, and the statements."""
    for event, row, sign in (("INSERT", "NEW", ""), ("DELETE", "OLD", "-")):
        yield "questions_ask", event, _hold_for_ask(row), _one_ask(row, sign)
        yield "questions_placement", event, _hold_placed(row), _placed_asks(row, sign)
        yield "tracker_progress", event, _hold_enrolment(row), _one_stay(row, sign, vendor)
    yield (
        "questions_ask",
        "UPDATE",
        _hold_for_ask("OLD") + _hold_for_ask("NEW"),
        _one_ask("OLD", "-") + _one_ask("NEW", ""),
    )
    yield (
        "questions_placement",
        "UPDATE",
        _hold_placed("OLD") + _hold_placed("NEW"),
        _placed_asks("OLD", "-") + _placed_asks("NEW", ""),
    )
    yield (
        "questions_question",
        "UPDATE",
        _HOLD_ORIGINALS,
        _own_asks("OLD", "-")
        + _own_asks("NEW", "")
        + _asks_of_duplicates("OLD", "-")
        + _asks_of_duplicates("NEW", ""),
    )
    yield (
        "tracker_progress",
        "UPDATE",
        _hold_enrolment("OLD") + _hold_enrolment("NEW"),
        _one_stay("OLD", "-", vendor) + _one_stay("NEW", "", vendor),
    )
    # Progress is deleted before its enrolment.
    yield (
        "groups_enrolment",
        "UPDATE",
        "",
        _stays_of("OLD", "-", vendor) + _stays_of("NEW", "", vendor),
    )
    # Asks are deleted before their question. If not, they no longer count for it.
    yield "questions_question", "DELETE", "", _own_asks("OLD", "-")


_CELL = "g.cohort_id, a.week_starts_on, t.milestone_id, t.material_id, t.category"


def counted(vendor: str) -> tuple[tuple[str, str], ...]:
    """For each table, the statement that empties it and the one that fills it."""
    placed = "JOIN questions_placement p ON p.question_id = t.id WHERE p.topic_id IS NOT NULL"
    stay = _stay("p", "e", vendor)
    stays = (
        f"FROM tracker_progress p JOIN groups_enrolment e ON e.id = p.enrolment_id WHERE p.state IN {_BEGUN}"
    )
    return (
        (
            "DELETE FROM trends_asktally",
            f"{_ASKS} SELECT {_CELL}, count(*) {_EVERY_ASK} GROUP BY {_CELL}",
        ),
        (
            "DELETE FROM trends_topictally",
            f"{_TOPICS} SELECT p.topic_id, {_CELL}, count(*) {_EVERY_ASK} {placed} GROUP BY p.topic_id, {_CELL}",
        ),
        (
            "DELETE FROM trends_topictotal",
            f"{_TOTALS} SELECT p.topic_id, g.cohort_id, count(*) {_EVERY_ASK} {placed}"
            " GROUP BY p.topic_id, g.cohort_id",
        ),
        (
            "DELETE FROM trends_studenttally",
            f"{_STUDENTS} SELECT {stay}, count(*) {stays} GROUP BY {stay}",
        ),
    )
