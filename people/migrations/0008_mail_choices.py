"""Who wanted no mail about their questions chooses never to hear of their answers, nor of changes because of them."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def keep_choices(apps, schema_editor):
    choices = apps.get_model("people", "MailChoice")
    people = apps.get_model("people", "User").objects.filter(is_mailed=False).values_list("pk", flat=True)
    choices.objects.bulk_create(
        (choices(person_id=pk, kind=kind, soon="never") for pk in people for kind in ("answer", "change")),
        batch_size=500,
    )


class Migration(migrations.Migration):
    dependencies = [("people", "0007_outbox")]

    operations = [
        migrations.CreateModel(
            name='MailChoice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=40)),
                ('soon', models.CharField(choices=[('always', 'at once, also at night and at weekends'), ('at_once', 'at once'), ('digest', 'in the digest'), ('never', 'never')], max_length=20)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='mail_choices', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('person', 'kind'), name='mail_choice_once_a_kind')],
            },
        ),
        migrations.RunPython(keep_choices, migrations.RunPython.noop),
    ]
