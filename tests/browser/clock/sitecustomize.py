"""Python imports this first of all, where the journeys start it: their servers and workers have their clock."""

import csv
import os
import time

import time_machine

time_machine.travel(time.time() + float(os.environ["SECONDS_AHEAD"])).start()
# It goes from the first look at it on.
time.time()

set_limit = csv.field_size_limit


def take_long(new_limit: int = 131_072) -> int:
    """Reading a CSV file begins with this: there it takes as long as a test wants."""
    time.sleep(float(os.environ.get("SECONDS_A_FILE", "0")))
    return set_limit(new_limit)


csv.field_size_limit = take_long
