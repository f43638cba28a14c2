import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('tracker', '0017_no_flags'),
    ]

    operations = [
        migrations.RenameField(
            model_name='reviewring',
            old_name='accepted_at',
            new_name='suggested_at',
        ),
        migrations.RenameField(
            model_name='reviewring',
            old_name='accepted_by',
            new_name='suggested_by',
        ),
        migrations.AlterField(
            model_name='reviewring',
            name='suggested_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='review_rings', to=settings.AUTH_USER_MODEL),
        ),
    ]
