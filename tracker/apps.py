from django.apps import AppConfig


class TrackerConfig(AppConfig):
    name = "tracker"

    def ready(self) -> None:
        from groups.joining import ask_for_check_ins
        from tracker.access.check_ins import groups_that_met

        ask_for_check_ins(groups_that_met)
