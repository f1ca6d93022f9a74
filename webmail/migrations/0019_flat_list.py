from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("webmail", "0013_display"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="mailboxmessage",
            index=models.Index(fields=["mailbox", "-received_at", "-message"], name="placement_newest"),
        ),
        migrations.RemoveIndex(
            model_name="mailboxmessage",
            name="placement_flagged",
        ),
        migrations.AddIndex(
            model_name="mailboxmessage",
            index=models.Index(
                condition=models.Q(("flagged", True)),
                fields=["mailbox", "-received_at", "-message"],
                name="placement_flagged",
            ),
        ),
    ]
