from django.apps import AppConfig


class TellingConfig(AppConfig):
    name = "telling"

    def ready(self) -> None:
        from people.forgetting import call_when_forgetting
        from telling.actions.calendar_feeds import forget_feed

        call_when_forgetting(forget_feed)
