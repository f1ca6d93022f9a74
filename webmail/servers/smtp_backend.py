"""Answers the SMTP receiver from the store: who is known here, who has room, and what is delivered."""

import logging
from collections.abc import Sequence

from django.db import Error, connections

from mailserver.smtp.envelope import Envelope, Findings, Peer
from mailserver.smtp.replies import SENDER_OK
from mailserver.smtp.reply import TROUBLE, Reply
from webmail.delivery import inbound, verdict
from webmail.delivery.directory import Directory
from webmail.delivery.reception import Reception
from webmail.delivery.turned_away import TurnedAway
from webmail.delivery.verdict import Recipient

from .connection_age import drop_stale_connection

log = logging.getLogger(__name__)


class SmtpBackend:
    """Mail from anybody for accounts of ours (mailserver.smtp.backend.Backend)."""

    def __init__(self) -> None:
        self._directory = Directory()
        self._reception = Reception()
        self._turned_away = TurnedAway()

    def recall_sender(self, peer: Peer, mail_from: str, size: int) -> Reply | None:
        """Anybody may write to us; size and room were checked."""
        return self.check_sender(peer, mail_from, size)

    def check_sender(self, _peer: Peer, _mail_from: str, _size: int) -> Reply:
        """Anybody may write to us."""
        return SENDER_OK

    def recall_recipient(self, peer: Peer, mail_from: str, recipient: str, size: int) -> Reply | None:
        """Answer for who was asked for a moment ago."""
        found = self._directory.recall(recipient)
        return self._answer(peer, mail_from, recipient, found, size) if found else None

    def check_recipient(self, peer: Peer, mail_from: str, recipient: str, size: int) -> Reply:
        """Say unknown user and full mailbox now; ask the database."""
        drop_stale_connection()
        if self._turned_away.is_due:
            self._turned_away.flush(self._directory.look_up)
        try:
            found = self._directory.look_up([recipient])[recipient]
            return self._answer(peer, mail_from, recipient, found, size)
        except Error as trouble:
            log.error("The database does not know recipients: %s", trouble)  # noqa: TRY400 — each would repeat it
            return TROUBLE

    def _answer(self, peer: Peer, mail_from: str, recipient: str, found: Recipient, size: int) -> Reply:
        """Decide, and remember whom somebody here may miss."""
        reply = verdict.decide(found, size, mail_from)
        if not reply.positive and found.accounts:
            self._turned_away.note(peer.ip, mail_from, recipient, found.accounts, reply)
        return reply

    def turn_away(self, peer: Peer, mail_from: str, recipients: Sequence[str], reply: Reply) -> None:
        """Remember for them what came and was not taken."""
        for recipient in recipients:
            self._turned_away.note(peer.ip, mail_from, recipient, None, reply)

    @property
    def examines(self) -> bool:
        """Always: who the sender is."""
        return True

    def examines_from(self, peer: Peer) -> bool:
        """Not those of our own networks, unless something is asked of every message."""
        return self._reception.covers(peer.ip)

    def examine(self, envelope: Envelope) -> Findings | Reply:
        """Find out who the sender is and what is thought of it; what is refused is noted for its readers."""
        drop_stale_connection()
        found = self._reception.examine(envelope, lambda: self._by_account(envelope.recipients))
        if self._reception.tally.is_due:
            self._reception.tally.flush()
        return found

    def _by_account(self, recipients: Sequence[str]) -> dict[int, str]:
        known = self._directory.look_up(recipients)
        return {key: name for name, each in known.items() for key in each.accounts}

    def read(self, envelope: Envelope) -> inbound.Arrived:
        """Read the message, and make it ready to be stored."""
        return inbound.read(envelope)

    def deliver(self, batch: Sequence[inbound.Arrived]) -> Sequence[Reply]:
        """Store a group in one transaction."""
        drop_stale_connection()
        return inbound.receive(batch, self._directory)

    def end_thread(self) -> None:
        """Write down what was counted, and close this thread's database connection."""
        self._reception.tally.flush()
        self._turned_away.flush(self._directory.look_up)
        connections.close_all()
