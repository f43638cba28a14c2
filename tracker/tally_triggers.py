"""The triggers that keep `tracker.models.tally` in step with asks, questions and placements, made after each migrate.

Both databases run the same statements: each adds the asks of a question to cells, or takes them away from them. They
are made here, and not in a migration, as `tracker.search_index` is: on SQLite a later migration may copy a table, which
drops its triggers, and stop at those of other tables that name it. So `drop_tally_triggers` takes them away before a
migration there, `ensure_tally_triggers` brings them back after it, and counts anew, since nobody counted meanwhile.

On PostgreSQL people write at the same time. An ask holds the question at which it counts, shared, until its transaction
ends; who changes where a question's asks count waits for it, and then sees the ask. So none is counted where the
question stood before. Whoever asks several questions in one transaction takes them in the order of their ids.
"""

from collections.abc import Iterator
from typing import Any

from django.db import connections, transaction
from django.db.backends.utils import CursorWrapper

_ASKS = "INSERT INTO tracker_asktally (cohort_id, week_starts_on, milestone_id, material_id, category, asks) "
_TOPICS = (
    "INSERT INTO tracker_topictally"
    " (topic_id, cohort_id, week_starts_on, milestone_id, material_id, category, asks) "
)
# The question at which the asks of another count.
_COUNTED_AT = "JOIN tracker_question t ON t.id = coalesce(q.duplicate_of_id, q.id)"
_EVERY_ASK = f"""
FROM tracker_ask a
JOIN groups_group g ON g.id = a.group_id
JOIN tracker_question q ON q.id = a.question_id
{_COUNTED_AT}
"""


def _one_ask(ask: str, sign: str) -> str:
    """One ask, of a row of asks: NEW or OLD."""
    cell = f"g.cohort_id, {ask}.week_starts_on, t.milestone_id, t.material_id, t.category, {sign}1"
    of = f"FROM groups_group g CROSS JOIN tracker_question q {_COUNTED_AT}"
    where = f"WHERE g.id = {ask}.group_id AND q.id = {ask}.question_id"
    return f"""
{_ASKS} SELECT {cell} {of} {where};
{_TOPICS} SELECT p.topic_id, {cell} {of} JOIN tracker_placement p ON p.question_id = t.id
{where} AND p.topic_id IS NOT NULL;
"""


def _own_asks(question: str, sign: str) -> str:
    """The asks with which a row of questions, NEW or OLD, was asked itself, where they count by that row."""
    cell = ", ".join(
        f"CASE WHEN {question}.duplicate_of_id IS NULL THEN {question}.{name} ELSE t.{name} END"
        for name in ("milestone_id", "material_id", "category")
    )
    asks = f"""
FROM tracker_ask a
JOIN groups_group g ON g.id = a.group_id
LEFT JOIN tracker_question t ON t.id = {question}.duplicate_of_id
"""
    by = "g.cohort_id, a.week_starts_on, t.milestone_id, t.material_id, t.category"
    return f"""
{_ASKS} SELECT g.cohort_id, a.week_starts_on, {cell}, {sign}count(*) {asks}
WHERE a.question_id = {question}.id GROUP BY {by};
{_TOPICS} SELECT p.topic_id, g.cohort_id, a.week_starts_on, {cell}, {sign}count(*) {asks}
JOIN tracker_placement p ON p.question_id = coalesce({question}.duplicate_of_id, {question}.id)
WHERE a.question_id = {question}.id AND p.topic_id IS NOT NULL GROUP BY p.topic_id, {by};
"""


def _asks_of_duplicates(question: str, sign: str) -> str:
    """The asks of its duplicates, where they count by a row of questions, if that changed what it says of itself."""
    cell = ", ".join(f"{question}.{name}" for name in ("milestone_id", "material_id", "category"))
    asks = """
FROM tracker_question d
JOIN tracker_ask a ON a.question_id = d.id
JOIN groups_group g ON g.id = a.group_id
"""
    where = "d.duplicate_of_id = NEW.id AND (<changed>)"
    by = "g.cohort_id, a.week_starts_on"
    return f"""
{_ASKS} SELECT g.cohort_id, a.week_starts_on, {cell}, {sign}count(*) {asks} WHERE {where} GROUP BY {by};
{_TOPICS} SELECT p.topic_id, g.cohort_id, a.week_starts_on, {cell}, {sign}count(*) {asks}
JOIN tracker_placement p ON p.question_id = NEW.id
WHERE {where} AND p.topic_id IS NOT NULL GROUP BY p.topic_id, {by};
"""


