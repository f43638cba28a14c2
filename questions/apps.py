from django.apps import AppConfig
from django.db.models.signals import post_migrate


class QuestionsConfig(AppConfig):
    name = "questions"

    def ready(self) -> None:
        from people.forgetting import call_when_forgetting, offer_for_redaction
        from questions.actions.forgetting import (
            forget_in_questions,
            passages_in_questions,
            redact_in_questions,
        )
        from questions.search_index import ensure_search_index

        call_when_forgetting(forget_in_questions)
        offer_for_redaction(passages_in_questions, redact_in_questions)
        post_migrate.connect(ensure_search_index, sender=self, dispatch_uid="questions.search_index")
