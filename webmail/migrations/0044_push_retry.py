from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("webmail", "0043_one_upload")]

    operations = [
        migrations.AddField(
            model_name="pushdevice",
            name="failures",
            field=models.PositiveSmallIntegerField(default=0, help_text="In a row, of its push service"),
        ),
        migrations.AddField(
            model_name="pushdevice",
            name="next_at",
            field=models.DateTimeField(help_text="When its push service may be asked again", null=True),
        ),
    ]
