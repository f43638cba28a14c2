"""The clock of the journeys: it goes, and begins each of them at the same moment, whatever day it is.

That is the moment of all tests. JOURNEYS_AT names another: JOURNEYS_AT=2026-09-19T22:30Z is a Saturday night. A browser
goes by its own clock, which nothing on our pages asks for the day.
"""

import os
import time
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import time_machine
from django.utils import timezone

from tests.conftest import NOW

BEGINS = datetime.fromisoformat(os.environ.get("JOURNEYS_AT", NOW.isoformat()))


def today() -> date:
    """The day that it is where the cast studies."""
    return timezone.now().astimezone(ZoneInfo("Europe/Lisbon")).date()


def clock_of_processes() -> dict[str, str]:
    """The variables by which each process of Python that a test starts has the clock of the test."""
    ahead = time.time() - time_machine.escape_hatch.time.time()
    return {"PYTHONPATH": str(Path(__file__).parent), "SECONDS_AHEAD": str(ahead)}
