"""The parts of a database, by name: the columns of each table, its constraints, its indexes and its triggers."""

import re

COLUMNS = {
    # The statement that made a table says all of it, its constraints too.
    "sqlite": "SELECT name, sql FROM sqlite_master WHERE type = 'table' AND sql IS NOT NULL",
    "postgresql": """
        SELECT table_name, concat_ws(' ', column_name, data_type, character_maximum_length, numeric_precision,
            numeric_scale, is_nullable, is_identity, generation_expression)
        FROM information_schema.columns WHERE table_schema = 'public'""",
}
# The table, the name, and what it says.
RULES = {
    "sqlite": "SELECT tbl_name, name, sql FROM sqlite_master WHERE type IN ('index', 'trigger') AND sql IS NOT NULL",
    "postgresql": """
        SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
        WHERE connamespace = 'public'::regnamespace AND conrelid <> 0
        UNION ALL SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
        UNION ALL SELECT tgrelid::regclass::text, tgname, pg_get_triggerdef(oid) FROM pg_trigger
        WHERE NOT tgisinternal""",
}


def schema() -> dict[str, list[str]]:
    """The parts of each table, sorted."""
    from django.apps import apps
    from django.db import connection

    named = {
        thing.name
        for model in apps.get_models(include_auto_created=True)
        for thing in [*model._meta.constraints, *model._meta.indexes]
    }
    found: dict[str, list[str]] = {}
    with connection.cursor() as cursor:
        cursor.execute(COLUMNS[connection.vendor])
        for table, says in cursor.fetchall():
            said = (
                says[says.index("(") + 1 : says.rindex(")")].split(", ")
                if connection.vendor == "sqlite"
                else [says]
            )
            found.setdefault(table, []).extend(said)
        cursor.execute(RULES[connection.vendor])
        for table, name, says in cursor.fetchall():
            # Django names its own parts after what the table and its columns were once called.
            found[table].append(f"{name} {plain(says)}" if name in named else says.replace(name, ""))
    # Tables of auth are Django's: on PostgreSQL its migrations give one of them smaller ids than its models do.
    return {
        table: sorted(rows)
        for table, rows in found.items()
        if not re.match("auth_|django_migrations|sqlite_", table)
    }


def plain(rule: str) -> str:
    """The rule without PostgreSQL's casts, which a restored dump puts elsewhere in a list of words.

    `ANY ((ARRAY['a'::character varying])::text[])` is `ANY (ARRAY[('a'::character varying)::text])` there.
    """
    without_casts = re.sub(r"::(text|character varying)(\[\])?", "", rule)
    words = re.sub(r"\(('?\w+'?)\)", r"\1", without_casts)
    return re.sub(r"\(\((ARRAY\[[^]]*\])\)\)", r"(\1)", words)


def differences(migrated: dict[str, list[str]]) -> dict[str, list[str]]:
    """The tables to which migrations lead and models do not."""
    made = schema()
    assert migrated.keys() == made.keys()
    return {table: rows for table, rows in migrated.items() if rows != made[table]}
