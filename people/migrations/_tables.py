"""The tables of this app as they are made in a new database: see `sheets/migrations/0001_squashed_0010_all_of_before.py`."""

import django.db.models.deletion
import django.utils.timezone
import people.models.outbox
from django.conf import settings
from django.db import migrations, models

TABLES = [
    migrations.CreateModel(
        name='SentForm',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('digest', models.CharField(max_length=64)),
            ('sent_at', models.DateTimeField(db_index=True)),
            ('led_to', models.TextField(blank=True)),
            ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='sent_forms', to=settings.AUTH_USER_MODEL)),
        ],
        options={
            'constraints': [models.UniqueConstraint(fields=('person', 'digest'), name='sent_form_once')],
        },
    ),
    migrations.CreateModel(
        name='AddressChange',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('before', models.EmailField(max_length=254)),
            ('changed_at', models.DateTimeField(default=django.utils.timezone.now)),
            ('taken_back_at', models.DateTimeField(null=True)),
            ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='address_changes', to=settings.AUTH_USER_MODEL)),
        ],
    ),
    migrations.CreateModel(
        name='TokenBucket',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('key', models.CharField(max_length=80, unique=True)),
            ('tokens', models.FloatField()),
            ('filled_at', models.DateTimeField()),
        ],
        options={
            'constraints': [models.CheckConstraint(condition=models.Q(('tokens__gte', 0)), name='token_bucket_not_overdrawn')],
        },
    ),
    migrations.CreateModel(
        name='Event',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('kind', models.CharField(max_length=40)),
            ('ids', models.JSONField(default=dict)),
            ('at', models.DateTimeField()),
            ('told_at', models.DateTimeField(null=True)),
            ('failure', models.CharField(blank=True, max_length=300)),
            ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='events_caused', to=settings.AUTH_USER_MODEL)),
        ],
        options={
            'indexes': [models.Index(condition=models.Q(('told_at', None)), fields=['id'], name='event_untold'), models.Index(fields=['at'], name='event_at')],
        },
    ),
    migrations.CreateModel(
        name='Message',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('kind', models.CharField(max_length=40)),
            ('thread', models.CharField(blank=True, max_length=80)),
            ('address', models.EmailField(blank=True, max_length=254)),
            ('subject', models.CharField(blank=True, max_length=300)),
            ('body', models.TextField(blank=True)),
            ('made_at', models.DateTimeField(default=django.utils.timezone.now)),
            ('due_at', models.DateTimeField()),
            ('try_at', models.DateTimeField()),
            ('tries', models.PositiveSmallIntegerField(default=0)),
            ('claimed_at', models.DateTimeField(null=True)),
            ('is_again', models.BooleanField(default=False)),
            ('state', models.CharField(choices=[('waiting', 'waiting'), ('digest', 'for a summary'), ('sent', 'sent'), ('failed', 'failed'), ('dropped', 'dropped'), ('withdrawn', 'withdrawn')], default='waiting', max_length=20)),
            ('reason', models.CharField(blank=True, max_length=300)),
            ('message_id', models.CharField(default=people.models.outbox.new_message_id, max_length=200)),
            ('ended_at', models.DateTimeField(null=True)),
            ('looked_at', models.DateTimeField(null=True)),
            ('event', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='messages', to='people.event')),
            ('recipient', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='messages', to=settings.AUTH_USER_MODEL)),
            ('channel', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='posts', to='telling.channel')),
        ],
        options={
            'indexes': [models.Index(condition=models.Q(('state', 'waiting')), fields=['try_at', 'id'], name='message_waiting'), models.Index(fields=['recipient', 'thread'], name='message_thread'), models.Index(fields=['state', 'made_at'], name='message_state')],
            'constraints': [models.UniqueConstraint(fields=('event', 'recipient', 'kind'), name='message_once_a_recipient_and_event'), models.CheckConstraint(condition=models.Q(models.Q(('ended_at', None), ('state__in', ['waiting', 'digest'])), models.Q(models.Q(('state__in', ['waiting', 'digest']), _negated=True), ('ended_at__isnull', False)), _connector='OR'), name='message_ended_has_moment'), models.CheckConstraint(condition=models.Q(('state', 'waiting'), ('body', ''), _connector='OR'), name='message_keeps_no_words'), models.UniqueConstraint(fields=('channel', 'event'), name='message_once_a_channel_and_event'), models.CheckConstraint(condition=models.Q(('recipient', None), ('channel', None), _connector='OR'), name='message_to_person_or_channel')],
            'permissions': [('handle_outbox', 'Can see the outbox, send again and drop')],
        },
    ),
    migrations.CreateModel(
        name='MailChoice',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('kind', models.CharField(max_length=40)),
            ('soon', models.CharField(choices=[('always', 'at once, also at night and at weekends'), ('at_once', 'at once'), ('digest', 'in the next summary'), ('never', 'never')], max_length=20)),
            ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='mail_choices', to=settings.AUTH_USER_MODEL)),
        ],
        options={
            'constraints': [models.UniqueConstraint(fields=('person', 'kind'), name='mail_choice_once_a_kind')],
        },
    ),
    migrations.CreateModel(
        name='KeptPassage',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('where', models.CharField(max_length=300)),
            ('reason', models.CharField(blank=True, max_length=300)),
            ('kept_at', models.DateTimeField()),
            ('kept_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='passages_kept', to=settings.AUTH_USER_MODEL)),
            ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='kept_passages', to=settings.AUTH_USER_MODEL)),
        ],
    ),
    migrations.CreateModel(
        name='Hold',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('restored_at', models.DateTimeField()),
            ('backup_at', models.DateTimeField()),
        ],
    ),
]
