from django.db import migrations


class Migration(migrations.Migration):
    """The first after the old ones of all apps, on which the next of this app depends; it changes nothing."""

    dependencies = [
        ("courses", "0013_no_prerequisites"),
        ("sheets", "0001_squashed_0010_all_of_before"),
    ]
