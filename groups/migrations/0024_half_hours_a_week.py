

import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('groups', '0023_word_to_the_group'),
    ]

    operations = [
        # PostgreSQL would keep its rule of whole numbers, compared as floats.
        migrations.RemoveConstraint(model_name='enrolment', name='enrolment_hours_a_week'),
        migrations.AlterField(
            model_name='enrolment',
            name='hours_a_week',
            field=models.FloatField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(80), django.core.validators.StepValueValidator(0.5)]),
        ),
        migrations.AlterField(
            model_name='historicalenrolment',
            name='hours_a_week',
            field=models.FloatField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(80), django.core.validators.StepValueValidator(0.5)]),
        ),
        migrations.AddConstraint(
            model_name='enrolment',
            constraint=models.CheckConstraint(
                condition=models.Q(('hours_a_week', None), ('hours_a_week__range', (1, 80)), _connector='OR'),
                name='enrolment_hours_a_week',
            ),
        ),
    ]
