from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0017_name_key'),
    ]

    operations = [
        migrations.CreateModel(
            name='Hold',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('restored_at', models.DateTimeField()),
                ('backup_at', models.DateTimeField()),
            ],
        ),
    ]
