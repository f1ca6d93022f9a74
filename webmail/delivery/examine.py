"""What is found out about a message before it is stored: who its sender is, and what rspamd thinks of it."""

import ipaddress
import logging
import threading
import time
from collections.abc import Callable
from functools import lru_cache

from django.conf import settings

from mailserver import rspamd
from mailserver.authenticity import check
from mailserver.smtp.envelope import Envelope, Findings, Opinion
from mailserver.smtp.reply import Reply

from . import verdict
from .resolving import resolver
from .tally import Tally

log = logging.getLogger(__name__)

SECONDS = 4.0
PAUSE_SECONDS = 30.0


class Examination:
    """Checks who the sender is, asks the filter, says what is refused; may be shared by threads.

    Peers in the networks of UNCHECKED_NETWORKS are taken at their word: they hand on what others checked.
    """

    def __init__(self) -> None:
        networks = tuple(map(ipaddress.ip_network, settings.UNCHECKED_NETWORKS))
        self._is_checked = lru_cache(maxsize=1000)(
            lambda ip: not any(ipaddress.ip_address(ip) in network for network in networks)
        )
        self._filter = Examiner(settings.RSPAMD_URL) if settings.RSPAMD_URL else None
        self._handling = verdict.Handling(settings.DMARC_FAILURES)
        self.tally = Tally()

    def covers(self, ip: str) -> bool:
        """Tell whether there is anything to do for mail of a peer; never blocks."""
        return self._filter is not None or self._is_checked(ip)

    def __call__(self, envelope: Envelope) -> Findings | Reply:
        """Say what was found, or what the message is refused with."""
        found = Findings(checks=self._checks(envelope))
        refused = verdict.refusal(found, self._handling)
        if self._filter and not refused:
            found = Findings(self._filter(envelope), found.checks)
            refused = verdict.refusal(found, self._handling)
        if found.checks:
            disposition = verdict.disposition(found.checks, self._handling)
            self.tally.note(
                found.checks, envelope.peer.ip, envelope.mail_from, disposition, envelope.received_at
            )
        if refused:
            log.info("Refused from %s <%s>: %s", envelope.peer.ip, envelope.mail_from, refused.line())
        return refused or found

    def _checks(self, envelope: Envelope) -> check.Checks | None:
        peer = envelope.peer
        if not self._is_checked(peer.ip):
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
