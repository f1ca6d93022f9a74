"""What an SMTP receiver asks of its owner, grouped by the state of the session."""

from collections.abc import Sequence
from typing import Protocol

from ..sasl import Claim, Salt
from .envelope import Envelope, Findings, Login, Peer
from .reply import Reply


class Backend[Message](Protocol):
    """The `check_` methods, `read` and `deliver` block: they are called in threads of the receiver.

    An exception from any of them becomes a 451 with constant text: our trouble never makes a sender bounce.
    """

    def recall_sender(self, peer: Peer, mail_from: str, size: int) -> Reply | None:
        """Answer MAIL from memory, or None to be asked by `check_sender`. On the event loop: never blocks."""
        ...

    def check_sender(self, peer: Peer, mail_from: str, size: int) -> Reply:
        """Answer MAIL: `size` in bytes as announced, 0 when it was not."""
        ...

    def recall_recipient(self, peer: Peer, mail_from: str, recipient: str, size: int) -> Reply | None:
        """Answer RCPT from memory, or None to be asked by `check_recipient`. Never blocks either."""
        ...

    def check_recipient(self, peer: Peer, mail_from: str, recipient: str, size: int) -> Reply:
        """Answer RCPT: unknown user and full mailbox are said here, so that nothing bounces later."""
        ...

    def turn_away(self, peer: Peer, mail_from: str, recipients: Sequence[str], reply: Reply) -> None:
        """Hear of content that was not taken, as for its size, and whom it was for. Never blocks."""
        ...

    @property
    def examines(self) -> bool:
        """Whether messages are to be given to `examine`; asked once, when the server is made."""
        ...

    def examines_from(self, peer: Peer) -> bool:
        """Whether those of this peer are; asked for each message, on the event loop: never blocks."""
        ...

    def examine(self, envelope: Envelope) -> Findings | Reply:
        """Look at a message before it is stored: what was found out, or a refusal.

        Called in threads of its own; who isn't back in time is not waited for.
        """
        ...

    def read(self, envelope: Envelope) -> Message:
        """Do for `deliver` all that may be done before it, one message at a time."""
        ...

    def deliver(self, batch: Sequence[Message]) -> Sequence[Reply]:
        """Store what arrived together; a positive reply says committed and synced, one reply per message."""
        ...

    def end_thread(self) -> None:
        """Let go of what this thread holds, as a database connection: it will not call again."""
        ...


class SubmissionBackend[Message](Backend[Message], Protocol):
    """What is asked beside, where people log in to send; `peer.login` says who they are from then on."""

    def salt(self, name: str) -> Salt:
        """Give the salt of a person's keys, and a stranger's, too. Blocks."""
        ...

    def authenticate(self, peer: Peer, claim: Claim) -> Login | Reply:
        """Say who it is, or the refusal. Blocks: it may hash."""
        ...
