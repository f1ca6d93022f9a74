"""What a query asks, as a tree of values; `at` is where in the text a condition was written."""

import dataclasses
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

type Span = tuple[int, int]

NOWHERE: Final = (0, 0)


@dataclass(frozen=True, slots=True)
class Text:
    """A word or, when `exact`, words in this order, anywhere or in one `field`; "hel*" has `prefix`."""

    value: str
    field: str = ""
    exact: bool = False
    prefix: bool = False
    at: Span = dataclasses.field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class In:
    """Stands in a folder or label, by its role or its path; "anywhere" takes Spam and Trash in."""

    name: str
    label: bool = False
    at: Span = dataclasses.field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Is:
    """Has a state of `operators.STATES`."""

    state: str
    at: Span = dataclasses.field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Has:
    """Has a thing of `operators.THINGS`."""

    thing: str
    at: Span = dataclasses.field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Day:
    """Came before a day begins, or since it began; days are those of the reader's time zone."""

    before: bool
    day: date
    at: Span = dataclasses.field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Age:
    """Came longer ago than a period, or less long; the unit is h, d, w, m or y."""

    older: bool
    count: int
    unit: str
    at: Span = dataclasses.field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Size:
    """Has more bytes than this, or fewer."""

    larger: bool
    size: int
    at: Span = dataclasses.field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class MessageId:
    """Has this Message-ID (RFC 5322 §3.6.4), written without angle brackets."""

    value: str
    at: Span = dataclasses.field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Status:
    """Was sent, and a recipient's copy has a state of `operators.STATUSES`."""

    status: str
    at: Span = dataclasses.field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Remote:
    """Was sent to this domain, or handed to a host in it."""

    domain: str
    at: Span = dataclasses.field(default=NOWHERE, compare=False)


type Leaf = Text | In | Is | Has | Day | Age | Size | MessageId | Status | Remote


@dataclass(frozen=True, slots=True)
class And:
    """All of these hold."""

    nodes: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Or:
    """One of these holds, or more."""

    nodes: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Not:
    """This doesn't hold."""

    node: "Node"


type Node = Leaf | And | Or | Not


def joined(kind: type[And] | type[Or], nodes: Iterable[Node]) -> Node | None:
    """Join conditions; one alone is itself, and one of the same kind falls in with its neighbours."""
    flat: list[Node] = []
    for node in nodes:
        flat += node.nodes if isinstance(node, kind) else (node,)
    if len(flat) < 2:
        return flat[0] if flat else None
    return kind(tuple(flat))


def leaves(node: Node | None) -> Iterator[Leaf]:
    """Yield the conditions of a tree, in the order they were written."""
    match node:
        case None:
            return
        case And(nodes) | Or(nodes):
            for each in nodes:
                yield from leaves(each)
        case Not(inner):
            yield from leaves(inner)
        case _:
            yield node


def words_of(node: Node | None) -> list[Text]:
    """List the texts that a hit shows: those that were not asked to be absent."""
    match node:
        case Text():
            return [node]
        case And(nodes) | Or(nodes):
            return [text for each in nodes for text in words_of(each)]
        case _:
            return []
