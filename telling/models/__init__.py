from telling.models.calendar_feed import CalendarFeed

__all__ = ["CalendarFeed"]
