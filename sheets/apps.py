from django.apps import AppConfig


class SheetsConfig(AppConfig):
    name = "sheets"

    def ready(self) -> None:
        from people.actions.anonymise import forgotten
        from sheets.actions.write_log import forget_written

        forgotten.connect(forget_written)
