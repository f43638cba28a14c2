from django.db import migrations


class Migration(migrations.Migration):
    # Apart from 0006, which writes rows: PostgreSQL alters no table of which such are pending.
    dependencies = [("telling", "0006_posts_are_messages")]

    operations = [migrations.DeleteModel(name="ChannelPost")]
