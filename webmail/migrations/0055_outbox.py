from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("webmail", "0054_tls_wish")]

    operations = [
        migrations.AlterField(
            model_name="mailbox",
            name="role",
            field=models.CharField(
                blank=True,
                choices=[
                    ("", "None"),
                    ("inbox", "Inbox"),
                    ("drafts", "Drafts"),
                    ("sent", "Sent"),
                    ("junk", "Spam"),
                    ("trash", "Trash"),
                    ("archive", "Archive"),
                    ("snoozed", "Snoozed"),
                    ("scheduled", "Scheduled"),
                    ("outbox", "Outbox"),
                    ("screener", "Screener"),
                ],
                max_length=16,
            ),
        ),
    ]
