import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("webmail", "0026_credentials")]

    operations = [
        migrations.CreateModel(
            name="LogIn",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField(help_text="In UTC")),
                (
                    "alike",
                    models.CharField(
                        help_text="Hash of the columns that make two log-ins alike", max_length=32
                    ),
                ),
                (
                    "door",
                    models.CharField(
                        choices=[("web", "Web"), ("imap", "IMAP"), ("pop3", "POP3"), ("smtp", "SMTP")],
                        max_length=4,
                    ),
                ),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("accepted", "Accepted"),
                            ("half_way", "The password was right, the second step is not done"),
                            ("wrong", "Wrong password"),
                            ("wrong_step", "The password was right, the second step wrong"),
                            (
                                "app_password_needed",
                                "The password was right, but this door takes app passwords",
                            ),
                            ("wrong_scope", "An app password at a door that it isn't for"),
                            ("inactive", "The person may not sign in"),
                            ("limited", "Too many tries, not looked at"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "means",
                    models.CharField(
                        choices=[
                            ("password", "Password"),
                            ("app_password", "App password"),
                            ("code", "Password and code"),
                            ("recovery_code", "Password and recovery code"),
                            ("second_passkey", "Password and passkey"),
                            ("passkey", "Passkey"),
                        ],
                        max_length=16,
                    ),
                ),
                ("ip", models.CharField(blank=True, max_length=45)),
                (
                    "program",
                    models.CharField(
                        blank=True, help_text="What the browser or mail program says it is", max_length=200
                    ),
                ),
                (
                    "app_password",
                    models.CharField(
                        blank=True, help_text="Its name; kept when it is revoked", max_length=100
                    ),
                ),
                ("count", models.PositiveIntegerField(default=1)),
                ("first_at", models.DateTimeField()),
                ("last_at", models.DateTimeField()),
                (
                    "user",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="log_ins",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["user", "-last_at", "-id"], name="log_in_newest"),
                    models.Index(fields=["last_at"], name="log_in_oldest"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("user", "day", "alike"), name="log_in_alike")
                ],
            },
        ),
    ]
