"""A contact as a value: what is kept, brought and taken away, and what Undo remembers."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from . import contact_rank


@dataclass(frozen=True, slots=True)
class CardAddress:
    """An address in its one spelling; `kind` is home, work or ""; `last_used_at` in ISO 8601, or ""."""

    address: str
    kind: str = ""
    use_count: int = 0
    last_used_at: str = ""
    rank: float = 0.0


@dataclass(frozen=True, slots=True)
class Card:
    """A contact as a value, all of it JSON. `phones` are (number, kind), `card` other lines of a vCard.

    `id` is 0 for who is new.
    """

    id: int = 0
    name: str = ""
    organisation: str = ""
    phones: tuple[tuple[str, str], ...] = ()
    addresses: tuple[CardAddress, ...] = ()
    note: str = ""
    card: str = ""
    group_ids: tuple[int, ...] = ()
    is_collected: bool = False
    created_at: str = ""

    @property
    def whole(self) -> str:
        """What to call them: the name, else what else there is."""
        first = self.addresses[0].address if self.addresses else ""
        return self.name or self.organisation or first or (self.phones[0][0] if self.phones else "")


def loaded(values: dict[str, Any]) -> Card:
    """Read a card that was kept as JSON."""
    return Card(
        **{
            **values,
            "phones": tuple((number, kind) for number, kind in values["phones"]),
            "addresses": tuple(CardAddress(**one) for one in values["addresses"]),
            "group_ids": tuple(values["group_ids"]),
        }
    )


def merged(cards: Sequence[Card]) -> Card:
    """Join what is known of one person; who was kept by hand, and has a name, gives id and name."""
    ordered = sorted(cards, key=lambda card: (card.is_collected, not card.name))
    first = ordered[0]
    return replace(
        first,
        organisation=next((card.organisation for card in ordered if card.organisation), ""),
        phones=_phones(ordered),
        addresses=_addresses(ordered),
        note="\n\n".join(dict.fromkeys(card.note for card in ordered if card.note)),
        card="\n".join(dict.fromkeys(line for card in ordered for line in card.card.split("\n") if line)),
        group_ids=tuple(dict.fromkeys(key for card in ordered for key in card.group_ids)),
    )


def _phones(cards: Sequence[Card]) -> tuple[tuple[str, str], ...]:
    found: dict[str, tuple[str, str]] = {}
    for card in cards:
        for number, kind in card.phones:
            found.setdefault("".join(filter(str.isdigit, number)), (number, kind))
    return tuple(found.values())


def _addresses(cards: Sequence[Card]) -> tuple[CardAddress, ...]:
    found: dict[str, CardAddress] = {}
    for one in (one for card in cards for one in card.addresses):
        known = found.get(one.address)
        found[one.address] = _together(known, one) if known else one
    return tuple(found.values())


def _together(one: CardAddress, other: CardAddress) -> CardAddress:
    return CardAddress(
        one.address,
        one.kind or other.kind,
        one.use_count + other.use_count,
        max(one.last_used_at, other.last_used_at),
        contact_rank.both(one.rank, other.rank),
    )
