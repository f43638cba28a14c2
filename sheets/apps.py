from django.apps import AppConfig


class SheetsConfig(AppConfig):
    name = "sheets"

    def ready(self) -> None:
        from people.actions.anonymise import forgotten
        from people.actions.holders import holder_left
        from sheets.actions.sheet_addresses import end_addresses
        from sheets.actions.write_log import forget_written

        forgotten.connect(forget_written)
        holder_left.connect(end_addresses)
