from django.apps import AppConfig


class TrackerConfig(AppConfig):
    name = "tracker"

    def ready(self) -> None:
        from groups.actions.moving import ask_for_records
        from groups.joining import ask_for_check_ins
        from people.forgetting import offer_for_redaction
        from tracker.access.check_ins import groups_that_met
        from tracker.access.records import recorded_since
        from tracker.actions.forgetting import passages_in_check_ins, redact_in_check_ins

        ask_for_check_ins(groups_that_met)
        ask_for_records(recorded_since)
        offer_for_redaction(passages_in_check_ins, redact_in_check_ins)
