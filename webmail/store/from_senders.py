"""Messages of some senders in some mailboxes: counted, and found batch by batch."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple, Self

from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import Lower

from webmail.models import Message

from . import index_terms, sender_names
from .formula import Formula, Term, every, some
from .search_finder import finder, fits, listed
from .search_leaves import standing
from .time_limit import TooSlowError, until

_WINDOW = 1_000
_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class FromSenders:
    """What these senders (`sender_names`) sent, as far as it stands in one of the mailboxes.

    Only what came before `before`, where that is given, and none of the `spared`.
    """

    senders: tuple[str, ...]
    mailbox_ids: tuple[int, ...]
    before: datetime | None = None
    spared: tuple[int, ...] = ()

    def dumps(self) -> dict[str, Any]:
        """Write it as JSON may hold it."""
        before = self.before.isoformat() if self.before else None
        return {
            "senders": self.senders,
            "mailbox_ids": self.mailbox_ids,
            "before": before,
            "spared": self.spared,
        }

    @classmethod
    def loads(cls, kept: Mapping[str, Any]) -> Self:
        """Read what `dumps` wrote."""
        before = datetime.fromisoformat(kept["before"]) if kept["before"] else None
        return cls(tuple(kept["senders"]), tuple(kept["mailbox_ids"]), before, tuple(kept["spared"]))


class Counted(NamedTuple):
    """How many messages there are, of how many addresses, and how many came before a moment."""

    messages: int
    addresses: int
    older: int


def count(account_id: int, wanted: FromSenders, moment: datetime) -> Counted | None:
    """Count them; None when that takes too long."""
    rows = _messages(account_id, wanted).filter(fits(account_id, _formula(wanted.senders)))
    try:
        with until(time.monotonic() + _SECONDS):
            found = rows.aggregate(
                messages=Count("pk"),
                addresses=Count(Lower("from_address"), distinct=True),
                older=Count("pk", filter=Q(received_at__lt=moment)),
            )
    except TooSlowError:
        return None
    return Counted(**found)


def latest(account_id: int, wanted: FromSenders) -> tuple[int, ...]:
    """The newest message of each of the senders."""
    found = []
    for sender in wanted.senders:
        rows = _messages(account_id, FromSenders((sender,), wanted.mailbox_ids))
        rows = rows.filter(fits(account_id, _formula([sender])))
        found.append(rows.order_by("-received_at", "-pk").values_list("pk", flat=True).first())
    return tuple(key for key in found if key)


def following(account_id: int, wanted: FromSenders, high: int) -> tuple[list[int], int]:
    """Some of them with ids up to `high`, and the id to go on from, 0 at the end."""
    candidates, low = finder(account_id, _formula(wanted.senders)).newest(0, high, _WINDOW)
    rows = _messages(account_id, wanted).filter(pk__in=listed(candidates))
    found = list(rows.values_list("pk", flat=True)) if candidates else []
    return found, low - 1 if low else 0


def _messages(account_id: int, wanted: FromSenders) -> QuerySet[Message]:
    """Say which messages are meant; the index knows who may have sent them, the column who did.

    By their primary keys: the sum hides the account from SQLite, which would read all mail of it instead.
    """
    rows = Message.objects.alias(owner=F("account_id") + 0).filter(owner=account_id, orphaned_at=None)
    rows = rows.filter(_sent_by(wanted.senders), standing(wanted.mailbox_ids))
    if wanted.before:
        rows = rows.filter(received_at__lt=wanted.before)
    return rows.exclude(pk__in=wanted.spared)


def _formula(senders: Sequence[str]) -> Formula:
    """What the index finds has these words or addresses in From or Sender."""
    names = [name for sender in senders for name in sender_names.spellings(sender)]
    return some([every([Term(term) for term in index_terms.asked("from", name)]) for name in names])


def _sent_by(senders: Sequence[str]) -> Q:
    wanted = Q(pk__in=())
    for sender in senders:
        for name in sender_names.spellings(sender):
            if sender_names.is_domain(name):
                wanted |= Q(from_address__iendswith=name) | Q(from_address__iendswith=f".{name[1:]}")
            else:
                wanted |= Q(from_address__iexact=name)
    return wanted
