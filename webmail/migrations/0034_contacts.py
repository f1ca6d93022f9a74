import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("webmail", "0033_partial_upload")]

    operations = [
        migrations.CreateModel(
            name="ContactAddress",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("address", models.CharField(help_text="In its one spelling", max_length=320)),
                ("kind", models.CharField(blank=True, help_text="home, work or nothing", max_length=20)),
                ("position", models.PositiveSmallIntegerField(default=0)),
                ("use_count", models.PositiveIntegerField(default=0)),
                ("last_used_at", models.DateTimeField(null=True)),
                ("rank", models.FloatField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="ContactGroup",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=100)),
                (
                    "terms",
                    models.TextField(
                        help_text="How its name may be typed, one after the other with a space before each"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ContactTerm",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("term", models.BinaryField(max_length=200)),
            ],
        ),
        migrations.AddField(
            model_name="contact",
            name="card",
            field=models.TextField(blank=True, help_text="Lines of a vCard that have no column here"),
        ),
        migrations.AddField(
            model_name="contact",
            name="created_at",
            field=models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
        ),
        migrations.AddField(
            model_name="contact",
            name="is_collected",
            field=models.BooleanField(default=False, help_text="Written to, and never kept by hand"),
        ),
        migrations.AddField(
            model_name="contact",
            name="note",
            field=models.TextField(blank=True),
        ),
        migrations.AddField(
            model_name="contact",
            name="organisation",
            field=models.CharField(blank=True, max_length=200),
        ),
        migrations.AddField(
            model_name="contact",
            name="phones",
            field=models.JSONField(default=list, help_text="[number, kind] of each"),
        ),
        migrations.AddField(
            model_name="contact",
            name="sort_key",
            field=models.BinaryField(default=b"", max_length=800),
        ),
        migrations.AlterField(
            model_name="contact",
            name="account",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="contacts",
                to="webmail.account",
            ),
        ),
        migrations.AddField(
            model_name="contactaddress",
            name="account",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="webmail.account",
            ),
        ),
        migrations.AddField(
            model_name="contactaddress",
            name="contact",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="addresses",
                to="webmail.contact",
            ),
        ),
        migrations.AddField(
            model_name="contactgroup",
            name="account",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="contact_groups",
                to="webmail.account",
            ),
        ),
        migrations.AddField(
            model_name="contact",
            name="groups",
            field=models.ManyToManyField(related_name="members", to="webmail.contactgroup"),
        ),
        migrations.AddIndex(
            model_name="contact",
            index=models.Index(fields=["account", "sort_key", "id"], name="contact_by_name"),
        ),
        migrations.AddField(
            model_name="contactterm",
            name="account",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="webmail.account",
            ),
        ),
        migrations.AddField(
            model_name="contactterm",
            name="address",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="terms",
                to="webmail.contactaddress",
            ),
        ),
        migrations.AddField(
            model_name="contactterm",
            name="contact",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="terms", to="webmail.contact"
            ),
        ),
        migrations.AddIndex(
            model_name="contactaddress",
            index=models.Index(fields=["account", "address"], name="contact_address_account"),
        ),
        migrations.AddConstraint(
            model_name="contactaddress",
            constraint=models.UniqueConstraint(fields=("contact", "address"), name="contact_address"),
        ),
        migrations.AddConstraint(
            model_name="contactgroup",
            constraint=models.UniqueConstraint(fields=("account", "name"), name="contact_group_name"),
        ),
        migrations.AddIndex(
            model_name="contactterm",
            index=models.Index(fields=["account", "term", "address", "contact"], name="contact_term"),
        ),
        migrations.AddIndex(
            model_name="contactterm",
            index=models.Index(fields=["address", "term"], name="contact_term_of_address"),
        ),
    ]
