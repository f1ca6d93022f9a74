"""The one door into a mailbox: whoever brings a message, it is added here."""

from collections import Counter
from collections.abc import Sequence

from . import sql
from .batch import Batch
from .change import Change
from .incoming import AddedMessage, NewMessage, PackedMessage, Placement, added, pack, prepare

__all__ = ["AddedMessage", "NewMessage", "PackedMessage", "Placement", "add_messages", "pack"]


def add_messages(batch: Sequence[NewMessage]) -> list[list[AddedMessage]]:
    """Add messages, each for one or more accounts, in one transaction of a fixed number of statements.

    Returns, for each message, its copies in the order of its placements. Raises `UnknownAccountError` or
    `UnknownMailboxError`; nothing is stored then.
    """
    sources = [prepare(new) for new in batch]
    copies = [copy for source in sources for copy in source.copies]
    grow: Counter[int] = Counter()
    for copy in copies:
        grow[copy.placement.account_id] += copy.size
    if copies:
        with Change(grow.keys(), grow, wait=False) as change, sql.pipelined():
            Batch(change, sources, copies).run()
    return [[added(copy) for copy in source.copies] for source in sources]
