"""An envelope: who a message is from, who it goes to, how it came."""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Peer:
    """The other end of an SMTP session, as seen and as it named itself."""

    ip: str
    port: int
    helo: str = ""
    extended: bool = False
    tls: str = ""


@dataclass(frozen=True, slots=True)
class Envelope:
    """One accepted DATA: reverse path ("" is the null sender), forward paths, content to the byte."""

    peer: Peer
    mail_from: str
    recipients: tuple[str, ...]
    content: bytes
    received_at: datetime
    smtputf8: bool = False
    options: dict[str, str] = field(default_factory=dict)
