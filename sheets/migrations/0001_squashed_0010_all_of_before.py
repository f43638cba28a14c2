"""What 121 migrations made, of all apps at once, for new databases; what a new database needs no more is left out.

The apps refer to each other in circles (a message has a channel, a channel has a group, a group has people), so one
migration makes the tables of all apps. The 121 are gone: `replaces` says of a database that has had all of them that it
needs this one no more, and of one that has not that it is older than 1.0.0 (`backup.versions`).
"""

from importlib import import_module

from django.db import migrations, models
from django.db.migrations.operations.base import Operation

import lib.natural_order
import lib.time_zones

_APPS = ["people", "courses", "groups", "questions", "tracker", "trends", "telling", "sheets"]


class InApps(Operation):
    """Operations on models of several apps, with one state before and one after all of them.

    Django changes a state by making the classes of all models that hang together anew, which is most of the time that many
    models take one by one.
    """

    reversible = False

    def __init__(self, **operations):
        self.operations = [(app, one) for app, several in operations.items() for one in several]

    def state_forwards(self, app_label, state):
        state.__dict__.pop("apps", None)
        for app, operation in self.operations:
            operation.state_forwards(app, state)

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        for app, operation in self.operations:
            operation.database_forwards(app, schema_editor, from_state, to_state)
        # Django records a migration in its transaction only if nothing of it is left for the end. Else a set-up that
        # breaks off while it records 122 names would pass for a database from before 1.0.0.
        for statement in schema_editor.deferred_sql:
            schema_editor.execute(statement, None)
        schema_editor.deferred_sql.clear()

    def describe(self):
        return "; ".join(operation.describe() for _, operation in self.operations)


