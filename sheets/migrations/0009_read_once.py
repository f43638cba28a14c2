from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('sheets', '0008_rows_without_cells'),
    ]

    operations = [
        migrations.AddField(
            model_name='importfile',
            name='is_read',
            field=models.BooleanField(default=False),
        ),
    ]
