"""Whom an account writes to, and how often: who was never written to before is collected."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from django.db.models import F

from webmail.models import Contact, ContactAddress

from . import contact_rank, contact_terms, sql
from .contacts import MOST_CONTACTS, put, read, save_terms


def count_use(account_id: int, people: Mapping[str, str], now: datetime) -> None:
    """Count one message to these people, address -> name, in a fixed number of statements.

    Call within the change that sends it: the account is locked, so nobody is collected twice.
    """
    rows = ContactAddress.objects.filter(account_id=account_id, address__in=people)
    known = list(rows.values_list("pk", "address", "rank", "contact_id", "contact__name"))
    ranks = [(key, contact_rank.used(rank, now)) for key, _, rank, _, _ in known]
    sql.update(ContactAddress, ["id", "rank"], ranks)
    rows.update(use_count=F("use_count") + 1, last_used_at=now)
    _name(
        account_id,
        {key: people[address] for _, address, _, key, name in known if not name and people[address]},
    )
    new = people.keys() - {address for _, address, *_ in known}
    if new:
        _collect(account_id, {address: people[address] for address in people if address in new}, now)


def _name(account_id: int, names: Mapping[int, str]) -> None:
    """Give a name to contacts that had none."""
    if names:
        put(account_id, [replace(card, name=names[card.id]) for card in read(account_id, names)])


def _collect(account_id: int, people: Mapping[str, str], now: datetime) -> None:
    room = MOST_CONTACTS - Contact.objects.filter(account_id=account_id).count()
    chosen = list(people.items())[: max(0, room)]
    contacts = Contact.objects.bulk_create(
        Contact(
            account_id=account_id,
            name=name[:200],
            is_collected=True,
            sort_key=contact_terms.sort_key(name[:200], address),
            created_at=now,
        )
        for address, name in chosen
    )
    addresses = ContactAddress.objects.bulk_create(
        ContactAddress(
            account_id=account_id,
            contact=contact,
            address=address,
            use_count=1,
            last_used_at=now,
            rank=contact_rank.used(contact_rank.UNUSED, now),
        )
        for contact, (address, _) in zip(contacts, chosen, strict=True)
    )
    save_terms(account_id, contacts, addresses)
