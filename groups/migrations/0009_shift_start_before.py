from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("groups", "0008_would_mentor"),
    ]

    operations = [
        migrations.AddField(
            model_name="shift",
            name="start_before",
            field=models.DateField(null=True),
        ),
    ]
