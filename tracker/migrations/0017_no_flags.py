from django.db import migrations


class Migration(migrations.Migration):
    """Flags and the verdicts on them are no longer kept. A flag held nothing that anybody wrote."""

    dependencies = [
        ('tracker', '0016_opinions_of_enrolments'),
    ]

    operations = [
        migrations.DeleteModel(
            name='HistoricalFlag',
        ),
        migrations.DeleteModel(
            name='Flag',
        ),
        migrations.DeleteModel(
            name='FlagCount',
        ),
    ]
