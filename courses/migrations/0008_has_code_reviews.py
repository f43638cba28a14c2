from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('courses', '0007_asks_before_meeting'),
    ]

    operations = [
        migrations.AddField(
            model_name='course',
            name='has_code_reviews',
            field=models.BooleanField(default=True, verbose_name='students review each other’s code'),
        ),
    ]
