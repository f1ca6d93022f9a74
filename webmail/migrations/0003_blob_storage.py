"""On PostgreSQL keep raw bytes as they are: they come compressed, and trying again only costs."""

from django.db import migrations

TABLE = "ALTER TABLE webmail_blobchunk ALTER COLUMN data SET STORAGE "


def external(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(TABLE + "EXTERNAL")


def extended(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(TABLE + "EXTENDED")


class Migration(migrations.Migration):
    dependencies = [("webmail", "0002_search")]

    operations = [migrations.RunPython(external, extended)]
