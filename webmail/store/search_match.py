"""Whether one message that is at hand fits a query: as search would find it, without asking the database."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, lru_cache
from typing import Self

from mailserver.message.digest import Digest, digest
from mailserver.query import And, Has, MessageId, Node, Not, Or, Size, Text, parse, unknowable

from . import index_terms
from .formula import Term, holds
from .search_leaves import Reading, read_text
from .search_plan import pruned
from .search_text import Reader
from .text import storable

_read_text = lru_cache(4096)(read_text)


@lru_cache(4096)
def compiled(query: str) -> Node | None:
    """Read the query of a rule; None where it fits nothing, as it asks nothing or can't be answered."""
    parsed = parse(query)
    if parsed.errors or unknowable(parsed.tree):
        return None
    return pruned(parsed.tree)


def parts(query: str) -> tuple[Node, ...]:
    """List the conditions of a query that must all hold."""
    tree = compiled(query)
    return tree.nodes if isinstance(tree, And) else (tree,) if tree else ()


@dataclass
class Matcher:
    """A message as the index would have it: `terms` of all its copies, `own_terms` of this one; its bytes."""

    digest: Digest
    terms: Collection[str]
    own_terms: Collection[str]
    size: int

    @classmethod
    def of_stored(cls, raw: bytes, prefix: bytes, received_at: datetime) -> Self:
        """Take a stored message: its raw bytes, our own headers in front, and when it came."""
        found = digest(raw)
        own = index_terms.of_copy(0, received_at, prefix)
        return cls(found, index_terms.of_message(found), own, len(prefix) + len(raw))

    def missed(self, query: str) -> Node | None:
        """Name the one condition of several for which a query doesn't fit; None where it is not just one."""
        conditions = parts(query)
        failing = [node for node in conditions if not self.holds(node)]
        return failing[0] if len(failing) == 1 < len(conditions) else None

    def fits(self, query: str) -> bool:
        """Tell whether the message fits the query of a rule."""
        tree = compiled(query)
        return tree is not None and self.holds(tree)

    def holds(self, node: Node) -> bool:
        """Tell whether a condition holds; one that is not known on arrival doesn't."""
        match node:
            case And(nodes):
                return all(map(self.holds, nodes))
            case Or(nodes):
                return any(map(self.holds, nodes))
            case Not(inner):
                return not self.holds(inner)
            case Text():
                return self._has(node)
            case Has():
                return self.digest.has_attachment
            case Size(larger, size):
                return self.size > size if larger else self.size < size
            case MessageId(value):
                return storable(self.digest.message_id)[:500] == storable(value)
        return False

    def _has(self, text: Text) -> bool:
        reading: Reading = _read_text(text)
        if reading.formula is None or not holds(reading.formula, self._has_term):
            return False
        return reading.exact or self._reader.fits(text, {})

    def _has_term(self, term: Term) -> bool:
        if not term.prefix:
            return term.text in self.terms or term.text in self.own_terms
        return any(each.startswith(term.text) for some in (self.terms, self.own_terms) for each in some)

    @cached_property
    def _reader(self) -> Reader:
        return Reader(self.digest)
