import courses.models.cohort
import django.core.validators
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Course',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('changed_at', models.DateTimeField(editable=False, null=True)),
                ('title', models.CharField(max_length=200)),
                ('slug', models.SlugField(max_length=80, unique=True)),
                ('summary', models.TextField(blank=True)),
                ('prerequisites', models.TextField(blank=True)),
                ('group_size', models.PositiveSmallIntegerField(default=3, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(12)])),
                ('weekly_minutes', models.PositiveSmallIntegerField(default=30, validators=[django.core.validators.MaxValueValidator(600)], verbose_name='mentor minutes per group per week')),
                ('behind_days', models.PositiveSmallIntegerField(default=7, verbose_name='1 milestone behind counts after (days)')),
                ('behind_count', models.PositiveSmallIntegerField(default=2, validators=[django.core.validators.MinValueValidator(1)], verbose_name='behind immediately at (milestones overdue)')),
                ('behind_hours_share', models.PositiveSmallIntegerField(default=25, validators=[django.core.validators.MaxValueValidator(100)], verbose_name='far behind at (percent of planned hours overdue)')),
                ('ahead_days', models.PositiveSmallIntegerField(default=7, verbose_name='counts as early if done more than (days) before it is due')),
                ('ahead_count', models.PositiveSmallIntegerField(default=2, validators=[django.core.validators.MinValueValidator(1)], verbose_name='ahead at (milestones done early)')),
                ('help_days', models.PositiveSmallIntegerField(default=7, verbose_name='“need help” is urgent after (days)')),
                ('silent_days', models.PositiveSmallIntegerField(default=14, verbose_name='inactive after (days)')),
                ('grace_days', models.PositiveSmallIntegerField(default=14, verbose_name='grace period after joining (days)')),
                ('absences_in_a_row', models.PositiveSmallIntegerField(default=2, validators=[django.core.validators.MinValueValidator(1)], verbose_name='absences in a row')),
                ('spread_count', models.PositiveSmallIntegerField(default=2, validators=[django.core.validators.MinValueValidator(1)], verbose_name='group too far apart at (milestones)')),
                ('question_open_days', models.PositiveSmallIntegerField(default=3, verbose_name='question overdue after (days)')),
                ('flagged_share', models.PositiveSmallIntegerField(default=20, validators=[django.core.validators.MaxValueValidator(100)], verbose_name='warn if more students are flagged than (percent)')),
                ('changed_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'abstract': False,
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
                ('time_zone', models.CharField(default='UTC', max_length=64, validators=[courses.models.cohort.validate_time_zone])),
                ('closed_on', models.DateField(blank=True, null=True)),
                ('changed_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('course', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='cohorts', to='courses.course')),
            ],
        ),
        migrations.CreateModel(
            name='CourseAdmin',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('added_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('course', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='admins', to='courses.course')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='course_adminships', to=settings.AUTH_USER_MODEL)),
            ],
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
        ),
        migrations.AddConstraint(
            model_name='cohort',
            constraint=models.UniqueConstraint(fields=('course', 'title'), name='cohort_title_once_a_course'),
        ),
        migrations.AddConstraint(
            model_name='cohort',
            constraint=models.CheckConstraint(condition=models.Q(('closed_on', None), ('closed_on__gte', models.F('starts_on')), _connector='OR'), name='cohort_closed_after_start'),
        ),
        migrations.AddConstraint(
            model_name='courseadmin',
            constraint=models.UniqueConstraint(fields=('course', 'person'), name='course_admin_once'),
        ),
        migrations.AddConstraint(
            model_name='milestone',
            constraint=models.UniqueConstraint(fields=('course', 'position'), name='milestone_position_once_a_course'),
        ),
        migrations.AddConstraint(
            model_name='milestone',
            constraint=models.CheckConstraint(condition=models.Q(('planned_hours', None), ('planned_hours__gte', 0), _connector='OR'), name='milestone_hours_not_negative'),
        ),
        migrations.AddConstraint(
            model_name='pause',
            constraint=models.CheckConstraint(condition=models.Q(('ends_on__gte', models.F('starts_on'))), name='pause_ends_after_start'),
        ),
    ]
