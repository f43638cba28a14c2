from django.db import migrations, models

import lib.mondays


class Migration(migrations.Migration):

    dependencies = [
        ('questions', '0013_pictures'),
    ]

    operations = [
        migrations.RemoveConstraint(model_name='ask', name='ask_week_starts_monday'),
        migrations.AddConstraint(
            model_name='ask',
            constraint=models.CheckConstraint(condition=lib.mondays.IsMonday('week_starts_on'), name='ask_week_starts_monday'),
        ),
    ]
