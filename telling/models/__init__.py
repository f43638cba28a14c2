from telling.models.broken_promise import BrokenPromise
from telling.models.calendar_feed import CalendarFeed
from telling.models.channel import Channel
from telling.models.heartbeat import Heartbeat
from telling.models.morning import Morning

__all__ = ["BrokenPromise", "CalendarFeed", "Channel", "Heartbeat", "Morning"]
