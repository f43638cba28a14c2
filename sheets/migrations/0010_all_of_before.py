from django.db import migrations


class Migration(migrations.Migration):
    """The last of the old ones: where it is applied, all of them are, and what new databases have by then."""

    dependencies = [
        ("people", "0018_hold"),
        ("courses", "0013_no_prerequisites"),
        ("groups", "0024_half_hours_a_week"),
        ("questions", "0014_mondays"),
        ("tracker", "0027_mondays"),
        ("trends", "0008_summaries_with_answers"),
        ("telling", "0009_no_mail_of_blockers"),
        ("sheets", "0009_read_once"),
        ("admin", "0003_logentry_add_action_flag_choices"),
        ("mfa", "0003_authenticator_type_uniq"),
        ("sessions", "0001_initial"),
        ("socialaccount", "0006_alter_socialaccount_extra_data"),
        ("usersessions", "0001_initial"),
    ]
