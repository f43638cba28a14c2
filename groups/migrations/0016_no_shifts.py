from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("groups", "0015_tell_shifts")]

    operations = [
        # Before the table: what was promised stays.
        migrations.RemoveField(model_name="planchange", name="shift"),
        migrations.DeleteModel(name="Shift"),
    ]
