import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('courses', '0001_initial'),
        ('questions', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='StudentTally',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('first_week', models.DateField()),
                ('last_week', models.DateField(null=True)),
                ('students', models.IntegerField()),
                ('cohort', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='student_tallies', to='courses.cohort')),
                ('milestone', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='student_tallies', to='courses.milestone')),
            ],
            options={
                'verbose_name_plural': 'student tallies',
            },
        ),
        migrations.CreateModel(
            name='AskTally',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('week_starts_on', models.DateField(verbose_name='week')),
                ('category', models.CharField(blank=True, max_length=20)),
                ('asks', models.IntegerField()),
                ('cohort', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='ask_tallies', to='courses.cohort')),
                ('material', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='ask_tallies', to='courses.material')),
                ('milestone', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='ask_tallies', to='courses.milestone')),
            ],
            options={
                'verbose_name_plural': 'ask tallies',
                'indexes': [models.Index(fields=['cohort', 'week_starts_on'], name='ask_tally_cohort_week')],
            },
        ),
        migrations.CreateModel(
            name='TopicTally',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('week_starts_on', models.DateField(verbose_name='week')),
                ('category', models.CharField(blank=True, max_length=20)),
                ('asks', models.IntegerField()),
                ('cohort', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='topic_tallies', to='courses.cohort')),
                ('material', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='topic_tallies', to='courses.material')),
                ('milestone', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='topic_tallies', to='courses.milestone')),
                ('topic', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='ask_tallies', to='questions.topic')),
            ],
            options={
                'verbose_name_plural': 'topic tallies',
                'indexes': [models.Index(fields=['topic', 'week_starts_on'], name='topic_tally_topic_week'), models.Index(fields=['cohort', 'week_starts_on'], name='topic_tally_cohort_week')],
            },
        ),
        migrations.CreateModel(
            name='TopicTotal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('asks', models.IntegerField()),
                ('cohort', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='topic_totals', to='courses.cohort')),
                ('topic', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='ask_totals', to='questions.topic')),
            ],
            options={
                'indexes': [models.Index(fields=['topic', 'cohort'], name='topic_total_topic_cohort')],
            },
        ),
    ]
