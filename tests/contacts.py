"""People in the contacts of a test's account."""

from datetime import datetime
from typing import Any

from webmail.store import contacts
from webmail.store.cards import Card, CardAddress
from webmail.store.contact_rank import used


def card(name: str, *addresses: str, **fields: Any) -> Card:
    """Somebody who was never written to."""
    return Card(name=name, addresses=tuple(CardAddress(each) for each in addresses), **fields)


def know(account_id: int, name: str, address: str, uses: tuple[datetime, ...] = (), **fields: Any) -> int:
    """Somebody in the contacts, written to at these times; the id."""
    rank = 0.0
    for at in uses:
        rank = used(rank, at)
    one = CardAddress(address, use_count=len(uses), rank=rank)
    return contacts.put(account_id, [Card(name=name, addresses=(one,), **fields)])[0][0]
