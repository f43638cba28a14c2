from django.db import migrations, models

import lib.mondays


class Migration(migrations.Migration):

    dependencies = [
        ('tracker', '0026_no_review_rings'),
    ]

    operations = [
        migrations.RemoveConstraint(model_name='checkin', name='check_in_week_starts_monday'),
        migrations.RemoveConstraint(model_name='meetingnote', name='meeting_note_week_starts_monday'),
        migrations.AddConstraint(
            model_name='checkin',
            constraint=models.CheckConstraint(condition=lib.mondays.IsMonday('week_starts_on'), name='check_in_week_starts_monday'),
        ),
        migrations.AddConstraint(
            model_name='meetingnote',
            constraint=models.CheckConstraint(condition=lib.mondays.IsMonday('week_starts_on'), name='meeting_note_week_starts_monday'),
        ),
    ]
