from typing import Any

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

_PERMISSIONS = (
    ("people", "message", "handle_outbox", "Can see the outbox, send again and drop"),
    ("groups", "concern", "read_left_concern", "Can read private messages that no course admin may read"),
)


def give_to_operators(apps: Any, schema_editor: BaseDatabaseSchemaEditor | None) -> None:
    """Who may use the Django admin did both so far. Permissions are made after all migrations, so these are made here."""
    operators = list(apps.get_model("people", "User").objects.filter(is_staff=True))
    for app, model, codename, name in _PERMISSIONS:
        content_type, _ = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
            app_label=app, model=model
        )
        permission, _ = apps.get_model("auth", "Permission").objects.get_or_create(
            content_type=content_type, codename=codename, defaults={"name": name}
        )
        permission.user_set.add(*operators)


class Migration(migrations.Migration):

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("groups", "0020_moves_of_groups"),
        ("people", "0015_outbox_permission"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="concern",
            options={
                "permissions": [("read_left_concern", "Can read private messages that no course admin may read")]
            },
        ),
        migrations.RunPython(give_to_operators, migrations.RunPython.noop),
    ]
