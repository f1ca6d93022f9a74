"""Mail for people of ours that was turned away before it was looked at: written down once a minute."""

import logging
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from django.db import Error
from django.utils import timezone

from mailserver.smtp.reply import Reply
from webmail.models import Why
from webmail.store import rejects
from webmail.store.rejects import Refused

from .verdict import Recipient

log = logging.getLogger(__name__)

FLUSH_SECONDS = 60.0
MOST = 500
"""Between two writes; who knocks more often is known by then."""

type LookUp = Callable[[Iterable[str]], Mapping[str, Recipient]]


@dataclass(frozen=True, slots=True)
class _Visit:
    """Who was turned away from whom; `accounts` is None where that is to be looked up."""

    ip: str
    mail_from: str
    recipient: str
    reply: Reply
    accounts: tuple[int, ...] | None


class TurnedAway:
    """Remembers who was turned away from whom, each pair once a minute. May be shared by threads."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._seen: dict[tuple[str, str], _Visit] = {}
        self._flushed = clock()

    def note(
        self, ip: str, mail_from: str, recipient: str, accounts: tuple[int, ...] | None, reply: Reply
    ) -> None:
        """Remember a refusal; never blocks."""
        visit = _Visit(ip, mail_from, recipient, reply, accounts)
        with self._lock:
            if len(self._seen) < MOST:
                self._seen.setdefault((mail_from.lower(), recipient.lower()), visit)

    @property
    def is_due(self) -> bool:
        """Tell whether it is time to write."""
        return bool(self._seen) and self._clock() - self._flushed > FLUSH_SECONDS

    def flush(self, look_up: LookUp) -> None:
        """Write them down, a few statements for all; what the database does not take is forgotten."""
        with self._lock:
            seen, self._seen = list(self._seen.values()), {}
            self._flushed = self._clock()
        try:
            rejects.note([_refused(visit) for visit in _identified(seen, look_up)], timezone.now())
        except Error as trouble:
            log.warning("What was turned away could not be noted: %s", trouble)


def _identified(visits: Iterable[_Visit], look_up: LookUp) -> list[_Visit]:
    unknown = [visit.recipient for visit in visits if visit.accounts is None]
    found = look_up(unknown) if unknown else {}
    return [
        replace(visit, accounts=found[visit.recipient].accounts) if visit.accounts is None else visit
        for visit in visits
    ]


def _refused(visit: _Visit) -> Refused:
    return Refused(
        why=Why.LATER if visit.reply.temporary else Why.OTHER,
        reply=visit.reply.line(),
        ip=visit.ip,
        mail_from=visit.mail_from,
        recipients=dict.fromkeys(visit.accounts or (), visit.recipient),
    )
