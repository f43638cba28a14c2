from django.apps import AppConfig
from django.db.models.signals import post_migrate


class QuestionsConfig(AppConfig):
    name = "questions"

    def ready(self) -> None:
        from people.actions.anonymise import forgotten
        from questions.actions.keeping import index_changed
        from questions.search_index import ensure_search_index

        forgotten.connect(index_changed)
        post_migrate.connect(ensure_search_index, sender=self, dispatch_uid="questions.search_index")
