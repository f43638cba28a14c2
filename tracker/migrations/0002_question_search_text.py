from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('tracker', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='question',
            name='search_text',
            field=models.TextField(blank=True, default='', editable=False),
        ),
    ]
