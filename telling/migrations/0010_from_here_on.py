from django.db import migrations


class Migration(migrations.Migration):
    """The first after the old ones of all apps, on which the next of this app depends; it changes nothing."""

    dependencies = [
        ("telling", "0009_no_mail_of_blockers"),
        ("sheets", "0001_squashed_0010_all_of_before"),
    ]
