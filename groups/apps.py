from django.apps import AppConfig


class GroupsConfig(AppConfig):
    name = "groups"

    def ready(self) -> None:
        from groups.actions.moving import forget_reasons
        from people.actions.anonymise import forgotten

        forgotten.connect(forget_reasons)
