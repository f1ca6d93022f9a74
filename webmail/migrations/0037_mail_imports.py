import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("webmail", "0036_contact_without_address"),
    ]

    operations = [
        migrations.CreateModel(
            name="MailImport",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("token", models.CharField(help_text="Names its file", max_length=32, unique=True)),
                ("name", models.CharField(help_text="Of the file; or who@host", max_length=300)),
                (
                    "folder",
                    models.CharField(
                        blank=True, help_text="Where all of it goes; empty as it was", max_length=1000
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("uploading", "Uploading"),
                            ("waiting", "Waiting"),
                            ("running", "Running"),
                            ("done", "Done"),
                            ("failed", "Failed"),
                            ("cancelled", "Cancelled"),
                        ],
                        max_length=16,
                    ),
                ),
                (
                    "problem",
                    models.CharField(
                        blank=True, help_text="Why it failed, or waits, in one word", max_length=32
                    ),
                ),
                (
                    "size",
                    models.BigIntegerField(default=0, help_text="Bytes of the file; messages on the server"),
                ),
                ("received", models.BigIntegerField(default=0, help_text="Bytes of the file that have come")),
                (
                    "host",
                    models.CharField(blank=True, help_text="Of the server; empty for a file", max_length=255),
                ),
                ("port", models.PositiveIntegerField(default=0)),
                ("user", models.CharField(blank=True, max_length=320)),
                (
                    "secret",
                    models.BinaryField(default=b"", help_text="The password, sealed; empty once it ended"),
                ),
                ("cursor", models.JSONField(default=dict, help_text="Where it goes on")),
                ("done", models.BigIntegerField(default=0, help_text="In the unit of size")),
                ("added", models.PositiveIntegerField(default=0)),
                ("known", models.PositiveIntegerField(default=0)),
                ("refused", models.PositiveIntegerField(default=0)),
                (
                    "reasons",
                    models.JSONField(default=list, help_text="[where, why] of the first that were refused"),
                ),
                (
                    "tries",
                    models.PositiveSmallIntegerField(default=0, help_text="In a row, without getting on"),
                ),
                (
                    "next_at",
                    models.DateTimeField(help_text="When it may go on; while it runs, its lease", null=True),
                ),
                ("lease_token", models.PositiveIntegerField(default=0, help_text="Rises with each claim")),
                ("created_at", models.DateTimeField()),
                ("touched_at", models.DateTimeField()),
                (
                    "account",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="imports",
                        to="webmail.account",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ["waiting", "running"])),
                        fields=["next_at"],
                        name="import_waiting",
                    ),
                    models.Index(fields=["account", "-id"], name="import_of_account"),
                    models.Index(fields=["touched_at"], name="import_by_age"),
                ],
            },
        ),
    ]
