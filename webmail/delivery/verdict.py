"""What is done with mail for a recipient, decided from facts alone."""

import enum
from dataclasses import dataclass

from mailserver.authenticity.check import Checks
from mailserver.smtp.envelope import Findings
from mailserver.smtp.reply import Reply
from webmail.store.spam_marks import Reason

TAKEN = Reply(250, "2.1.5", "Recipient ok")
FULL = Reply(452, "4.2.2", "Mailbox is full")
UNKNOWN = Reply(550, "5.1.1", "No such user here")
REPORTS_ONLY = Reply(550, "5.7.1", "This address takes delivery reports only")
LOOP = Reply(554, "5.4.6", "This message was here before, a mail loop")
SPAM = Reply(550, "5.7.1", "This message looks like spam")
GREYLISTED = Reply(451, "4.7.1", "You write for the first time, please try again in some minutes")
LATER = Reply(451, "4.7.1", "Please try again later")
_JUNK = frozenset({"add header", "rewrite subject"})
_DISTRUSTED = frozenset({"quarantine", "reject"})
NO_RELAY = Reply(550, "5.7.1", "Relaying denied")


class Severity(enum.Enum):
    """What is done with mail that a domain asks to refuse: so, put into Spam, or let pass with a note."""

    REJECT = "reject"
    JUNK = "junk"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Recipient:
    """What is known of an address: the accounts it leads to, and the bytes they can take (None: any).

    Those of the accounts that are `sorting` choose by who sent it where mail goes; those `automating` have
    rules, hand mail on or are away; those `filtering` have learnt what spam is; those `detailing` file by
    what follows the +. Mail goes on to those `outside`, too; if it `is_rewritten` it is a report for them.
    """

    accounts: tuple[int, ...] = ()
    room: int | None = None
    is_local: bool = True
    sorting: frozenset[int] = frozenset()
    automating: frozenset[int] = frozenset()
    filtering: frozenset[int] = frozenset()
    detailing: frozenset[int] = frozenset()
    outside: tuple[str, ...] = ()
    is_rewritten: bool = False

    @property
    def leads_somewhere(self) -> bool:
        """Tell whether anybody has mail to this address."""
        return bool(self.accounts or self.outside)


def decide(recipient: Recipient, size: int, mail_from: str = "") -> Reply:
    """Answer RCPT for a message of `size` bytes, 0 when unknown, from `mail_from`.

    A full mailbox may be emptied: the sender tries again. An address that leads to several accounts is full
    when all of them are.
    """
    if not recipient.is_local:
        return NO_RELAY
    if not recipient.leads_somewhere:
        return UNKNOWN
    if recipient.is_rewritten and mail_from:
        return REPORTS_ONLY
    if not recipient.outside and recipient.room is not None and recipient.room <= size:
        return FULL
    return TAKEN


def disposition(checks: Checks, severity: Severity) -> str:
    """Say what becomes of a message by DMARC alone, as a report has it: none, quarantine or reject."""
    asked = _asked(checks)
    if severity is Severity.NOTE or asked not in _DISTRUSTED:
        return "none"
    return "reject" if asked == "reject" and severity is Severity.REJECT else "quarantine"


def refusal(found: Findings, severity: Severity) -> Reply | None:
    """Say what a message is refused with, None when it is taken."""
    if found.checks and disposition(found.checks, severity) == "reject":
        domain = found.checks.dmarc.domain
        return Reply(550, "5.7.1", f"Not from {domain}, which asks to refuse such mail (DMARC)")
    return {"reject": SPAM, "soft reject": LATER}.get(found.opinion.action) if found.opinion else None


def suspicion(found: Findings, severity: Severity) -> Reason | None:
    """Say why a message that is taken belongs into Spam, None when it does not."""
    if found.checks and disposition(found.checks, severity) != "none":
        return Reason("dmarc", (found.checks.dmarc.domain,))
    if found.opinion and found.opinion.action in _JUNK:
        return Reason("rspamd", found.opinion.symbols)
    return None


def _asked(checks: Checks) -> str:
    """What the domain asks for a message that is not from it; nothing while it only tests (RFC 9989 §4.7)."""
    failed = checks.dmarc.result == "fail" and not (checks.dmarc.is_testing or checks.vouched_by)
    return checks.dmarc.policy if failed else ""


def listed(ip: str, zone: str) -> Reply:
    """Say that a server is on a list."""
    return Reply(554, "5.7.1", f"Your server [{ip}] is listed by {zone}")
