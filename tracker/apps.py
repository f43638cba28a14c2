from django.apps import AppConfig


class TrackerConfig(AppConfig):
    name = "tracker"

    def ready(self) -> None:
        from groups.joining import ask_for_check_ins
        from people.forgetting import call_when_forgetting, offer_for_redaction
        from tracker.access.check_ins import groups_that_met
        from tracker.actions.forgetting import passages_in_check_ins, redact_in_check_ins
        from tracker.actions.meeting_notes import forget_meeting_notes
        from tracker.actions.week_looks import forget_week_looks

        ask_for_check_ins(groups_that_met)
        call_when_forgetting(forget_meeting_notes)
        call_when_forgetting(forget_week_looks)
        offer_for_redaction(passages_in_check_ins, redact_in_check_ins)
