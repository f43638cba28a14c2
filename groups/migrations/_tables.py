"""The tables of this app as they are made in a new database: see `sheets/migrations/0001_squashed_0010_all_of_before.py`."""

import django.core.validators
import django.db.models.deletion
import django.utils.timezone
import lib.natural_order
import simple_history.models
import uuid
from django.conf import settings
from django.db import migrations, models

TABLES = [
    migrations.CreateModel(
        name='Enrolment',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('started_on', models.DateField()),
            ('ended_on', models.DateField(blank=True, null=True)),
            ('end_reason', models.CharField(blank=True, choices=[('finished', 'finished'), ('dropped', 'dropped out'), ('transferred', 'went to another cohort')], max_length=20)),
            ('level', models.CharField(blank=True, help_text='What you know already, from 1 (new to it) to 5. For example: python 3, ml 2.', max_length=200)),
            ('enrolled_at', models.DateTimeField(default=django.utils.timezone.now)),
            ('last_active_at', models.DateTimeField(blank=True, null=True)),
            ('cohort', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='enrolments', to='courses.cohort')),
            ('enrolled_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='enrolments_made', to=settings.AUTH_USER_MODEL)),
            ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='enrolments', to=settings.AUTH_USER_MODEL)),
            ('news_read_at', models.DateTimeField(blank=True, editable=False, null=True)),
            ('hours_a_week', models.FloatField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(80), django.core.validators.StepValueValidator(0.5)])),
            ('would_mentor_at', models.DateTimeField(blank=True, editable=False, null=True)),
            ('mentor_note', models.TextField(blank=True, max_length=1000, verbose_name='note for the mentor')),
        ],
        options={
            'constraints': [models.UniqueConstraint(condition=models.Q(('ended_on', None)), fields=('cohort', 'person'), name='enrolment_one_open_per_cohort'), models.CheckConstraint(condition=models.Q(('ended_on', None), ('ended_on__gte', models.F('started_on')), _connector='OR'), name='enrolment_ends_after_start'), models.CheckConstraint(condition=models.Q(models.Q(('end_reason', ''), ('ended_on', None)), models.Q(('ended_on__isnull', False), models.Q(('end_reason', ''), _negated=True)), _connector='OR'), name='enrolment_end_has_reason'), models.CheckConstraint(condition=models.Q(('hours_a_week', None), ('hours_a_week__range', (1, 80)), _connector='OR'), name='enrolment_hours_a_week')],
        },
    ),
    migrations.CreateModel(
        name='Absence',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('starts_on', models.DateField()),
            ('ends_on', models.DateField()),
            ('reason', models.CharField(blank=True, max_length=200)),
            ('accepted_at', models.DateTimeField(default=django.utils.timezone.now)),
            ('accepted_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='absences_accepted', to=settings.AUTH_USER_MODEL)),
            ('enrolment', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='absences', to='groups.enrolment')),
        ],
        options={
            'constraints': [models.CheckConstraint(condition=models.Q(('ends_on__gte', models.F('starts_on'))), name='absence_ends_after_start')],
        },
    ),
    migrations.CreateModel(
        name='Group',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('version', models.PositiveIntegerField(default=1, editable=False)),
            ('changed_at', models.DateTimeField(editable=False, null=True)),
            ('name', models.CharField(max_length=100)),
            ('meeting', models.CharField(blank=True, help_text='For example: Tuesdays 17:00, by video.', max_length=200, verbose_name='when and where you meet')),
            ('changed_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ('cohort', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='groups', to='courses.cohort')),
            ('sort_key', lib.natural_order.NaturalKeyField(default='', editable=False, max_length=200, of='name')),
            ('call', models.URLField(blank=True, max_length=1000, validators=[django.core.validators.URLValidator(schemes=['https'])], verbose_name='link to the call')),
            ('hello', models.TextField(blank=True, max_length=3000, verbose_name='a word to the group')),
        ],
        options={
            'constraints': [models.UniqueConstraint(fields=('cohort', 'name'), name='group_name_once_a_cohort')],
        },
    ),
    migrations.CreateModel(
        name='HistoricalEnrolment',
        fields=[
            ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
            ('started_on', models.DateField()),
            ('ended_on', models.DateField(blank=True, null=True)),
            ('end_reason', models.CharField(blank=True, choices=[('finished', 'finished'), ('dropped', 'dropped out'), ('transferred', 'went to another cohort')], max_length=20)),
            ('level', models.CharField(blank=True, help_text='What you know already, from 1 (new to it) to 5. For example: python 3, ml 2.', max_length=200)),
            ('enrolled_at', models.DateTimeField(default=django.utils.timezone.now)),
            ('history_id', models.AutoField(primary_key=True, serialize=False)),
            ('history_date', models.DateTimeField(db_index=True)),
            ('history_change_reason', models.CharField(max_length=100, null=True)),
            ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
            ('cohort', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='courses.cohort')),
            ('enrolled_by', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
            ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ('person', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
            ('hours_a_week', models.FloatField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(80), django.core.validators.StepValueValidator(0.5)])),
            ('would_mentor_at', models.DateTimeField(blank=True, editable=False, null=True)),
            ('mentor_note', models.TextField(blank=True, max_length=1000, verbose_name='note for the mentor')),
        ],
        options={
            'verbose_name': 'historical enrolment',
            'verbose_name_plural': 'historical enrolments',
            'ordering': ('-history_date', '-history_id'),
            'get_latest_by': ('history_date', 'history_id'),
        },
        bases=(simple_history.models.HistoricalChanges, models.Model),
    ),
    migrations.CreateModel(
        name='HistoricalMembership',
        fields=[
            ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
            ('started_on', models.DateField()),
            ('ended_on', models.DateField(blank=True, null=True)),
            ('end_reason', models.CharField(blank=True, choices=[('moved', 'moved to another group'), ('finished', 'finished'), ('dropped', 'dropped out'), ('transferred', 'went to another cohort')], max_length=20)),
            ('history_id', models.AutoField(primary_key=True, serialize=False)),
            ('history_date', models.DateTimeField(db_index=True)),
            ('history_change_reason', models.CharField(max_length=100, null=True)),
            ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
            ('enrolment', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='groups.enrolment')),
            ('group', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='groups.group')),
            ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
        ],
        options={
            'verbose_name': 'historical membership',
            'verbose_name_plural': 'historical memberships',
            'ordering': ('-history_date', '-history_id'),
            'get_latest_by': ('history_date', 'history_id'),
        },
        bases=(simple_history.models.HistoricalChanges, models.Model),
    ),
    migrations.CreateModel(
        name='HistoricalMentorship',
        fields=[
            ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
            ('role', models.CharField(choices=[('mentor', 'mentor'), ('co-mentor', 'co-mentor'), ('cover', 'stand-in')], default='mentor', max_length=20)),
            ('started_on', models.DateField()),
            ('ended_on', models.DateField(blank=True, null=True)),
            ('history_id', models.AutoField(primary_key=True, serialize=False)),
            ('history_date', models.DateTimeField(db_index=True)),
            ('history_change_reason', models.CharField(max_length=100, null=True)),
            ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
            ('group', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='groups.group')),
            ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ('person', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
        ],
        options={
            'verbose_name': 'historical mentorship',
            'verbose_name_plural': 'historical mentorships',
            'ordering': ('-history_date', '-history_id'),
            'get_latest_by': ('history_date', 'history_id'),
        },
        bases=(simple_history.models.HistoricalChanges, models.Model),
    ),
    migrations.CreateModel(
        name='Membership',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('started_on', models.DateField()),
            ('ended_on', models.DateField(blank=True, null=True)),
            ('end_reason', models.CharField(blank=True, choices=[('moved', 'moved to another group'), ('finished', 'finished'), ('dropped', 'dropped out'), ('transferred', 'went to another cohort')], max_length=20)),
            ('enrolment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='memberships', to='groups.enrolment')),
            ('group', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='memberships', to='groups.group')),
        ],
        options={
            'constraints': [models.UniqueConstraint(condition=models.Q(('ended_on', None)), fields=('enrolment',), name='membership_one_open_per_enrolment'), models.CheckConstraint(condition=models.Q(('ended_on', None), ('ended_on__gte', models.F('started_on')), _connector='OR'), name='membership_ends_after_start'), models.CheckConstraint(condition=models.Q(models.Q(('end_reason', ''), ('ended_on', None)), models.Q(('ended_on__isnull', False), models.Q(('end_reason', ''), _negated=True)), _connector='OR'), name='membership_end_has_reason')],
        },
    ),
    migrations.CreateModel(
        name='Mentorship',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('role', models.CharField(choices=[('mentor', 'mentor'), ('co-mentor', 'co-mentor'), ('cover', 'stand-in')], default='mentor', max_length=20)),
            ('started_on', models.DateField()),
            ('ended_on', models.DateField(blank=True, null=True)),
            ('group', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='mentorships', to='groups.group')),
            ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='mentorships', to=settings.AUTH_USER_MODEL)),
        ],
        options={
            'constraints': [models.UniqueConstraint(condition=models.Q(('ended_on', None)), fields=('group', 'person'), name='mentorship_one_open_per_group'), models.CheckConstraint(condition=models.Q(('ended_on', None), ('ended_on__gte', models.F('started_on')), _connector='OR'), name='mentorship_ends_after_start')],
        },
    ),
    migrations.CreateModel(
        name='MentorAway',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('starts_on', models.DateField()),
            ('ends_on', models.DateField()),
            ('mentorship', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='away', to='groups.mentorship')),
        ],
        options={
            'constraints': [models.CheckConstraint(condition=models.Q(('ends_on__gte', models.F('starts_on'))), name='mentor_away_ends_after_start')],
        },
    ),
    migrations.CreateModel(
        name='PlanItem',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('due_on', models.DateField(blank=True, null=True)),
            ('group', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='plan_items', to='groups.group')),
            ('milestone', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='plan_items', to='courses.milestone')),
        ],
        options={
            'constraints': [models.UniqueConstraint(fields=('group', 'milestone'), name='plan_item_once_a_group')],
        },
    ),
    migrations.CreateModel(
        name='Proposal',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('version', models.PositiveIntegerField(default=1, editable=False)),
            ('changed_at', models.DateTimeField(editable=False, null=True)),
            ('changed_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ('cohort', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='proposal', to='courses.cohort')),
        ],
        options={
            'abstract': False,
        },
    ),
    migrations.CreateModel(
        name='ProposedGroup',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('name', models.CharField(max_length=100)),
            ('sort_key', lib.natural_order.NaturalKeyField(default='', editable=False, max_length=200, of='name')),
            ('is_locked', models.BooleanField(default=False)),
            ('mentor', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='proposed_to_mentor', to=settings.AUTH_USER_MODEL)),
            ('proposal', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='groups', to='groups.proposal')),
        ],
        options={
            'constraints': [models.UniqueConstraint(fields=('proposal', 'name'), name='proposed_group_name_once_a_proposal')],
        },
    ),
    migrations.CreateModel(
        name='ProposedStay',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('enrolment', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='proposed_stay', to='groups.enrolment')),
            ('group', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='stays', to='groups.proposedgroup')),
        ],
    ),
    migrations.CreateModel(
        name='WillingMentor',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('most_groups', models.PositiveSmallIntegerField(default=1, validators=[django.core.validators.MaxValueValidator(50)], verbose_name='groups at most')),
            ('noted_at', models.DateTimeField(default=django.utils.timezone.now)),
            ('cohort', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='willing_mentors', to='courses.cohort')),
            ('noted_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='willing_mentors_noted', to=settings.AUTH_USER_MODEL)),
            ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='willing_to_mentor', to=settings.AUTH_USER_MODEL)),
        ],
        options={
            'constraints': [models.UniqueConstraint(fields=('cohort', 'person'), name='willing_mentor_once_a_cohort')],
        },
    ),
    migrations.CreateModel(
        name='Wish',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('kind', models.CharField(choices=[('together', 'together'), ('apart', 'apart')], max_length=20)),
            ('noted_at', models.DateTimeField(default=django.utils.timezone.now)),
            ('noted_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='wishes_noted', to=settings.AUTH_USER_MODEL)),
            ('one', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='wishes_as_one', to='groups.enrolment')),
            ('other', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='wishes_as_other', to='groups.enrolment')),
        ],
        options={
            'verbose_name_plural': 'wishes',
            'constraints': [models.UniqueConstraint(fields=('one', 'other'), name='wish_once_for_two'), models.CheckConstraint(condition=models.Q(('one__lt', models.F('other'))), name='wish_in_order_of_enrolments')],
        },
    ),
    migrations.CreateModel(
        name='Concern',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('wish', models.CharField(choices=[('none', 'That you read it, nothing else'), ('group', 'Another group'), ('mentor', 'Another mentor')], default='none', max_length=10)),
            ('body', models.TextField()),
            ('told_at', models.DateTimeField(default=django.utils.timezone.now)),
            ('answer', models.TextField(blank=True)),
            ('answered_at', models.DateTimeField(blank=True, null=True)),
            ('answered_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='concerns_answered', to=settings.AUTH_USER_MODEL)),
            ('enrolment', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='concerns', to='groups.enrolment')),
            ('key', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
        ],
        options={
            'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('answer', ''), ('answered_at', None), ('answered_by', None)), models.Q(('answered_at__isnull', False), ('answered_by__isnull', False), models.Q(('answer', ''), _negated=True)), _connector='OR'), name='concern_answered_whole', violation_error_message='An answer has its words, its day and who gave it.')],
            'permissions': [('read_left_concern', 'Can read private messages that no course admin may read')],
        },
    ),
    migrations.CreateModel(
        name='PlanChange',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('reason', models.CharField(blank=True, max_length=200)),
            ('days', models.JSONField(default=dict)),
            ('made_at', models.DateTimeField(default=django.utils.timezone.now)),
            ('undone_at', models.DateTimeField(null=True)),
            ('group', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='plan_changes', to='groups.group')),
            ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='plan_changes_made', to=settings.AUTH_USER_MODEL)),
            ('undone_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='plan_changes_undone', to=settings.AUTH_USER_MODEL)),
            ('pause', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='plan_changes', to='courses.pause')),
        ],
    ),
    migrations.CreateModel(
        name='Closing',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('on', models.DateField()),
            ('on_before', models.DateField(null=True)),
            ('word', models.TextField(blank=True)),
            ('questions', models.JSONField(default=dict)),
            ('gone', models.JSONField(default=dict)),
            ('made_at', models.DateTimeField(default=django.utils.timezone.now)),
            ('undone_at', models.DateTimeField(null=True)),
            ('cohort', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='closings', to='courses.cohort')),
            ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='closings_made', to=settings.AUTH_USER_MODEL)),
            ('undone_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='closings_undone', to=settings.AUTH_USER_MODEL)),
        ],
        options={
            'constraints': [models.UniqueConstraint(condition=models.Q(('undone_at', None)), fields=('cohort',), name='closing_one_a_cohort'), models.CheckConstraint(condition=models.Q(models.Q(('undone_at', None), ('undone_by', None)), models.Q(('undone_at__isnull', False), ('undone_by__isnull', False)), _connector='OR'), name='closing_undone_by_somebody')],
        },
    ),
    migrations.CreateModel(
        name='Move',
        fields=[
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('kind', models.CharField(choices=[('joined', 'joined a group'), ('moved', 'moved to another group'), ('swapped', 'swapped groups'), ('left', 'left the group'), ('ended', 'left the cohort'), ('returned', 'came back'), ('stood_in', 'gets a stand-in'), ('handed_over', 'gets another mentor')], max_length=20)),
            ('what', models.CharField(max_length=300)),
            ('on', models.DateField()),
            ('reason', models.CharField(blank=True, max_length=100)),
            ('changes', models.JSONField(default=list)),
            ('made_at', models.DateTimeField(default=django.utils.timezone.now)),
            ('undone_at', models.DateTimeField(null=True)),
            ('enrolment', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='moves', to='groups.enrolment')),
            ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='moves_made', to=settings.AUTH_USER_MODEL)),
            ('other', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='swaps', to='groups.enrolment')),
            ('undone_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='moves_undone', to=settings.AUTH_USER_MODEL)),
            ('closing', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='moves', to='groups.closing')),
            ('group', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='moves', to='groups.group')),
            ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='moves_to_mentor', to=settings.AUTH_USER_MODEL)),
        ],
        options={
            'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('undone_at', None), ('undone_by', None)), models.Q(('undone_at__isnull', False), ('undone_by__isnull', False)), _connector='OR'), name='move_undone_by_somebody'), models.CheckConstraint(condition=models.Q(models.Q(('enrolment__isnull', False), ('group', None), ('person', None)), models.Q(('enrolment', None), ('group__isnull', False), ('person__isnull', False)), _connector='OR'), name='move_of_student_or_group')],
        },
    ),
]
