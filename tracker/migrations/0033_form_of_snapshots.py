from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('tracker', '0032_besides_the_meeting'),
    ]

    operations = [
        migrations.AddField(
            model_name='boardsnapshot',
            name='form',
            field=models.PositiveSmallIntegerField(db_default=1, default=2),
        ),
    ]
