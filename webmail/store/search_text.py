"""Reading messages to tell whether they fit: words in their order, whole or in one field."""

from collections.abc import Collection, Mapping, Sequence

from mailserver.message.digest import Digest, digest
from mailserver.query import And, Leaf, Node, Not, Or, Text

from . import blobs
from .terms import sequence

_RECIPIENTS = ("to", "cc", "bcc")


class Reader:
    """The words of one message, cut once for all conditions."""

    def __init__(self, digest: Digest) -> None:
        self._digest = digest
        self._all = sequence(self._digest.search_text)

    def fits(self, node: Node, truths: Mapping[Leaf, bool]) -> bool:
        """Tell whether a condition holds; `truths` of those that no text can tell."""
        match node:
            case And(nodes):
                return all(self.fits(each, truths) for each in nodes)
            case Or(nodes):
                return any(self.fits(each, truths) for each in nodes)
            case Not(inner):
                return not self.fits(inner, truths)
            case Text():
                return self._has(node)
        return truths[node]

    def _has(self, text: Text) -> bool:
        wanted = sequence(text.value)
        wanted = wanted.rstrip() if text.prefix else wanted
        if not text.field:
            return wanted in self._all
        fields = _RECIPIENTS if text.field == "to" else (text.field,)
        return any(wanted in sequence(value) for name, value in self._digest.search_fields if name in fields)


def fitting(rows: Sequence[tuple[int, Mapping[Leaf, bool]]], conditions: Collection[Node]) -> list[bool]:
    """Tell of each (blob id, truths) whether all conditions hold; two statements."""
    raws = blobs.read_many([blob_id for blob_id, _ in rows])
    return [_fits(raws[blob_id], truths, conditions) for blob_id, truths in rows]


def _fits(raw: bytes, truths: Mapping[Leaf, bool], conditions: Collection[Node]) -> bool:
    reader = Reader(digest(raw))
    return all(reader.fits(condition, truths) for condition in conditions)
