from django.apps import AppConfig
from django.db.models.signals import post_migrate


class TrackerConfig(AppConfig):
    name = "tracker"

    def ready(self) -> None:
        from tracker.search_index import ensure_search_index

        post_migrate.connect(ensure_search_index, sender=self, dispatch_uid="tracker.search_index")
