import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("webmail", "0037_mail_imports"),
    ]

    operations = [
        migrations.CreateModel(
            name="PushDevice",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("endpoint", models.CharField(max_length=1000, unique=True)),
                ("public_key", models.CharField(help_text="p256dh, base64url", max_length=100)),
                ("secret", models.CharField(help_text="auth, base64url", max_length=40)),
                ("language", models.CharField(max_length=16)),
                (
                    "shows_content",
                    models.BooleanField(default=True, help_text="Off: it says only that mail came"),
                ),
                ("told_modseq", models.BigIntegerField(help_text="What came until then is no news")),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="push_devices",
                        to="webmail.account",
                    ),
                ),
                (
                    "session",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="webmail.session"
                    ),
                ),
            ],
        ),
    ]
