from django.apps import AppConfig


class SheetsConfig(AppConfig):
    name = "sheets"

    def ready(self) -> None:
        from people.forgetting import call_when_forgetting
        from sheets.actions.forgetting import forget_in_imports

        call_when_forgetting(forget_in_imports)
