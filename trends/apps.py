from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate


class TrendsConfig(AppConfig):
    name = "trends"

    def ready(self) -> None:
        from trends.tally_triggers import drop_tally_triggers, ensure_tally_triggers

        pre_migrate.connect(drop_tally_triggers, sender=self, dispatch_uid="trends.tally_triggers.drop")
        post_migrate.connect(ensure_tally_triggers, sender=self, dispatch_uid="trends.tally_triggers")
