"""The tables of this app as they are made in a new database: see `sheets/migrations/0001_squashed_0010_all_of_before.py`."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

TABLES = [
    migrations.CreateModel(
        name='CalendarFeed',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('digest', models.CharField(editable=False, max_length=64, unique=True)),
            ('made_at', models.DateTimeField()),
            ('person', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='calendar_feed', to=settings.AUTH_USER_MODEL)),
        ],
    ),
    migrations.CreateModel(
        name='Channel',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('service', models.CharField(choices=[('slack', 'Slack'), ('mattermost', 'Mattermost'), ('webhook', 'Any program (Standard Webhooks)')], default='slack', max_length=20)),
            ('address', models.CharField(max_length=500)),
            ('secret', models.CharField(blank=True, max_length=80)),
            ('news', models.JSONField(default=list)),
            ('made_at', models.DateTimeField()),
            ('failing_since', models.DateTimeField(null=True)),
            ('failure', models.CharField(blank=True, max_length=300)),
            ('switched_off_at', models.DateTimeField(null=True)),
            ('course', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='channels', to='courses.course')),
            ('group', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='channels', to='groups.group')),
            ('made_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='channels_made', to=settings.AUTH_USER_MODEL)),
        ],
        options={
            'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('course__isnull', False), ('group', None)), models.Q(('course', None), ('group__isnull', False)), _connector='OR'), name='channel_of_group_or_course')],
        },
    ),
    migrations.CreateModel(
        name='Heartbeat',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('at', models.DateTimeField()),
        ],
    ),
    migrations.CreateModel(
        name='Morning',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('zone', models.CharField(max_length=60)),
            ('day', models.DateField()),
            ('done_at', models.DateTimeField(null=True)),
            ('event', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='mornings', to='people.event')),
        ],
        options={
            'constraints': [models.UniqueConstraint(fields=('zone', 'day'), name='morning_once_a_zone_and_day')],
        },
    ),
    migrations.CreateModel(
        name='BrokenPromise',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('wait', models.CharField(max_length=100, unique=True)),
            ('at', models.DateTimeField()),
            ('event', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='broken_promises', to='people.event')),
        ],
    ),
]
