"""Contacts made, changed, merged and deleted: each takes some away and puts others in their place."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from django.utils import timezone

from webmail.models import Contact, ContactAddress, ContactGroup, ContactTerm

from . import contact_terms, sql
from .cards import Card, CardAddress, loaded, merged
from .change import Change
from .done import Done, Step
from .text import storable

MOST_CONTACTS = 25_000
MOST_ADDRESSES = 20
_BATCH = 2_000
_TEXT = 10_000


class ContactsFullError(ValueError):
    """The account has as many as it can have."""


def read(account_id: int, ids: Collection[int]) -> list[Card]:
    """Read contacts of the account in the order of their names: three statements."""
    rows = Contact.objects.filter(account_id=account_id, pk__in=ids).order_by("sort_key", "pk")
    addresses: dict[int, list[CardAddress]] = defaultdict(list)
    for row in ContactAddress.objects.filter(account_id=account_id, contact_id__in=ids).order_by(
        "position", "pk"
    ):
        used = row.last_used_at.isoformat() if row.last_used_at else ""
        addresses[row.contact_id].append(CardAddress(row.address, row.kind, row.use_count, used, row.rank))
    groups: dict[int, list[int]] = defaultdict(list)
    links = Contact.groups.through.objects.filter(contact_id__in=ids, contactgroup__account_id=account_id)
    for contact_id, group_id in links.order_by("contactgroup_id").values_list(
        "contact_id", "contactgroup_id"
    ):
        groups[contact_id].append(group_id)
    return [
        Card(
            row.pk,
            row.name,
            row.organisation,
            tuple((number, kind) for number, kind in row.phones),
            tuple(addresses[row.pk]),
            row.note,
            row.card,
            tuple(groups[row.pk]),
            row.is_collected,
            row.created_at.isoformat(),
        )
        for row in rows
    ]


def put(account_id: int, cards: Sequence[Card]) -> tuple[list[int], Done]:
    """Write contacts, in place of those that have the same id; their ids. Raises ContactsFullError."""
    return _exchange(account_id, [card.id for card in cards if card.id], cards)


def check_room(account_id: int, count: int) -> None:
    """See whether so many more have room. Raises ContactsFullError."""
    if count and Contact.objects.filter(account_id=account_id).count() + count > MOST_CONTACTS:
        raise ContactsFullError


def delete(account_id: int, ids: Collection[int]) -> Done:
    """Delete contacts; the way back knows all of them."""
    return _exchange(account_id, ids, ())[1]


def merge(account_id: int, ids: Collection[int]) -> tuple[int, Done]:
    """Make one of several contacts; its id. Raises LookupError where there are not several."""
    with Change([account_id]):
        cards = read(account_id, ids)
        if len(cards) < 2:
            raise LookupError("there is nothing to merge")
        keys, done = _exchange(account_id, [card.id for card in cards], [merged(cards)])
        return keys[0], done


def undo_step(account_id: int, step: Step) -> Done:
    """Take back what `put`, `delete` and `merge` did."""
    return _exchange(account_id, step["gone"], [loaded(each) for each in step["back"]])[1]


def save_terms(account_id: int, contacts: Iterable[Contact], addresses: Iterable[ContactAddress]) -> None:
    """Write by what new contacts are found, in one statement."""
    of_contact = {
        row.pk: contact_terms.of_contact(row.name, row.organisation, (one for one, _ in row.phones))
        for row in contacts
    }
    alone = dict(of_contact)
    rows: list[tuple[int, int, int | None, bytes]] = []
    for address in addresses:
        alone.pop(address.contact_id, None)
        terms = dict.fromkeys([*of_contact[address.contact_id], *contact_terms.of_address(address.address)])
        rows += [(account_id, address.contact_id, address.pk, term.encode()) for term in terms]
    rows += [(account_id, key, None, term.encode()) for key, terms in alone.items() for term in terms]
    sql.insert(ContactTerm, ["account_id", "contact_id", "address_id", "term"], rows)


def _exchange(account_id: int, gone: Collection[int], cards: Sequence[Card]) -> tuple[list[int], Done]:
    with Change([account_id]) as change:
        before = read(account_id, gone)
        Contact.objects.filter(account_id=account_id, pk__in=[card.id for card in before]).delete()
        check_room(account_id, len(cards))
        taken = set(
            Contact.objects.filter(pk__in=[card.id for card in cards if card.id]).values_list("pk", flat=True)
        )
        fresh = [replace(card, id=0) if card.id in taken else card for card in cards]
        keys = [
            key
            for start in range(0, len(fresh), _BATCH)
            for key in _insert(account_id, fresh[start : start + _BATCH])
        ]
        step: Step = {"verb": "contacts", "gone": keys, "back": [asdict(card) for card in before]}
        inverse = (step,) if keys or before else ()
        return keys, Done(change.modseq(account_id), len(keys) or len(before), inverse)


def _insert(account_id: int, cards: Sequence[Card]) -> list[int]:
    """Write a batch in a fixed number of statements."""
    now = timezone.now()
    contacts = [_contact(account_id, card, now) for card in cards]
    Contact.objects.bulk_create([row for row in contacts if row.pk])
    Contact.objects.bulk_create([row for row in contacts if not row.pk])
    addresses = ContactAddress.objects.bulk_create(
        ContactAddress(
            account_id=account_id,
            contact=contact,
            address=one.address,
            kind=one.kind[:20],
            position=position,
            use_count=one.use_count,
            last_used_at=datetime.fromisoformat(one.last_used_at) if one.last_used_at else None,
            rank=one.rank,
        )
        for contact, card in zip(contacts, cards, strict=True)
        for position, one in enumerate(card.addresses[:MOST_ADDRESSES])
    )
    save_terms(account_id, contacts, addresses)
    _join(account_id, contacts, cards)
    return [row.pk for row in contacts]


def _contact(account_id: int, card: Card, now: datetime) -> Contact:
    name = storable(card.name).strip()[:200]
    organisation = storable(card.organisation).strip()[:200]
    first = card.addresses[0].address if card.addresses else ""
    return Contact(
        pk=card.id or None,
        account_id=account_id,
        name=name,
        organisation=organisation,
        phones=[[storable(number)[:60], kind[:20]] for number, kind in card.phones[:MOST_ADDRESSES]],
        note=storable(card.note)[:_TEXT],
        card=storable(card.card)[:_TEXT],
        is_collected=card.is_collected,
        sort_key=contact_terms.sort_key(name or organisation, first),
        created_at=datetime.fromisoformat(card.created_at) if card.created_at else now,
    )


def _join(account_id: int, contacts: Sequence[Contact], cards: Sequence[Card]) -> None:
    """Put them into their groups, those that are still there."""
    wanted = {key for card in cards for key in card.group_ids}
    if not wanted:
        return
    groups = set(
        ContactGroup.objects.filter(account_id=account_id, pk__in=wanted).values_list("pk", flat=True)
    )
    link: Any = Contact.groups.through
    link.objects.bulk_create(
        link(contact_id=contact.pk, contactgroup_id=key)
        for contact, card in zip(contacts, cards, strict=True)
        for key in dict.fromkeys(card.group_ids)
        if key in groups
    )
