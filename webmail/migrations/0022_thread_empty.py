from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("webmail", "0021_preferences")]

    operations = [
        migrations.RemoveIndex(model_name="thread", name="thread_empty"),
        migrations.AddIndex(
            model_name="thread",
            index=models.Index(
                fields=["account", "modseq"], name="thread_empty", condition=Q(message_count=0)
            ),
        ),
    ]
