from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("webmail", "0017_flat_list"),
    ]

    operations = [
        migrations.AddField(
            model_name="bulkaction",
            name="unit",
            field=models.CharField(
                choices=[("conversation", "Conversation"), ("message", "Message")],
                default="conversation",
                max_length=16,
            ),
        ),
        migrations.AlterField(
            model_name="bulkaction",
            name="done_count",
            field=models.PositiveIntegerField(default=0, help_text="Of its unit"),
        ),
        migrations.AlterField(
            model_name="bulkaction",
            name="total",
            field=models.PositiveIntegerField(help_text="Of its unit, where it is known", null=True),
        ),
    ]
