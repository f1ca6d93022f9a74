from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("webmail", "0022_thread_empty")]

    operations = [
        migrations.AddIndex(
            model_name="mailboxmessage",
            index=models.Index(fields=["mailbox", "uid"], name="placement_draft", condition=Q(draft=True)),
        ),
        migrations.AddIndex(
            model_name="mailboxmessage",
            index=models.Index(fields=["mailbox", "uid"], name="placement_answered", condition=Q(answered=True)),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(fields=["account", "-id"], name="message_newest"),
        ),
        migrations.AddIndex(
            model_name="outboundrecipient",
            index=models.Index(fields=["message"], name="recipient_failed", condition=Q(state="failed")),
        ),
        migrations.AddIndex(
            model_name="outboundmessage",
            index=models.Index(fields=["account", "sent_message"], name="outbound_by_sent_message"),
        ),
    ]
