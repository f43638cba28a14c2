

from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('sheets', '0007_sheet_address'),
    ]

    operations = [
        migrations.RemoveField(
            model_name='importline',
            name='cells',
        ),
        migrations.RemoveField(
            model_name='importline',
            name='row',
        ),
        migrations.RemoveField(
            model_name='importline',
            name='table',
        ),
    ]
