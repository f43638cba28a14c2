from datetime import datetime

from telling.models import Heartbeat


def beat(now: datetime) -> None:
    """Note that the worker is at work, for `/readyz`."""
    Heartbeat.objects.update_or_create(pk=1, defaults={"at": now})
