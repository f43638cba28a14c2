from django.apps import AppConfig
from django.db.models.signals import post_migrate


class QuestionsConfig(AppConfig):
    name = "questions"

    def ready(self) -> None:
        from questions.search_index import ensure_search_index

        post_migrate.connect(ensure_search_index, sender=self, dispatch_uid="questions.search_index")
