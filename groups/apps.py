from django.apps import AppConfig


class GroupsConfig(AppConfig):
    name = "groups"

    def ready(self) -> None:
        from groups.actions.agreement import forget_agreements
        from groups.actions.forgetting import forget_concerns
        from people.forgetting import call_when_forgetting

        call_when_forgetting(forget_agreements)
        call_when_forgetting(forget_concerns)
