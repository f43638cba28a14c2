import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('courses', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
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
            ],
            options={
                'verbose_name': 'import',
            },
        ),
        migrations.CreateModel(
            name='ImportLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveIntegerField()),
                ('verdict', models.CharField(choices=[('new', 'new'), ('changed', 'changed'), ('moved', 'moved'), ('unchanged', 'unchanged'), ('missing', 'missing in the file'), ('unreadable', 'cannot be read')], max_length=20)),
                ('location', models.CharField(blank=True, max_length=300)),
                ('what', models.CharField(max_length=400)),
                ('reason', models.TextField(blank=True)),
                ('table', models.PositiveIntegerField(blank=True, null=True)),
                ('row', models.PositiveIntegerField(blank=True, null=True)),
                ('cells', models.JSONField(blank=True, default=list)),
                ('sheet_import', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='sheets.sheetimport')),
            ],
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
            ],
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
        ),
        migrations.AddConstraint(
            model_name='sheetimport',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('confirmed_at__isnull', True), ('confirmed_by__isnull', True)), models.Q(('confirmed_at__isnull', False), ('confirmed_by__isnull', False)), _connector='OR'), name='sheet_import_confirmed_at_and_by'),
        ),
        migrations.AddConstraint(
            model_name='sheetimport',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('undone_at__isnull', True), ('undone_by__isnull', True)), models.Q(('confirmed_at__isnull', False), ('undone_at__isnull', False), ('undone_by__isnull', False)), _connector='OR'), name='sheet_import_undone_at_and_by'),
        ),
        migrations.AddConstraint(
            model_name='sheetimport',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'undone'), ('undone_at__isnull', False)), models.Q(('confirmed_at__isnull', False), ('state', 'confirmed'), ('undone_at__isnull', True)), models.Q(('confirmed_at__isnull', True), ('state__in', ['uploaded', 'previewed'])), _connector='OR'), name='sheet_import_state_as_confirmed'),
        ),
        migrations.AddIndex(
            model_name='importline',
            index=models.Index(fields=['sheet_import', 'verdict'], name='import_line_verdict'),
        ),
        migrations.AddConstraint(
            model_name='importline',
            constraint=models.UniqueConstraint(fields=('sheet_import', 'position'), name='import_line_position_once'),
        ),
        migrations.AddConstraint(
            model_name='importfile',
            constraint=models.UniqueConstraint(fields=('sheet_import', 'position'), name='import_file_position_once'),
        ),
        migrations.AddConstraint(
            model_name='writtenbatch',
            constraint=models.UniqueConstraint(fields=('sheet_import', 'position'), name='written_batch_position_once'),
        ),
    ]
