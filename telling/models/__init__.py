from telling.models.calendar_feed import CalendarFeed
from telling.models.channel import Channel, ChannelPost

__all__ = ["CalendarFeed", "Channel", "ChannelPost"]
