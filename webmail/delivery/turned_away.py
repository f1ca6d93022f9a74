"""Mail for people of ours that was turned away before its content came: written down once a minute."""

import logging
import threading
import time
from collections.abc import Callable

from django.db import Error
from django.utils import timezone

from mailserver.smtp.reply import Reply
from webmail.models import Why
from webmail.store import rejects
from webmail.store.rejects import Refused

log = logging.getLogger(__name__)

FLUSH_SECONDS = 60.0
MOST = 500
"""Between two writes; who knocks more often is known by then."""


class TurnedAway:
    """Remembers who was turned away from whom, each pair once a minute. May be shared by threads."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._seen: dict[tuple[str, str], Refused] = {}
        self._flushed = clock()

    def note(self, ip: str, mail_from: str, recipient: str, accounts: tuple[int, ...], reply: Reply) -> None:
        """Remember a refusal at RCPT; never blocks."""
        known = Refused(
            why=Why.LATER if reply.temporary else Why.OTHER,
            reply=reply.line(),
            ip=ip,
            mail_from=mail_from,
            recipients=dict.fromkeys(accounts, recipient),
        )
        with self._lock:
            if len(self._seen) < MOST:
                self._seen.setdefault((mail_from.lower(), recipient.lower()), known)

    @property
    def is_due(self) -> bool:
        """Tell whether it is time to write."""
        return bool(self._seen) and self._clock() - self._flushed > FLUSH_SECONDS

    def flush(self) -> None:
        """Write them down, two statements for all; what the database does not take is forgotten."""
        with self._lock:
            seen, self._seen = self._seen, {}
            self._flushed = self._clock()
        try:
            rejects.note(list(seen.values()), timezone.now())
        except Error as trouble:
            log.warning("What was turned away could not be noted: %s", trouble)