def _placed_asks(placement: str, sign: str) -> str:
    """The asks that count at the question of a row of placements, NEW or OLD."""
    cell = "g.cohort_id, a.week_starts_on, t.milestone_id, t.material_id, t.category"
    # Only names of this module are put in.
    return f"""
{_TOPICS} SELECT {placement}.topic_id, {cell}, {sign}count(*) FROM tracker_question t
JOIN tracker_question q ON q.duplicate_of_id = t.id OR (q.id = t.id AND t.duplicate_of_id IS NULL)
JOIN tracker_ask a ON a.question_id = q.id
JOIN groups_group g ON g.id = a.group_id
WHERE t.id = {placement}.question_id AND {placement}.topic_id IS NOT NULL
GROUP BY {cell};
"""  # noqa: S608


# What PostgreSQL holds until the transaction ends.
def _hold_for_ask(ask: str) -> str:
    """The question that was asked, and then the one it points at by now."""
    hold = "PERFORM 1 FROM tracker_question WHERE id = {} FOR SHARE;\n"
    original = "(SELECT duplicate_of_id FROM tracker_question WHERE id = {}.question_id)"
    return hold.format(f"{ask}.question_id") + hold.format(original.format(ask))


_HOLD_ORIGINALS = """
PERFORM 1 FROM tracker_question WHERE id IN (OLD.duplicate_of_id, NEW.duplicate_of_id) ORDER BY id FOR SHARE;
"""


def _hold_placed(placement: str) -> str:
    return f"PERFORM 1 FROM tracker_question WHERE id = {placement}.question_id FOR NO KEY UPDATE;\n"


_WATCHED = {
    "tracker_ask": ("question_id", "group_id", "week_starts_on"),
    "tracker_question": ("milestone_id", "material_id", "category", "duplicate_of_id"),
    "tracker_placement": ("question_id", "topic_id"),
}
_OF_ITSELF = ("milestone_id", "material_id", "category")
_DIFFERS = {"sqlite": "IS NOT", "postgresql": "IS DISTINCT FROM"}


def _bodies() -> Iterator[tuple[str, str, str, str]]:
    """Table, event, what PostgreSQL holds first, and the statements."""
    for event, row, sign in (("INSERT", "NEW", ""), ("DELETE", "OLD", "-")):
        yield "tracker_ask", event, _hold_for_ask(row), _one_ask(row, sign)
        yield "tracker_placement", event, _hold_placed(row), _placed_asks(row, sign)
    yield (
        "tracker_ask",
        "UPDATE",
        _hold_for_ask("OLD") + _hold_for_ask("NEW"),
        _one_ask("OLD", "-") + _one_ask("NEW", ""),
    )
    yield (
        "tracker_placement",
        "UPDATE",
        _hold_placed("OLD") + _hold_placed("NEW"),
        _placed_asks("OLD", "-") + _placed_asks("NEW", ""),
    )
    yield (
        "tracker_question",
        "UPDATE",
        _HOLD_ORIGINALS,
        _own_asks("OLD", "-")
        + _own_asks("NEW", "")
        + _asks_of_duplicates("OLD", "-")
        + _asks_of_duplicates("NEW", ""),
    )
    # Asks go before their question; should they not, they are no longer counted with it.
    yield "tracker_question", "DELETE", "", _own_asks("OLD", "-")


def _differs(vendor: str, columns: tuple[str, ...]) -> str:
    return " OR ".join(f"OLD.{name} {_DIFFERS[vendor]} NEW.{name}" for name in columns)


