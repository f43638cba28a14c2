"""Messages between this process and bin/serve, which started it."""

import os
import signal
from contextlib import suppress
from types import FrameType

_is_asked_to_end = False


def say_ready() -> None:
    """Tell it that everything is loaded. It ends the process that this one replaces."""
    if said := os.environ.pop("READY_FD", ""):
        with suppress(OSError):
            os.write(int(said), b".")
        os.close(int(said))


def finish_when_asked() -> None:
    """From now on SIGTERM ends nothing by itself: what has several things to do asks `must_end` between two."""
    signal.signal(signal.SIGTERM, _note)


def must_end() -> bool:
    return _is_asked_to_end


def _note(number: int, frame: FrameType | None) -> None:
    global _is_asked_to_end
    _is_asked_to_end = True
