from django.apps import AppConfig


class TrackerConfig(AppConfig):
    name = "tracker"

    def ready(self) -> None:
        from people.forgetting import call_when_forgetting, offer_for_redaction
        from tracker.actions.forgetting import passages_in_check_ins, redact_in_check_ins
        from tracker.actions.meeting_notes import forget_meeting_notes
        from tracker.actions.week_looks import forget_week_looks

        call_when_forgetting(forget_meeting_notes)
        call_when_forgetting(forget_week_looks)
        offer_for_redaction(passages_in_check_ins, redact_in_check_ins)