def _triggers(vendor: str) -> dict[str, list[str]]:
    """By the name of each trigger the statements that make it."""
    found = {}
    for table, event, hold, body in _bodies():
        name = f"{table}_tally_{event.lower()}"
        body = body.replace("<changed>", _differs(vendor, _OF_ITSELF))
        of = f" OF {', '.join(_WATCHED[table])}" if event == "UPDATE" else ""
        when = f" WHEN ({_differs(vendor, _WATCHED[table])})" if event == "UPDATE" else ""
        if vendor == "sqlite":
            found[name] = [
                f"CREATE TRIGGER {name} AFTER {event}{of} ON {table} FOR EACH ROW{when} BEGIN {body} END"
            ]
        else:
            found[name] = [
                f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS"
                f" $$ BEGIN {hold} {body} RETURN NULL; END $$",
                f"CREATE TRIGGER {name} AFTER {event}{of} ON {table}"
                f" FOR EACH ROW{when} EXECUTE FUNCTION {name}()",
            ]
    return found


_THERE = {
    "sqlite": r"SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE '%\_tally\_%' ESCAPE '\'",
    "postgresql": r"SELECT tgname FROM pg_trigger WHERE tgname LIKE '%\_tally\_%' AND NOT tgisinternal",
}
_TABLES = {"tracker_asktally", "tracker_topictally", *_WATCHED}


def ensure_tally_triggers(using: str = "default", **signal: Any) -> None:
    """Make the triggers of this database that are missing, and count anew if any was; receives `post_migrate`."""
    connection = connections[using]
    with connection.cursor() as cursor:
        there = set(connection.introspection.table_names(cursor))
        if connection.vendor not in _DIFFERS or not there.issuperset(_TABLES):
            return
        with transaction.atomic(using=using):
            missing = _missing(cursor, connection.vendor)
            for statement in missing:
                cursor.execute(statement)
            if missing or _is_emptied(cursor):
                recount(using)


def _missing(cursor: CursorWrapper, vendor: str) -> list[str]:
    cursor.execute(_THERE[vendor])
    there = {name for (name,) in cursor.fetchall()}
    return [
        statement
        for name, statements in _triggers(vendor).items()
        if name not in there
        for statement in statements
    ]


def _is_emptied(cursor: CursorWrapper) -> bool:
    """Whether there are addends and nothing to add: tables were emptied one by one, the tallies before the asks."""
    cursor.execute(
        "SELECT EXISTS (SELECT 1 FROM tracker_asktally) AND NOT EXISTS (SELECT 1 FROM tracker_ask)"
    )
    return bool(cursor.fetchone()[0])


def drop_tally_triggers(using: str = "default", plan: Any = (), **signal: Any) -> None:
    """Take the triggers away on SQLite before a migration; receives `pre_migrate`."""
    connection = connections[using]
    if connection.vendor != "sqlite" or not plan:
        return
    with connection.cursor() as cursor:
        cursor.execute(_THERE["sqlite"])
        for (name,) in cursor.fetchall():
            cursor.execute(f"DROP TRIGGER {name}")


_CELL = "g.cohort_id, a.week_starts_on, t.milestone_id, t.material_id, t.category"
_COUNTED = (
    ("DELETE FROM tracker_asktally", f"{_ASKS} SELECT {_CELL}, count(*) {_EVERY_ASK} GROUP BY {_CELL}"),
    (
        "DELETE FROM tracker_topictally",
        f"{_TOPICS} SELECT p.topic_id, {_CELL}, count(*) {_EVERY_ASK}"
        f" JOIN tracker_placement p ON p.question_id = t.id WHERE p.topic_id IS NOT NULL GROUP BY p.topic_id, {_CELL}",
    ),
)


def recount(using: str = "default") -> None:
    """Count all asks anew. Safe beside people who ask: what a transaction adds meanwhile is not counted, and stays."""
    connection = connections[using]
    with transaction.atomic(using=using), connection.cursor() as cursor:
        for delete, insert in _COUNTED:
            if connection.vendor == "postgresql":
                # One statement, and so one snapshot.
                cursor.execute(f"WITH gone AS ({delete}) {insert}")
            else:
                cursor.execute(delete)
                cursor.execute(insert)
