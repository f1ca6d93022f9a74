from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("webmail", "0023_search_leads")]

    operations = [
        migrations.AddField(
            model_name="domain",
            name="needs_second_factor",
            field=models.BooleanField(
                default=False, help_text="Everybody with mail here is led to set it up"
            ),
        ),
        migrations.AddField(
            model_name="user",
            name="needs_second_factor",
            field=models.BooleanField(default=False, help_text="After signing in they are led to set it up"),
        ),
    ]
