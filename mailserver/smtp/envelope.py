"""An envelope: who a message is from, who it goes to, how it came."""

from dataclasses import dataclass, field
from datetime import datetime

from ..authenticity.check import Checks
from ..message import tls_wish
from ..message.tls_wish import TlsWish


@dataclass(frozen=True, slots=True)
class Login:
    """Who has logged in: their name, the backend's key of them, and what proves us to them (sasl.Claim)."""

    name: str
    key: int
    proves: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class Peer:
    """The other end of an SMTP session, as seen and as it named itself."""

    ip: str
    port: int
    helo: str = ""
    extended: bool = False
    tls: str = ""
    login: Login | None = None


@dataclass(frozen=True, slots=True)
class Opinion:
    """What a filter of the server thinks of a message: its action, the score, and what spoke for spam."""

    action: str
    score: float = 0.0
    symbols: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Findings:
    """What was found out about a message before it is stored; None for what was not asked, or not told."""

    opinion: Opinion | None = None
    checks: Checks | None = None


NOTHING = Findings()


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the sender wants to hear of one recipient: NOTIFY ("": the default), and under which address."""

    notify: str = ""
    original_address: str = ""


NO_WISHES = Wishes()


@dataclass(frozen=True, slots=True)
class Envelope:
    """One accepted DATA: reverse path ("" is the null sender), forward paths, content to the byte.

    `findings` are what the backend found when it examined the message.
    """

    peer: Peer
    mail_from: str
    recipients: tuple[str, ...]
    content: bytes
    received_at: datetime
    smtputf8: bool = False
    options: dict[str, str] = field(default_factory=dict)
    findings: Findings = NOTHING
    wishes: dict[str, Wishes] = field(default_factory=dict)

    @property
    def tls_wish(self) -> TlsWish:
        """What is asked of the way that it goes on."""
        return tls_wish.of(self.options, self.content)

    def wishes_for(self, recipient: str) -> Wishes:
        """Tell what is wanted of one of the recipients."""
        return self.wishes.get(recipient, NO_WISHES)
