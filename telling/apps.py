from django.apps import AppConfig


class TellingConfig(AppConfig):
    name = "telling"

    def ready(self) -> None:
        from people.actions.holders import holder_left
        from people.forgetting import call_when_forgetting
        from telling.actions.calendar_feeds import end_feed, forget_feed
        from telling.actions.channels import end_channels

        call_when_forgetting(forget_feed)
        holder_left.connect(end_feed)
        holder_left.connect(end_channels)
