from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("courses", "0012_sections_and_links")]

    operations = [migrations.RemoveField(model_name="course", name="prerequisites")]
