from django.apps import AppConfig


class TellingConfig(AppConfig):
    name = "telling"

    def ready(self) -> None:
        from people.actions.holders import holder_left
        from telling.actions.calendar_feeds import remove_feed
        from telling.actions.channels import end_channels

        holder_left.connect(remove_feed)
        holder_left.connect(end_channels)
