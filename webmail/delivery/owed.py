"""What a worker has claimed: messages owed to recipients of one destination, under a lease."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from mailserver.message.tls_wish import TlsWish
from mailserver.smtp.reply import Reply


@dataclass(frozen=True, slots=True)
class Parcel:
    """One outbound message, as its recipients share it."""

    id: int
    account_id: int | None
    sent_message_id: int | None
    blob_id: int
    size: int
    prefix: bytes
    mail_from: str
    envelope_id: str
    returns: str
    tls_wish: TlsWish
    created_at: datetime
    expires_at: datetime
    delay_notified: bool

    @property
    def tls_on_the_way(self) -> TlsWish:
        """What is asked of the connection: a report goes by any rather than be lost (RFC 8689 §5)."""
        is_report = self.tls_wish is TlsWish.REQUIRED and not self.mail_from
        return TlsWish.AS_USUAL if is_report else self.tls_wish


@dataclass(frozen=True, slots=True)
class Owed:
    """One recipient's copy that is leased to us under a token, and the attempt that was noted for it."""

    recipient_id: int
    token: int
    attempt_id: int
    attempt_count: int
    fault_count: int
    address: str
    original_address: str
    notify: str
    parcel: Parcel


@dataclass(frozen=True, slots=True)
class Claim:
    """All that one claim took, under a token of its own: whoever writes without it is refused."""

    domain: str
    owed: tuple[Owed, ...]

    def by_parcel(self) -> list[tuple[Parcel, list[Owed]]]:
        """Return the messages, each with the recipients that are owed it."""
        groups: dict[int, tuple[Parcel, list[Owed]]] = {}
        for item in self.owed:
            groups.setdefault(item.parcel.id, (item.parcel, []))[1].append(item)
        return list(groups.values())


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one recipient's copy in one attempt; the transcript as transcript.Line.

    `fault` says that an error of ours was the end of it: nobody was asked, or nobody knows what was answered.
    `tells_itself`: the server that took it reports to the sender by itself (RFC 3461).
    """

    owed: Owed
    reply: Reply
    host: str = ""
    ip: str = ""
    tls: str = ""
    transcript: Sequence[tuple[float, str, str]] = ()
    fault: bool = False
    tells_itself: bool = False


@dataclass(frozen=True, slots=True)
class Settled:
    """One message with what became of some of its recipients."""

    parcel: Parcel
    results: Sequence[Result]
