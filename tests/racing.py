"""Two people at once: on PostgreSQL really, on SQLite in memory, which has one connection, one after the other."""

import threading
from collections.abc import Callable

from django.db import connection, transaction


def at_once(*deeds: Callable[[], object]) -> list[object]:
    """Do them at the same moment. Return what each returned or raised."""
    outcomes: list[object] = []
    is_real = connection.vendor == "postgresql"
    barrier = threading.Barrier(len(deeds) if is_real else 1)

    def run(deed: Callable[[], object]) -> None:
        barrier.wait()
        try:
            outcomes.append(deed())
        except Exception as error:
            outcomes.append(error)
        finally:
            if is_real:
                connection.close()

    if not is_real:
        for deed in deeds:
            run(deed)
        return outcomes
    threads = [threading.Thread(target=run, args=[deed]) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def held_up(hold: Callable[[], object], *deeds: Callable[[], object]) -> list[object]:
    """Hold rows until each of the deeds, begun one after the other, waits for a lock or is done; then let go."""
    if connection.vendor != "postgresql":
        return at_once(*deeds)
    outcomes: list[object] = [None] * len(deeds)

    def run(n: int) -> None:
        try:
            outcomes[n] = deeds[n]()
        except Exception as error:
            outcomes[n] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[n]) for n in range(len(deeds))]
    with transaction.atomic():
        hold()
        for n, thread in enumerate(threads, start=1):
            thread.start()
            while thread.is_alive() and _waiting() < sum(one.is_alive() for one in threads[:n]):
                thread.join(0.005)
    for thread in threads:
        thread.join()
    return outcomes


def _waiting() -> int:
    """The number of connections to this database, and not to that of tests beside it, that wait for a lock."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(DISTINCT pid) FROM pg_locks WHERE NOT granted AND pid IN (SELECT pid FROM pg_locks"
            " WHERE database = (SELECT oid FROM pg_database WHERE datname = current_database()))"
        )
        return int(cursor.fetchone()[0])
