"""The tables of this app as they are made in a new database: see `sheets/migrations/0001_squashed_0010_all_of_before.py`."""

import django.core.validators
import django.db.models.deletion
import django.utils.timezone
import lib.time_zones
from django.conf import settings
from django.db import migrations, models

TABLES = [
    migrations.CreateModel(
        name='Course',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('version', models.PositiveIntegerField(default=1, editable=False)),
            ('changed_at', models.DateTimeField(editable=False, null=True)),
            ('title', models.CharField(max_length=200)),
            ('slug', models.SlugField(max_length=80, unique=True)),
            ('summary', models.TextField(blank=True)),
            ('group_size', models.PositiveSmallIntegerField(default=3, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(12)])),
            ('weekly_minutes', models.PositiveSmallIntegerField(default=30, validators=[django.core.validators.MaxValueValidator(600)], verbose_name='mentor minutes per group per week')),
            ('behind_days', models.PositiveSmallIntegerField(default=7, verbose_name='1 milestone behind counts after (days)')),
            ('behind_count', models.PositiveSmallIntegerField(default=2, validators=[django.core.validators.MinValueValidator(1)], verbose_name='behind immediately at (milestones overdue)')),
            ('help_days', models.PositiveSmallIntegerField(default=1, validators=[django.core.validators.MinValueValidator(1)], verbose_name='“need help” is promised an answer within (weekdays)')),
            ('silent_days', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='inactive after (days)')),
            ('grace_days', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='grace period after joining (days)')),
            ('absences_in_a_row', models.PositiveSmallIntegerField(default=2, validators=[django.core.validators.MinValueValidator(1)], verbose_name='absences in a row')),
            ('changed_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ('archived_at', models.DateTimeField(blank=True, editable=False, null=True)),
            ('archived_by', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ('question_days', models.PositiveSmallIntegerField(default=3, validators=[django.core.validators.MinValueValidator(1)], verbose_name='a question is promised an answer within (weekdays)')),
            ('review_days', models.PositiveSmallIntegerField(default=3, validators=[django.core.validators.MinValueValidator(1)], verbose_name='a code review is promised within (weekdays)')),
            ('has_code_reviews', models.BooleanField(default=True, verbose_name='students review each other’s code')),
        ],
        options={
            'abstract': False,
            'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('archived_at__isnull', True), ('archived_by__isnull', True)), models.Q(('archived_at__isnull', False), ('archived_by__isnull', False)), _connector='OR'), name='course_archived_at_and_by')],
        },
    ),
    migrations.CreateModel(
        name='Cohort',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('version', models.PositiveIntegerField(default=1, editable=False)),
            ('changed_at', models.DateTimeField(editable=False, null=True)),
            ('title', models.CharField(max_length=200)),
            ('starts_on', models.DateField()),
            ('time_zone', models.CharField(default='UTC', max_length=64, validators=[lib.time_zones.validate_time_zone])),
            ('closed_on', models.DateField(blank=True, null=True)),
            ('changed_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ('course', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='cohorts', to='courses.course')),
            ('archived_at', models.DateTimeField(blank=True, editable=False, null=True)),
            ('archived_by', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ('asks_before_meeting', models.BooleanField(default=True, verbose_name='students say before a meeting how it is going')),
        ],
        options={
            'constraints': [models.UniqueConstraint(fields=('course', 'title'), name='cohort_title_once_a_course'), models.CheckConstraint(condition=models.Q(('closed_on', None), ('closed_on__gte', models.F('starts_on')), _connector='OR'), name='cohort_closed_after_start'), models.CheckConstraint(condition=models.Q(models.Q(('archived_at__isnull', True), ('archived_by__isnull', True)), models.Q(('archived_at__isnull', False), ('archived_by__isnull', False)), _connector='OR'), name='cohort_archived_at_and_by')],
        },
    ),
    migrations.CreateModel(
        name='CourseAdmin',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('added_at', models.DateTimeField(default=django.utils.timezone.now)),
            ('course', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='admins', to='courses.course')),
            ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='course_adminships', to=settings.AUTH_USER_MODEL)),
        ],
        options={
            'constraints': [models.UniqueConstraint(fields=('course', 'person'), name='course_admin_once')],
        },
    ),
    migrations.CreateModel(
        name='Milestone',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('version', models.PositiveIntegerField(default=1, editable=False)),
            ('changed_at', models.DateTimeField(editable=False, null=True)),
            ('position', models.PositiveIntegerField()),
            ('title', models.CharField(max_length=200)),
            ('summary', models.TextField(blank=True)),
            ('week', models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(104)], verbose_name='teaching week')),
            ('planned_hours', models.DecimalField(blank=True, decimal_places=2, max_digits=5, null=True, validators=[django.core.validators.MinValueValidator(0)])),
            ('is_optional', models.BooleanField(default=False, verbose_name='optional')),
            ('changed_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ('course', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='milestones', to='courses.course')),
        ],
        options={
            'constraints': [models.UniqueConstraint(fields=('course', 'position'), name='milestone_position_once_a_course'), models.CheckConstraint(condition=models.Q(('planned_hours', None), ('planned_hours__gte', 0), _connector='OR'), name='milestone_hours_not_negative')],
        },
    ),
    migrations.CreateModel(
        name='Material',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('version', models.PositiveIntegerField(default=1, editable=False)),
            ('changed_at', models.DateTimeField(editable=False, null=True)),
            ('position', models.PositiveIntegerField(default=0)),
            ('title', models.CharField(max_length=300)),
            ('url', models.URLField(blank=True, max_length=1000, verbose_name='URL')),
            ('kind', models.CharField(choices=[('page', 'page'), ('video', 'video'), ('notebook', 'notebook'), ('course', 'course'), ('exercise', 'exercise'), ('project', 'project')], default='page', max_length=20)),
            ('minutes', models.PositiveSmallIntegerField(blank=True, null=True)),
            ('is_optional', models.BooleanField(default=False, verbose_name='optional')),
            ('retired_on', models.DateField(blank=True, null=True)),
            ('changed_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ('milestone', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='materials', to='courses.milestone')),
        ],
        options={
            'abstract': False,
        },
    ),
    migrations.CreateModel(
        name='Pause',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('title', models.CharField(blank=True, max_length=100)),
            ('starts_on', models.DateField()),
            ('ends_on', models.DateField()),
            ('cohort', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='pauses', to='courses.cohort')),
        ],
        options={
            'constraints': [models.CheckConstraint(condition=models.Q(('ends_on__gte', models.F('starts_on'))), name='pause_ends_after_start')],
            'verbose_name': 'break',
        },
    ),
    migrations.CreateModel(
        name='LinkCheck',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('address', models.CharField(max_length=1000)),
            ('check_at', models.DateTimeField(db_index=True)),
            ('checked_at', models.DateTimeField(blank=True, null=True)),
            ('gone_since', models.DateTimeField(blank=True, null=True)),
            ('is_dead', models.BooleanField(default=False)),
            ('found', models.CharField(blank=True, max_length=300)),
            ('material', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='link_check', to='courses.material')),
        ],
        options={
            'constraints': [models.CheckConstraint(condition=models.Q(('is_dead', False), ('gone_since__isnull', False), _connector='OR'), name='link_check_dead_since')],
        },
    ),
    migrations.CreateModel(
        name='CourseSection',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('version', models.PositiveIntegerField(default=1, editable=False)),
            ('changed_at', models.DateTimeField(editable=False, null=True)),
            ('position', models.PositiveIntegerField(default=0)),
            ('title', models.CharField(max_length=200)),
            ('body', models.TextField(help_text='Markdown.', max_length=40000, verbose_name='text')),
            ('meant_for', models.CharField(choices=[('everybody', 'everybody'), ('students', 'students: what is expected of them'), ('mentors', 'mentors: what is expected of them')], default='everybody', max_length=10, verbose_name='meant for')),
            ('imported_title', models.CharField(blank=True, editable=False, max_length=200)),
            ('imported_body', models.TextField(blank=True, editable=False)),
            ('changed_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ('course', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='sections', to='courses.course')),
        ],
        options={
            'verbose_name': 'section',
        },
    ),
    migrations.CreateModel(
        name='CourseLink',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('position', models.PositiveSmallIntegerField()),
            ('name', models.CharField(max_length=60)),
            ('url', models.URLField(max_length=1000, validators=[django.core.validators.URLValidator(schemes=['https'])], verbose_name='URL')),
            ('course', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='links', to='courses.course')),
        ],
        options={
            'verbose_name': 'link',
            'constraints': [models.UniqueConstraint(fields=('course', 'position'), name='course_link_position_once_a_course'), models.CheckConstraint(condition=models.Q(('position__gte', 1), ('position__lte', 6)), name='course_link_position_to_six')],
        },
    ),
]
