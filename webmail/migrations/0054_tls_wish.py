from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("webmail", "0053_doors")]

    operations = [
        migrations.AddField(
            model_name="outboundmessage",
            name="tls_wish",
            field=models.CharField(
                blank=True,
                choices=[
                    ("required", "Over verified TLS only"),
                    ("", "As usual"),
                    ("optional", "Without TLS if need be"),
                ],
                default="",
                max_length=8,
                help_text="RFC 8689",
            ),
        ),
        migrations.RemoveField(model_name="outboundmessage", name="require_tls"),
    ]
