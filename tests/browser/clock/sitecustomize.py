"""Python imports this first of all, where the journeys start it: their servers and workers have their clock."""

import os
import time

import time_machine

time_machine.travel(time.time() + float(os.environ["SECONDS_AHEAD"])).start()
# It goes from the first look at it on.
time.time()
