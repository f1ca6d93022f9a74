"""What was found of mail in the name of who asks for reports: counted in memory, then in the database."""

import logging
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.db import Error

from mailserver.authenticity.aggregate import Policy, Row
from mailserver.authenticity.check import Checks
from webmail.store import tallies
from webmail.store.tallies import Seen

log = logging.getLogger(__name__)

FLUSH_SECONDS = 60.0
_MOST = 20_000


class Tally:
    """Counts messages; may be shared by threads. A crash loses the last minute, which is no mail."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._counts: Counter[Seen] = Counter()
        self._flushed = clock()

    def note(self, checks: Checks, ip: str, mail_from: str, disposition: str, at: datetime) -> None:
        """Count a message; nothing where nobody asked for reports, or the DNS was silent."""
        record = checks.dmarc.record
        if not (record and record.reports_to and checks.dmarc.result in {"pass", "fail"}):
            return
        facts = tallies.encoded(_facts(checks, ip, mail_from, disposition))
        with self._lock:
            if len(self._counts) < _MOST:
                self._counts[Seen(at.date(), checks.dmarc.policy_domain, facts)] += 1

    @property
    def is_due(self) -> bool:
        """Tell whether it is time to write."""
        return bool(self._counts) and self._clock() - self._flushed > FLUSH_SECONDS

    def flush(self) -> None:
        """Write what was counted; what the database does not take is tried the next time."""
        with self._lock:
            counts, self._counts = self._counts, Counter()
            self._flushed = self._clock()
        if not counts:
            return
        try:
            tallies.add(counts)
        except Error as trouble:
            log.warning("What is to be reported was not counted: %s", trouble)


def _facts(checks: Checks, ip: str, mail_from: str, disposition: str) -> Iterator[tuple[str, Any]]:
    dmarc, record = checks.dmarc, checks.dmarc.record
    assert record is not None
    row = Row(
        ip=ip,
        count=0,
        disposition=disposition,
        dkim="pass" if dmarc.dkim else "fail",
        spf="pass" if dmarc.spf else "fail",
        header_from=dmarc.domain,
        envelope_from=mail_from.rpartition("@")[2],
        override="trusted_forwarder" if checks.vouched_by else _override(checks, disposition),
        auth_spf=(
            checks.spf.domain,
            "mfrom" if checks.spf.scope == "mailfrom" else "helo",
            checks.spf.result,
        ),
        auth_dkim=tuple((each.domain, each.selector, each.result) for each in checks.dkim),
    )
    policy = Policy(
        dmarc.policy_domain,
        record.policy,
        record.subdomain_policy,
        record.nonexistent_policy,
        record.strict_dkim,
        record.strict_spf,
        record.is_testing,
    )
    yield "row", asdict(row)
    yield "policy", asdict(policy)
    yield "reports_to", record.reports_to


def _override(checks: Checks, disposition: str) -> str:
    """Say why a failure was not handled as it was asked for (RFC 9990 §2.1.5)."""
    asked = checks.dmarc.policy if checks.dmarc.result == "fail" else "none"
    if checks.dmarc.is_testing and asked != disposition:
        return "policy_test_mode"
    return "" if asked == disposition else "local_policy"
