"""Contacts brought from files, and written to them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import batched

from mailserver.message import contact_table, vcard
from mailserver.message.address import AddressError, normalise
from webmail.models import ContactGroup

from . import contact_groups, contact_terms, contacts, queries
from .cards import Card, CardAddress, merged
from .done import Done, together

MOST = 5_000
LARGEST = 10 * 1024 * 1024
_BATCH = 500


@dataclass(frozen=True, slots=True)
class Brought:
    """How many were new, how many got something new, and how many were known already."""

    added: int
    completed: int
    known: int
    done: Done


def read(data: bytes) -> list[vcard.Contact]:
    """The people of a vCard or a table, told apart by how it begins; [] when it is neither."""
    if b"BEGIN:VCARD" in data[:200].upper():
        return vcard.read(data, MOST, LARGEST)
    return contact_table.read(data[:LARGEST])


def bring(account_id: int, people: Sequence[vcard.Contact], group_ids: Sequence[int] = ()) -> Brought:
    """Add people; who is known, by an address and the same name or none, is completed.

    In several changes, as one of thousands of people would hold up others. Raises contacts.ContactsFullError
    before any of them.
    """
    names = {group for person in people for group in person.groups}
    groups = contact_groups.by_name(account_id, names) if names else {}
    book = _Book(
        account_id, [_card(person, [*group_ids, *_among(groups, person.groups)]) for person in people]
    )
    changed = book.changed()
    added = sum(not card.id for card in changed)
    contacts.check_room(account_id, added)
    dones = [contacts.put(account_id, batch)[1] for batch in batched(changed, _BATCH, strict=False)]
    return Brought(added, len(changed) - added, len(people) - len(changed), together(dones))


def given(account_id: int, ids: Iterable[int]) -> Iterator[vcard.Contact]:
    """The account's contacts as files have them, read a batch at a time."""
    groups = dict(ContactGroup.objects.filter(account_id=account_id).values_list("pk", "name"))
    for keys in batched(ids, _BATCH, strict=False):
        for card in contacts.read(account_id, keys):
            yield vcard.Contact(
                name=card.name,
                organisation=card.organisation,
                phones=[vcard.Field(number, (kind,) if kind else ()) for number, kind in card.phones],
                emails=[vcard.Field(one.address, (one.kind,) if one.kind else ()) for one in card.addresses],
                note=card.note,
                groups=[groups[key] for key in card.group_ids if key in groups],
                others=card.card.split("\n") if card.card else [],
            )


class _Book:
    """The contacts that have an address in common with those that come, as they become."""

    def __init__(self, account_id: int, coming: Sequence[Card]) -> None:
        addresses = {one.address for card in coming for one in card.addresses}
        ids = queries.contacts_with(account_id, addresses).values()
        self.known = {card.id: card for card in contacts.read(account_id, set(ids))}
        self.pages: list[Card] = list(self.known.values())
        self.places: dict[str, list[int]] = {}
        for place, card in enumerate(self.pages):
            self._note(card, place)
        for card in coming:
            self._take(card)

    def changed(self) -> list[Card]:
        """Those who are new, or not what they were."""
        return [card for card in self.pages if not card.id or not _is_equal(card, self.known[card.id])]

    def _take(self, card: Card) -> None:
        """Complete who is there already, or add somebody."""
        places = {place for one in card.addresses for place in self.places.get(one.address, ())}
        for place in sorted(places):
            there = self.pages[place]
            if _is_same(there, card):
                self.pages[place] = replace(merged([card, there]), id=there.id, created_at=there.created_at)
                self._note(card, place)
                return
        self.pages.append(card)
        self._note(card, len(self.pages) - 1)

    def _note(self, card: Card, place: int) -> None:
        for one in card.addresses:
            self.places.setdefault(one.address, []).append(place)


def _among(groups: dict[str, int], names: Iterable[str]) -> list[int]:
    return [groups[name] for name in names if name in groups]


def _is_same(there: Card, coming: Card) -> bool:
    names = {contact_terms.folded(card.name) for card in (there, coming) if card.name}
    return there.is_collected or len(names) < 2


def _is_equal(one: Card, other: Card) -> bool:
    """Tell whether nothing was learnt, whatever the order."""
    alike = replace(one, addresses=other.addresses, phones=other.phones, group_ids=other.group_ids) == other
    same_addresses = {each.address for each in one.addresses} == {each.address for each in other.addresses}
    return (
        alike
        and same_addresses
        and set(one.phones) == set(other.phones)
        and set(one.group_ids) == set(other.group_ids)
    )


def _card(person: vcard.Contact, group_ids: Sequence[int]) -> Card:
    return Card(
        name=person.name[:200],
        organisation=person.organisation[:200],
        phones=tuple((one.value, _kind(one.kinds, ("cell", "home", "work", "fax"))) for one in person.phones),
        addresses=tuple(_addresses(person)),
        note=person.note,
        card="\n".join(person.others),
        group_ids=tuple(dict.fromkeys(group_ids)),
    )


def _addresses(person: vcard.Contact) -> Iterator[CardAddress]:
    """Those that one can write to, each once."""
    seen = set()
    for one in person.emails:
        try:
            spec = normalise(one.value)
        except AddressError:
            continue
        if spec not in seen:
            seen.add(spec)
            yield CardAddress(spec, _kind(one.kinds, ("home", "work")))


def _kind(kinds: Sequence[str], wanted: Sequence[str]) -> str:
    return next((kind for kind in wanted if kind in kinds), "")
