"""What rspamd thinks of a message, asked before it is stored; without an answer mail goes on."""

import logging
import threading
import time
from collections.abc import Callable

from mailserver import rspamd
from mailserver.smtp.envelope import Envelope, Opinion

log = logging.getLogger(__name__)

SECONDS = 4.0
PAUSE_SECONDS = 30.0


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
