"""One mail transaction: from MAIL to the end of data (RFC 5321 §3.3)."""

from dataclasses import dataclass, field
from datetime import datetime

from .envelope import NO_WISHES, NOTHING, Envelope, Findings, Peer, Wishes
from .reply import Reply
from .spool import Intake


@dataclass(slots=True)
class Transaction:
    """What MAIL and RCPT have said so far, and the chunks of BDAT."""

    mail_from: str
    size: int = 0
    smtputf8: bool = False
    options: dict[str, str] = field(default_factory=dict)
    recipients: dict[str, Wishes] = field(default_factory=dict)
    """In order, each once: who is named twice gets one copy."""
    last_refusal: Reply | None = None
    chunks: Intake | None = None

    def close(self) -> None:
        """Let go of chunks that came."""
        if self.chunks is not None:
            self.chunks.close()


@dataclass(frozen=True, slots=True)
class Arrival:
    """A transaction whose content is all here (grouping.Arrival)."""

    peer: Peer
    transaction: Transaction
    intake: Intake
    received_at: datetime
    findings: Findings = NOTHING

    @property
    def size(self) -> int:
        """Octets of the content."""
        return self.intake.size

    def envelope(self) -> Envelope:
        """Make the value for the backend; may read a file."""
        return Envelope(
            self.peer,
            self.transaction.mail_from,
            tuple(self.transaction.recipients),
            self.intake.content(),
            self.received_at,
            self.transaction.smtputf8,
            self.transaction.options,
            self.findings,
            {who: wishes for who, wishes in self.transaction.recipients.items() if wishes is not NO_WISHES},
        )
