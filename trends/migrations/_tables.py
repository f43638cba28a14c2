"""The tables of this app as they are made in a new database: see `sheets/migrations/0001_squashed_0010_all_of_before.py`."""

import django.core.serializers.json
import django.db.models.deletion
from django.db import migrations, models

TABLES = [
    migrations.CreateModel(
        name='CourseSummary',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('counted_at', models.DateTimeField()),
            ('cells', models.JSONField(encoder=django.core.serializers.json.DjangoJSONEncoder)),
            ('course', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='trends_summary', to='courses.course')),
        ],
        options={
            'verbose_name_plural': 'course summaries',
        },
    ),
]
