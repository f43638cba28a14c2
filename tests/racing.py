"""Two people at once: on PostgreSQL really, on SQLite in memory, which has one connection, one after the other."""

import threading
from collections.abc import Callable

from django.db import connection


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
