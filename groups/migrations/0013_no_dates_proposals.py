from django.db import migrations


class Migration(migrations.Migration):
    # Apart from 0012, which writes rows: PostgreSQL alters no table of which such are pending.
    dependencies = [("groups", "0012_tell_dates_proposed")]

    operations = [migrations.DeleteModel(name="DatesProposal")]