class Migration(migrations.Migration):
    # The tables of packages come first: each after ours would make all our models anew, two seconds of computing.
    dependencies = [
        ("people", "0001_initial"),
        ("account", "0009_emailaddress_unique_primary_email"),
        ("admin", "0003_logentry_add_action_flag_choices"),
        ("mfa", "0003_authenticator_type_uniq"),
        ("sessions", "0001_initial"),
        ("socialaccount", "0006_alter_socialaccount_extra_data"),
        ("usersessions", "0001_initial"),
    ]

    replaces = [
        ("people", "0002_copied_links"),
        ("people", "0003_invitations_in_the_background"),
        ("people", "0004_sent_form"),
        ("people", "0005_address_changes"),
        ("people", "0006_token_buckets"),
        ("people", "0007_outbox"),
        ("people", "0008_mail_choices"),
        ("people", "0009_no_more_is_mailed"),
        ("people", "0010_known_time_zones"),
        ("people", "0011_message_to_channel"),
        ("people", "0012_short_name"),
        ("people", "0013_words"),
        ("people", "0014_kept_passages"),
        ("people", "0015_outbox_permission"),
        ("people", "0016_summaries"),
        ("people", "0017_name_key"),
        ("people", "0018_hold"),
        ("courses", "0001_initial"),
        ("courses", "0002_promise_of_help"),
        ("courses", "0003_silence_by_length"),
        ("courses", "0004_archived"),
        ("courses", "0005_promises"),
        ("courses", "0006_link_checks"),
        ("courses", "0007_asks_before_meeting"),
        ("courses", "0008_has_code_reviews"),
        ("courses", "0009_eight_thresholds"),
        ("courses", "0010_new_cohorts_ask"),
        ("courses", "0011_break_of_a_cohort"),
        ("courses", "0012_sections_and_links"),
        ("courses", "0013_no_prerequisites"),
        ("groups", "0001_initial"),
        ("groups", "0002_group_sort_key"),
        ("groups", "0003_news_read"),
        ("groups", "0004_first_agreement_and_proposals"),
        ("groups", "0005_concern"),
        ("groups", "0006_moves"),
        ("groups", "0007_shifts"),
        ("groups", "0008_would_mentor"),
        ("groups", "0009_shift_start_before"),
        ("groups", "0010_closing"),
        ("groups", "0011_dates_proposal"),
        ("groups", "0012_tell_dates_proposed"),
        ("groups", "0013_no_dates_proposals"),
        ("groups", "0014_pause_of_plan_change"),
        ("groups", "0015_tell_shifts"),
        ("groups", "0016_no_shifts"),
        ("groups", "0017_concern_key"),
        ("groups", "0018_stand_in"),
        ("groups", "0019_call"),
        ("groups", "0020_moves_of_groups"),
        ("groups", "0021_permissions_of_operators"),
        ("groups", "0022_note_for_the_mentor"),
        ("groups", "0023_word_to_the_group"),
        ("groups", "0024_half_hours_a_week"),
        ("questions", "0001_initial"),
        ("questions", "0002_indexes_of_lists"),
        ("questions", "0003_unknown_days"),
        ("questions", "0004_undated_asks"),
        ("questions", "0005_covering_indexes"),
        ("questions", "0006_parts_of_names"),
        ("questions", "0007_may_belong"),
        ("questions", "0008_closed"),
        ("questions", "0009_dotless_i"),
        ("questions", "0010_pairs_of_letters"),
        ("questions", "0011_asked_for_help"),
        ("questions", "0012_answered_already"),
        ("questions", "0013_pictures"),
        ("questions", "0014_mondays"),
        ("tracker", "0001_initial"),
        ("tracker", "0002_snapshots"),
        ("tracker", "0003_unknown_days"),
        ("tracker", "0004_begun_unknown"),
        ("tracker", "0005_index_of_undated"),
        ("tracker", "0006_covering_indexes"),
        ("tracker", "0007_opinions_of_materials"),
        ("tracker", "0008_known_questions_closed"),
        ("tracker", "0009_review_rings"),
        ("tracker", "0010_opinions_keep_no_group"),
        ("tracker", "0011_week_looks"),
        ("tracker", "0012_notes_before_meetings"),
        ("tracker", "0013_flags"),
        ("tracker", "0014_requests_of_mentors"),
        ("tracker", "0015_known_questions_seen"),
        ("tracker", "0016_opinions_of_enrolments"),
        ("tracker", "0017_no_flags"),
        ("tracker", "0018_rings_are_suggested"),
        ("tracker", "0019_how_it_is_going"),
        ("tracker", "0020_no_known_questions_seen"),
        ("tracker", "0021_entries_keep_attendance_and_note"),
        ("tracker", "0022_time_of_a_new_day"),
        ("tracker", "0023_saves_of_check_ins"),
        ("tracker", "0024_stand_in"),
        ("tracker", "0025_snoozes"),
        ("tracker", "0026_no_review_rings"),
        ("tracker", "0027_mondays"),
        ("trends", "0001_initial"),
        ("trends", "0002_count_without_triggers"),
        ("trends", "0003_undated_asks"),
        ("trends", "0004_totals_of_topics"),
        ("trends", "0005_covering_indexes"),
        ("trends", "0006_one_summary_per_course"),
        ("trends", "0007_summaries_with_stays"),
        ("trends", "0008_summaries_with_answers"),
        ("telling", "0001_calendar_feed"),
        ("telling", "0002_channels"),
        ("telling", "0003_heartbeat"),
        ("telling", "0004_mornings"),
        ("telling", "0005_broken_promises"),
        ("telling", "0006_posts_are_messages"),
        ("telling", "0007_delete_channel_post"),
        ("telling", "0008_fewer_kinds"),
        ("telling", "0009_no_mail_of_blockers"),
        ("sheets", "0001_initial"),
        ("sheets", "0002_verdicts"),
        ("sheets", "0003_days_of_lines"),
        ("sheets", "0004_long_imports"),
        ("sheets", "0005_proposals"),
        ("sheets", "0006_link_of_a_file"),
        ("sheets", "0007_sheet_address"),
        ("sheets", "0008_rows_without_cells"),
        ("sheets", "0009_read_once"),
        ("sheets", "0010_all_of_before"),
    ]

    operations = [
        # Apart from each other, since SQLite makes a table anew from the state before and after.
        *(
            InApps(people=[operation])
            for operation in (
                migrations.RemoveField("user", "is_mailed"),
                migrations.AlterField("user", "time_zone", models.CharField(blank=True, max_length=64, validators=[lib.time_zones.validate_time_zone])),
                migrations.AlterField("user", "is_staff", models.BooleanField(default=False, help_text="May use the Django admin.", verbose_name="site admin")),
                migrations.AddField("user", "short_name", models.CharField(blank=True, max_length=50, verbose_name="what we call you")),
                migrations.AddField("user", "name_key", lib.natural_order.NaturalKeyField(default="", editable=False, max_length=300, of="name")),
                migrations.AddField("invitation", "is_mail_only", models.BooleanField(default=False)),
                migrations.AddField("invitation", "failure", models.CharField(blank=True, max_length=200)),
                migrations.AddField("invitation", "queued_at", models.DateTimeField(null=True)),
                migrations.AddField("invitation", "tried_at", models.DateTimeField(null=True)),
            )
        ),
        InApps(**{app: import_module(f"{app}.migrations._tables").TABLES for app in _APPS}),
    ]
