"""The tables of this app as they are made in a new database: see `sheets/migrations/0001_squashed_0010_all_of_before.py`."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

TABLES = [
    migrations.CreateModel(
        name='SheetImport',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('kind', models.CharField(choices=[('outline', 'course outline'), ('materials', 'materials'), ('roster', 'people'), ('sheet', 'tracking sheets')], max_length=20)),
            ('uploaded_at', models.DateTimeField()),
            ('state', models.CharField(choices=[('uploaded', 'uploaded, not yet checked'), ('previewed', 'not yet confirmed'), ('confirmed', 'imported'), ('undone', 'undone')], default='uploaded', max_length=20)),
            ('options', models.JSONField(default=dict)),
            ('understood', models.JSONField(default=dict)),
            ('digest', models.CharField(blank=True, max_length=64)),
            ('confirmed_at', models.DateTimeField(blank=True, null=True)),
            ('undone_at', models.DateTimeField(blank=True, null=True)),
            ('cohort', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='sheet_imports', to='courses.cohort')),
            ('confirmed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='sheets_confirmed', to=settings.AUTH_USER_MODEL)),
            ('course', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sheet_imports', to='courses.course')),
            ('undone_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='sheets_undone', to=settings.AUTH_USER_MODEL)),
            ('uploaded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sheets_uploaded', to=settings.AUTH_USER_MODEL)),
            ('is_long', models.BooleanField(default=False)),
        ],
        options={
            'verbose_name': 'import',
            'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('confirmed_at__isnull', True), ('confirmed_by__isnull', True)), models.Q(('confirmed_at__isnull', False), ('confirmed_by__isnull', False)), _connector='OR'), name='sheet_import_confirmed_at_and_by'), models.CheckConstraint(condition=models.Q(models.Q(('undone_at__isnull', True), ('undone_by__isnull', True)), models.Q(('confirmed_at__isnull', False), ('undone_at__isnull', False), ('undone_by__isnull', False)), _connector='OR'), name='sheet_import_undone_at_and_by'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'undone'), ('undone_at__isnull', False)), models.Q(('confirmed_at__isnull', False), ('state', 'confirmed'), ('undone_at__isnull', True)), models.Q(('confirmed_at__isnull', True), ('state__in', ['uploaded', 'previewed'])), _connector='OR'), name='sheet_import_state_as_confirmed')],
        },
    ),
    migrations.CreateModel(
        name='ImportLine',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('position', models.PositiveIntegerField()),
            ('verdict', models.CharField(choices=[('new', 'new'), ('changed', 'changed'), ('both', 'edited here'), ('moved', 'moved'), ('unchanged', 'unchanged'), ('missing', 'missing in the file'), ('no_group', 'group is full'), ('duplicate', 'duplicate'), ('unreadable', 'not imported')], max_length=20)),
            ('location', models.CharField(blank=True, max_length=300)),
            ('what', models.CharField(max_length=400)),
            ('reason', models.TextField(blank=True)),
            ('sheet_import', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='sheets.sheetimport')),
            ('email', models.CharField(blank=True, max_length=254)),
            ('starts_on', models.DateField(blank=True, null=True)),
            ('is_taken', models.BooleanField(null=True)),
            ('versions', models.JSONField(blank=True, default=list)),
        ],
        options={
            'indexes': [models.Index(fields=['sheet_import', 'verdict'], name='import_line_verdict')],
            'constraints': [models.UniqueConstraint(fields=('sheet_import', 'position'), name='import_line_position_once')],
        },
    ),
    migrations.CreateModel(
        name='ImportFile',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('position', models.PositiveIntegerField()),
            ('name', models.CharField(max_length=200)),
            ('size', models.PositiveIntegerField(help_text='Bytes.')),
            ('content', models.BinaryField(blank=True)),
            ('sheet_import', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='files', to='sheets.sheetimport')),
            ('link', models.CharField(blank=True, max_length=2000)),
            ('is_read', models.BooleanField(default=False)),
        ],
        options={
            'constraints': [models.UniqueConstraint(fields=('sheet_import', 'position'), name='import_file_position_once')],
        },
    ),
    migrations.CreateModel(
        name='WrittenBatch',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('position', models.PositiveIntegerField()),
            ('model', models.CharField(max_length=100)),
            ('rows', models.JSONField(default=list)),
            ('sheet_import', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='written_batches', to='sheets.sheetimport')),
        ],
        options={
            'constraints': [models.UniqueConstraint(fields=('sheet_import', 'position'), name='written_batch_position_once')],
        },
    ),
    migrations.CreateModel(
        name='ImportJob',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('work', models.CharField(choices=[('read', 'Reading your files'), ('confirm', 'Importing'), ('undo', 'Undoing the import')], max_length=20)),
            ('asked_at', models.DateTimeField()),
            ('seen_at', models.DateTimeField(null=True)),
            ('stage', models.CharField(blank=True, max_length=300)),
            ('why_ended', models.TextField(blank=True)),
            ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='import_jobs', to=settings.AUTH_USER_MODEL)),
            ('sheet_import', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='job', to='sheets.sheetimport')),
        ],
    ),
    migrations.CreateModel(
        name='SheetAddress',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('kind', models.CharField(choices=[('progress', 'Progress'), ('people', 'People'), ('addresses', 'People, with e-mail addresses'), ('check-ins', 'Check-ins'), ('questions', 'Questions, counted')], max_length=20)),
            ('digest', models.CharField(editable=False, max_length=64, unique=True)),
            ('made_at', models.DateTimeField()),
            ('read_on', models.DateField(null=True)),
            ('cohort', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='sheet_addresses', to='courses.cohort')),
            ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='sheet_addresses', to=settings.AUTH_USER_MODEL)),
        ],
        options={
            'verbose_name': 'address for spreadsheets',
            'verbose_name_plural': 'addresses for spreadsheets',
            'constraints': [models.UniqueConstraint(fields=('cohort', 'person', 'kind'), name='sheet_address_once_a_kind')],
        },
    ),
]
