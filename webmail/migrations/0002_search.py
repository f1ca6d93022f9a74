"""The full-text index: a contentless FTS5 table on SQLite, a GIN index over tsvectors on PostgreSQL."""

from django.db import migrations

STATEMENTS = {
    # Terms only, no positions and no text: a hit is a message id. The tokeniser is ours (store/terms.py).
    "sqlite": (
        "CREATE VIRTUAL TABLE webmail_search USING fts5("
        "terms, content='', detail=none, columnsize=0, tokenize=\"ascii tokenchars ':'\")",
    ),
    # No foreign key: the sweep deletes the rows with their messages.
    "postgresql": (
        "CREATE TABLE webmail_search (message_id bigint PRIMARY KEY, terms tsvector NOT NULL)",
        "ALTER TABLE webmail_search ALTER COLUMN terms SET STATISTICS 0",
        "CREATE INDEX webmail_search_terms ON webmail_search USING gin (terms)",
    ),
}


def create(apps, schema_editor):
    for statement in STATEMENTS[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


def drop(apps, schema_editor):
    schema_editor.execute("DROP TABLE webmail_search")


class Migration(migrations.Migration):
    dependencies = [("webmail", "0001_initial")]

    operations = [migrations.RunPython(create, drop)]
