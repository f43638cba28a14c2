from django.db import migrations


class Migration(migrations.Migration):
    """The first after the old ones of all apps, on which the next of this app depends; it changes nothing."""

    dependencies = [
        ("tracker", "0027_mondays"),
        ("sheets", "0001_squashed_0010_all_of_before"),
    ]
