import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("webmail", "0027_log_ins"),
    ]

    operations = [
        migrations.AlterField(
            model_name="bulkaction",
            name="labels",
            field=models.JSONField(
                default=dict, help_text="Mailboxes to add and to remove, and what else to do"
            ),
        ),
        migrations.AddField(
            model_name="account",
            name="automation_count",
            field=models.PositiveIntegerField(
                default=0, help_text="Rules, forwarding and vacation that are on; 0 spares a delivery to look"
            ),
        ),
        migrations.CreateModel(
            name="ForwardAddress",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("address", models.CharField(help_text="The domain in A-labels", max_length=320)),
                ("asked_at", models.DateTimeField(help_text="When the link was mailed last")),
                ("verified_at", models.DateTimeField(null=True)),
                ("takes_all", models.BooleanField(default=False, help_text="All mail is handed on to it")),
                (
                    "keeps_copy",
                    models.BooleanField(
                        default=True, help_text="Of all mail; else the copy here goes to Trash"
                    ),
                ),
                (
                    "account",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="forward_addresses",
                        to="webmail.account",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Rule",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.PositiveIntegerField()),
                (
                    "name",
                    models.CharField(blank=True, help_text="Empty: it goes by its query", max_length=100),
                ),
                ("enabled", models.BooleanField(default=True)),
                ("query", models.CharField(max_length=1000)),
                ("archives", models.BooleanField(default=False, help_text="It skips the Inbox")),
                ("stars", models.BooleanField(default=False)),
                ("marks_read", models.BooleanField(default=False)),
                ("trashes", models.BooleanField(default=False)),
                ("never_spam", models.BooleanField(default=False)),
                ("stops", models.BooleanField(default=False, help_text="No rule after it is looked at")),
                ("hits", models.PositiveIntegerField(default=0)),
                ("last_hit_at", models.DateTimeField(null=True)),
                (
                    "account",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="rules",
                        to="webmail.account",
                    ),
                ),
                (
                    "forward",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="rules",
                        to="webmail.forwardaddress",
                    ),
                ),
                (
                    "mailbox",
                    models.ForeignKey(
                        help_text="The label or folder to put it in",
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="webmail.mailbox",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="RuleHit",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(blank=True, max_length=100)),
                (
                    "message",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="rule_hits",
                        to="webmail.message",
                    ),
                ),
                (
                    "rule",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="webmail.rule",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="forwardaddress",
            constraint=models.UniqueConstraint(fields=("account", "address"), name="forward_address"),
        ),
        migrations.AddConstraint(
            model_name="forwardaddress",
            constraint=models.UniqueConstraint(
                condition=models.Q(("takes_all", True)), fields=("account",), name="forward_of_all"
            ),
        ),
        migrations.AddIndex(
            model_name="rule",
            index=models.Index(fields=["account", "position"], name="rule_of_account"),
        ),
    ]
