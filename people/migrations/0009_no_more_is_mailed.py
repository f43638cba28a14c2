from django.db import migrations


class Migration(migrations.Migration):
    # Apart from 0008, which writes rows that refer to people: PostgreSQL alters no table of which such are pending.
    dependencies = [("people", "0008_mail_choices")]

    operations = [migrations.RemoveField(model_name="user", name="is_mailed")]
