"""What is found out about a message before it is stored: who its sender is, and what rspamd thinks of it."""

import logging
import threading
import time
from collections.abc import Callable
from functools import lru_cache

from django.conf import settings

from mailserver import rspamd
from mailserver.authenticity import check
from mailserver.networks import Networks
from mailserver.smtp.envelope import Envelope, Opinion

from .resolving import resolver

log = logging.getLogger(__name__)

SECONDS = 4.0
PAUSE_SECONDS = 30.0


class SenderChecks:
    """Finds out who the sender is; may be shared by threads.

    Peers in the networks of UNCHECKED_NETWORKS are taken at their word: they hand on what others checked.
    """

    def __init__(self) -> None:
        unchecked = Networks(settings.UNCHECKED_NETWORKS)
        self.covers: Callable[[str], bool] = lru_cache(maxsize=1000)(lambda ip: ip not in unchecked)

    def __call__(self, envelope: Envelope) -> check.Checks | None:
        """Give what was found, None for a peer who is not asked."""
        peer = envelope.peer
        if not self.covers(peer.ip):
            return None
        return check.check(
            envelope.content,
            ip=peer.ip,
            helo=peer.helo,
            mail_from=envelope.mail_from,
            dns=resolver(),
            at=envelope.received_at,
            trusted_sealers=settings.TRUSTED_ARC_SEALERS,
        )


class Examiner:
    """Asks the server at `url`; one that fails is left alone for a while. May be shared by threads."""

    def __init__(self, url: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._url, self._clock = url, clock
        self._lock = threading.Lock()
        self._silent_until = 0.0
        self._fails = False

    def __call__(self, envelope: Envelope) -> Opinion | None:
        """Give its opinion, None when it has none to give."""
        if self._clock() < self._silent_until:
            return None
        try:
            found = rspamd.check(self._url, envelope, SECONDS)
        except rspamd.RspamdError as error:
            self._note(trouble=str(error))
            return None
        self._note()
        return found

    def _note(self, trouble: str = "") -> None:
        """Log when it begins to fail and when it answers again, not each time."""
        with self._lock:
            changed, self._fails = self._fails != bool(trouble), bool(trouble)
            if trouble:
                self._silent_until = self._clock() + PAUSE_SECONDS
        if changed and trouble:
            log.error("rspamd does not answer, mail is taken without it: %s", trouble)
        elif changed:
            log.info("rspamd answers again")
