from django.db import migrations, models

# SQLite takes the youngest of indexes that look equal to it, so these have to be younger than the new one.
_PARTIAL = {
    "placement_flagged": (["mailbox", "-received_at", "-message"], models.Q(("flagged", True))),
    "placement_unseen": (["mailbox", "uid"], models.Q(("seen", False))),
    "placement_deleted": (["mailbox", "uid"], models.Q(("deleted", True))),
    "placement_keywords": (["mailbox", "uid"], models.Q(("keywords", ""), _negated=True)),
}


class Migration(migrations.Migration):
    dependencies = [
        ("webmail", "0016_shown_labels"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="mailboxmessage",
            index=models.Index(fields=["mailbox", "-received_at", "-message"], name="placement_newest"),
        ),
        *(migrations.RemoveIndex(model_name="mailboxmessage", name=name) for name in _PARTIAL),
        *(
            migrations.AddIndex(
                model_name="mailboxmessage",
                index=models.Index(fields=fields, name=name, condition=condition),
            )
            for name, (fields, condition) in _PARTIAL.items()
        ),
    ]
