import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("webmail", "0028_rules"),
    ]

    operations = [
        migrations.AddField(
            model_name="account",
            name="away_from",
            field=models.DateTimeField(help_text="Who writes is answered; null: nobody is", null=True),
        ),
        migrations.AddField(
            model_name="account",
            name="away_until",
            field=models.DateTimeField(help_text="Null: until it is ended", null=True),
        ),
        migrations.CreateModel(
            name="Vacation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("first_day", models.DateField()),
                ("last_day", models.DateField(help_text="Empty: until it is ended", null=True)),
                ("subject", models.CharField(blank=True, max_length=200)),
                ("text", models.TextField()),
                ("contacts_only", models.BooleanField(default=False)),
                (
                    "account",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="vacation",
                        to="webmail.account",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="VacationAnswer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "address",
                    models.CharField(help_text="As sender_names.of_address writes it", max_length=320),
                ),
                ("answered_at", models.DateTimeField()),
                (
                    "account",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="webmail.account",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["answered_at"], name="vacation_answer_by_age")],
                "constraints": [
                    models.UniqueConstraint(fields=("account", "address"), name="vacation_answer")
                ],
            },
        ),
    ]
