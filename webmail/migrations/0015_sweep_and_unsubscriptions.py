import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("webmail", "0014_senders"),
    ]

    operations = [
        migrations.AddField(
            model_name="account",
            name="unsubscription_count",
            field=models.PositiveIntegerField(default=0, help_text="0 spares a page to look"),
        ),
        migrations.AddField(
            model_name="bulkaction",
            name="from_senders",
            field=models.JSONField(default=dict, help_text="FromSenders: single messages; else empty"),
        ),
        migrations.CreateModel(
            name="Unsubscription",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "list_key",
                    models.CharField(help_text="List-Id in <>, else who it is from", max_length=321),
                ),
                ("created_at", models.DateTimeField()),
                (
                    "account",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="unsubscriptions",
                        to="webmail.account",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("account", "list_key"), name="unsubscription_list")
                ],
            },
        ),
    ]
