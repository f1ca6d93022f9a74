from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("webmail", "0035_fill_contact_addresses")]

    operations = [
        migrations.RemoveConstraint(
            model_name="contact",
            name="contact_account_address",
        ),
        migrations.RemoveIndex(
            model_name="contact",
            name="contact_by_use",
        ),
        migrations.RemoveField(
            model_name="contact",
            name="address",
        ),
        migrations.RemoveField(
            model_name="contact",
            name="last_used_at",
        ),
        migrations.RemoveField(
            model_name="contact",
            name="use_count",
        ),
    ]
