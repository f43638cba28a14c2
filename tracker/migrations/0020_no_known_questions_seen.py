from django.db import migrations


class Migration(migrations.Migration):
    """Who had seen or closed the frequent questions of a milestone: they are one line now, and stay."""

    dependencies = [("tracker", "0019_how_it_is_going")]

    operations = [migrations.DeleteModel(name="KnownQuestionsSeen")]
