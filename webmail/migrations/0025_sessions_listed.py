from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("webmail", "0024_second_factor_required")]

    operations = [
        migrations.AddField(
            model_name="session",
            name="ip",
            field=models.CharField(
                blank=True, db_default="", help_text="Where it was seen last", max_length=45
            ),
        ),
        migrations.AddField(
            model_name="session",
            name="program",
            field=models.CharField(
                blank=True, db_default="", help_text="What the browser says it is", max_length=200
            ),
        ),
        migrations.AddField(
            model_name="session",
            name="seen_at",
            field=models.DateTimeField(help_text="Kept to within ten minutes", null=True),
        ),
        migrations.AddField(
            model_name="session",
            name="signed_in_at",
            field=models.DateTimeField(null=True),
        ),
    ]
