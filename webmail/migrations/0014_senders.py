import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("webmail", "0013_display"),
    ]

    operations = [
        migrations.AddField(
            model_name="account",
            name="sender_choice_count",
            field=models.PositiveIntegerField(default=0, help_text="0 spares a delivery to look"),
        ),
        migrations.AddField(
            model_name="account",
            name="screens_senders",
            field=models.BooleanField(default=False, help_text="Who writes for the first time waits"),
        ),
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
                    ("screener", "Screener"),
                ],
                max_length=16,
            ),
        ),
        migrations.CreateModel(
            name="SenderChoice",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "sender",
                    models.CharField(help_text="An address in its one spelling, or @domain", max_length=321),
                ),
                (
                    "verdict",
                    models.CharField(
                        choices=[
                            ("blocked", "Blocked: to Spam"),
                            ("refused", "Kept out by the screener: to Trash"),
                            ("accepted", "Let in"),
                        ],
                        max_length=16,
                    ),
                ),
                ("created_at", models.DateTimeField()),
                (
                    "account",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="sender_choices",
                        to="webmail.account",
                    ),
                ),
                (
                    "mailbox",
                    models.ForeignKey(
                        help_text="Where it is let in to; else the Inbox",
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="webmail.mailbox",
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("account", "sender"), name="sender_choice")],
            },
        ),
    ]
