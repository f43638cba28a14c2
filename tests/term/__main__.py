"""Play terms, and print where a page says something else than the model: `python -m tests.term [SEED …]`.

Without a seed it plays three that it draws, the term in which nobody does anything, which raises what the design says,
and the perfect one, which is silent: two side by side.
"""

import argparse
import logging
import os
import secrets
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime

# Of one kind of contradiction so many are told in full.
MOST_TOLD = 3


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.term", description=__doc__)
    parser.add_argument("seeds", nargs="*", metavar="SEED")
    parser.add_argument("--groups", type=int, default=10, help="fewer groups, to try something")
    parser.add_argument("--until", type=date.fromisoformat, help="the last day, such as 2026-09-30")
    given = parser.parse_args()
    seeds = given.seeds or [*(secrets.token_hex(3) for _ in range(3)), "nobody", "perfect"]
    if len(seeds) == 1:
        return play_one(seeds[0], given.groups, given.until)
    options = ["--groups", str(given.groups), *(["--until", str(given.until)] if given.until else [])]
    print(f"Playing {', '.join(seeds)}: make term SEED=… plays one again.", flush=True)
    with ThreadPoolExecutor(2) as pool:
        return max(pool.map(lambda seed: in_a_process(seed, options), seeds))


def in_a_process(seed: str, options: list[str]) -> int:
    return subprocess.run([sys.executable, "-m", "tests.term", seed, *options], check=False).returncode


def play_one(seed: str, groups: int, until: date | None) -> int:
    make_database()
    import time_machine

    from tests.term.play import LAST_DAY, by_dice, by_nobody, days_of, in_perfect_order, play
    from tests.term.telling import mails_a_week
    from tests.term.world import BEGINS, build

    with time_machine.travel(datetime(2026, 9, 1, 10, tzinfo=UTC), tick=False) as clock:
        world = build(seed, clock, groups)
        kinds: Counter[str] = Counter()

        def tell(differences) -> None:
            for each in differences:
                kinds[each.key] += 1
                if kinds[each.key] <= MOST_TOLD:
                    print(each.told(world), flush=True)

        acts = {"nobody": by_nobody, "perfect": in_perfect_order}
        act = acts.get(seed, by_dice)
        last = until or (LAST_DAY if act is by_dice else date(2026, 11, 6))
        found = play(world, days_of(BEGINS, last), tell, act)
    # In one piece, since another term may be told beside it.
    said = [f"seed {seed}: {'; '.join(f'{what} {count}' for what, count in sorted(world.counts.items()))}"]
    said += [f"mails a week: {line}" for line in mails_a_week(world)]
    said += [f"not pressed: {line}" for line in world.refused[-5:]]
    said += [f"{count} × {kind}" for kind, count in kinds.most_common()] or ["no contradiction"]
    print("\n" + "\n  ".join(said), flush=True)
    return 1 if found else 0


def make_database() -> None:
    """One in memory, its tables made from the models, as for the tests."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.test_settings"
    import django

    django.setup()
    logging.disable(logging.WARNING)
    from django.db import connection
    from django.test.utils import setup_test_environment

    setup_test_environment()
    connection.settings_dict["TEST"] |= {"MIGRATE": False}
    connection.creation.create_test_db(verbosity=0, autoclobber=True)


if __name__ == "__main__":
    sys.exit(main())
