from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate


class TrackerConfig(AppConfig):
    name = "tracker"

    def ready(self) -> None:
        from tracker.search_index import ensure_search_index
        from tracker.tally_triggers import drop_tally_triggers, ensure_tally_triggers

        post_migrate.connect(ensure_search_index, sender=self, dispatch_uid="tracker.search_index")
        pre_migrate.connect(drop_tally_triggers, sender=self, dispatch_uid="tracker.tally_triggers.drop")
        post_migrate.connect(ensure_tally_triggers, sender=self, dispatch_uid="tracker.tally_triggers")
