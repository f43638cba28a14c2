"""The triggers that keep `trends.models.tally` in step with its sources, created after each migrate.

Both databases run the same statements: each adds the asks of a question to cells, or subtracts them. Like
`questions.search_index`, they are created here and not in a migration. On SQLite a later migration may copy a table,
which drops its triggers, and fails at triggers of other tables that name it. So `drop_tally_triggers` removes them
before a migration there. `ensure_tally_triggers` creates them again after it and recounts, since nothing was counted
in between.

On PostgreSQL people write at the same time. An ask takes a shared lock on the question that it counts for, until its
transaction ends. A change of where a question's asks count waits for that lock and then sees the ask, so no ask is
counted in the old place. A transaction with asks of several questions locks them in the order of their ids. Progress
locks its enrolment in the same way.
"""

import hashlib
from typing import Any

from django.db import connections, transaction
from django.db.backends.utils import CursorWrapper

from trends.tally_statements import DIFFERS, OF_ITSELF, WAIT_FOR_TURN, WATCHED, bodies, counted


def _differs(vendor: str, columns: tuple[str, ...]) -> str:
    return " OR ".join(f"OLD.{name} {DIFFERS[vendor]} NEW.{name}" for name in columns)


def _triggers(vendor: str) -> dict[str, list[str]]:
    """The statements that create each trigger, by its name, which includes a hash of its statements."""
    statements_of = {}
    for table, event, hold, body in bodies(vendor):
        body = body.replace("<changed>", _differs(vendor, OF_ITSELF))
        digest = hashlib.sha256(f"{hold}{body}{WATCHED[table]}".encode()).hexdigest()[:8]
        name = f"{table}_tally_{event.lower()}_{digest}"
        of = f" OF {', '.join(WATCHED[table])}" if event == "UPDATE" else ""
        when = f" WHEN ({_differs(vendor, WATCHED[table])})" if event == "UPDATE" else ""
        if vendor == "sqlite":
            statements_of[name] = [
                f"CREATE TRIGGER {name} AFTER {event}{of} ON {table} FOR EACH ROW{when} BEGIN {body} END"
            ]
        else:
            statements_of[name] = [
                f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS"
                f" $$ BEGIN {hold} {body} RETURN NULL; END $$",
                f"CREATE TRIGGER {name} AFTER {event}{of} ON {table}"
                f" FOR EACH ROW{when} EXECUTE FUNCTION {name}()",
            ]
    return statements_of


_EXISTING = {
    "sqlite": r"SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE '%\_tally\_%' ESCAPE '\'",
    "postgresql": r"SELECT tgname FROM pg_trigger WHERE tgname LIKE '%\_tally\_%' AND NOT tgisinternal",
}
DROP = {"sqlite": "DROP TRIGGER {name}", "postgresql": "DROP FUNCTION {name}() CASCADE"}
_TABLES = {"trends_asktally", "trends_topictally", "trends_topictotal", "trends_studenttally", *WATCHED}


def ensure_tally_triggers(using: str = "default", **signal: Any) -> None:
    """Create the missing triggers of this database, and recount if any was missing. Receives `post_migrate`."""
    connection = connections[using]
    vendor = connection.vendor
    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor))
        if vendor not in DIFFERS or not tables.issuperset(_TABLES):
            return
        existing, wanted = existing_triggers(cursor, vendor), _triggers(vendor)
        with transaction.atomic(using=using):
            # Triggers of an earlier version of Trefoil.
            for name in existing - wanted.keys():
                cursor.execute(DROP[vendor].format(name=name))
            for name in wanted.keys() - existing:
                for statement in wanted[name]:
                    cursor.execute(statement)
            if existing != wanted.keys() or _is_emptied(cursor):
                recount(using)


def existing_triggers(cursor: CursorWrapper, vendor: str) -> set[str]:
    cursor.execute(_EXISTING[vendor])
    return {name for (name,) in cursor.fetchall()}


def _is_emptied(cursor: CursorWrapper) -> bool:
    """Whether there are addends but no sources: tables were emptied one by one, the tallies first."""
    cursor.execute(
        "SELECT EXISTS (SELECT 1 FROM trends_asktally) AND NOT EXISTS (SELECT 1 FROM questions_ask)"
        " OR EXISTS (SELECT 1 FROM trends_studenttally) AND NOT EXISTS (SELECT 1 FROM tracker_progress)"
    )
    return bool(cursor.fetchone()[0])


def drop_tally_triggers(using: str = "default", plan: Any = (), **signal: Any) -> None:
    """Drop the triggers on SQLite before a migration. Receives `pre_migrate`."""
    connection = connections[using]
    if connection.vendor != "sqlite" or not plan:
        return
    with connection.cursor() as cursor:
        for name in existing_triggers(cursor, "sqlite"):
            cursor.execute(DROP["sqlite"].format(name=name))


def recount(using: str = "default") -> None:
    """Recount everything. Safe while people ask: addends that are inserted meanwhile are not deleted.

    Also safe during a compaction: they wait for each other.
    """
    connection = connections[using]
    with transaction.atomic(using=using), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(WAIT_FOR_TURN)
        for delete, insert in counted(connection.vendor):
            if connection.vendor == "postgresql":
                # One statement has one snapshot.
                cursor.execute(f"WITH gone AS ({delete}) {insert}")
            else:
                cursor.execute(delete)
                cursor.execute(insert)
