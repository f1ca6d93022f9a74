from datetime import UTC, datetime

from django.db import migrations

from webmail.store import contact_rank, contact_terms

_BATCH = 2000


def fill(apps, schema_editor):
    """What was one row for each address becomes a collected contact that has it."""
    contact = apps.get_model("webmail", "Contact")
    address = apps.get_model("webmail", "ContactAddress")
    term = apps.get_model("webmail", "ContactTerm")
    last = 0
    while rows := list(contact.objects.filter(pk__gt=last).order_by("pk")[:_BATCH]):
        last = rows[-1].pk
        for row in rows:
            row.is_collected = True
            row.sort_key = contact_terms.sort_key(row.name, row.address)
        contact.objects.bulk_update(rows, ["is_collected", "sort_key"])
        addresses = address.objects.bulk_create(_address(address, row) for row in rows)
        pairs = list(zip(rows, addresses, strict=True))
        term.objects.bulk_create(each for row, one in pairs for each in _terms(term, row, one))


def _address(model, row):
    used_at = row.last_used_at or datetime(2026, 1, 1, tzinfo=UTC)
    rank = contact_rank.UNUSED
    for _ in range(min(row.use_count, 1000)):
        rank = contact_rank.used(rank, used_at)
    return model(
        account_id=row.account_id,
        contact_id=row.pk,
        address=row.address,
        use_count=row.use_count,
        last_used_at=row.last_used_at,
        rank=rank,
    )


def _terms(model, row, one):
    terms = dict.fromkeys([*contact_terms.of_contact(row.name), *contact_terms.of_address(one.address)])
    for term in terms:
        yield model(account_id=row.account_id, contact_id=row.pk, address_id=one.pk, term=term.encode())


class Migration(migrations.Migration):
    dependencies = [("webmail", "0034_contacts")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
