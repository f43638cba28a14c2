"""A summary comes each morning. Who wanted something in Monday's, or none of Monday's, keeps that: no other one comes."""

from django.db import migrations, models


def keep_choices(apps, schema_editor):
    choices = apps.get_model("people", "MailChoice").objects
    wanted = models.Q(soon="digest") | models.Q(kind="digest", soon="never")
    people = choices.filter(wanted).order_by("person").values_list("person", flat=True).distinct()
    choices.bulk_create(
        (choices.model(person_id=pk, kind="news", soon="never") for pk in people), batch_size=500
    )


class Migration(migrations.Migration):
    dependencies = [("people", "0015_outbox_permission")]

    operations = [
        migrations.AlterField(
            model_name='mailchoice',
            name='soon',
            field=models.CharField(choices=[('always', 'at once, also at night and at weekends'), ('at_once', 'at once'), ('digest', 'in the next summary'), ('never', 'never')], max_length=20),
        ),
        migrations.AlterField(
            model_name='message',
            name='state',
            field=models.CharField(choices=[('waiting', 'waiting'), ('digest', 'for a summary'), ('sent', 'sent'), ('failed', 'failed'), ('dropped', 'dropped'), ('withdrawn', 'withdrawn')], default='waiting', max_length=20),
        ),
        migrations.RunPython(keep_choices, migrations.RunPython.noop, elidable=True),
    ]
