"""Answers submission from the store: who somebody is, as whom they may write, and that it is sent."""

import logging
from collections.abc import Sequence

from django.conf import settings
from django.db import Error, connections
from django.utils import timezone

from mailserver.message.address import AddressError, normalise
from mailserver.sasl import Claim, Proof, Salt
from mailserver.smtp import trace
from mailserver.smtp.envelope import Envelope, Login, Opinion, Peer
from mailserver.smtp.replies import NOT_A_MAIL_ADDRESS, RECIPIENT_OK, SENDER_OK
from mailserver.smtp.reply import TROUBLE, Reply
from webmail.delivery import allowance, authorship, hand_in, queue_ids, verdict
from webmail.delivery.directory import Directory
from webmail.delivery.submit import Problem, SubmitError
from webmail.models import Account, Door, Outcome
from webmail.store import credentials, scram_salts
from webmail.store.log_ins import Visitor

from .connection_age import drop_stale_connection

log = logging.getLogger(__name__)

GONE = Reply(550, "5.7.13", "Your account is switched off")
NOT_YOURS = Reply(553, "5.7.1", "This is not an address of yours")
ENOUGH_TODAY = Reply(452, "4.5.3", "You have sent as much as you may in a day, try again later")

_REFUSALS = {
    Outcome.WRONG: Reply(535, "5.7.8", "Name or password is wrong"),
    Outcome.WRONG_SCOPE: Reply(535, "5.7.8", "This app password is not for sending mail"),
    Outcome.APP_PASSWORD_NEEDED: Reply(534, "5.7.9", "Use an app password: your account has a second step"),
    Outcome.INACTIVE: Reply(525, "5.7.13", "This account is switched off"),
    Outcome.LIMITED: Reply(454, "4.7.0", "Too many failed log-ins, try again later"),
}
# Programs choose SCRAM by themselves, and their owners wonder why the password is wrong that opens elsewhere.
_NOT_PROVED = Reply(535, "5.7.8", "Name or app password is wrong; by SCRAM only app passwords open")
_PROBLEMS = {
    Problem.BAD_ADDRESS: NOT_A_MAIL_ADDRESS,
    Problem.TOO_MANY_RECIPIENTS: Reply(554, "5.5.3", "Too many recipients"),
    Problem.TOO_LARGE: Reply(552, "5.3.4", "Message is too large"),
    Problem.SEVERAL_FROM: Reply(550, "5.6.0", "The message has more than one From field"),
    Problem.TOO_MUCH_TODAY: ENOUGH_TODAY,
}


class SubmissionBackend:
    """Mail from people of ours to anybody (mailserver.smtp.backend.SubmissionBackend)."""

    examines = False

    def __init__(self) -> None:
        self._directory = Directory()

    # --- Who they are

    def salt(self, name: str) -> Salt:
        """Give the salt of a person's app passwords."""
        drop_stale_connection()
        return scram_salts.of(name)

    def authenticate(self, peer: Peer, claim: Claim) -> Login | Reply:
        """Ask the one door for passwords."""
        drop_stale_connection()
        visitor = Visitor(Door.SMTP, peer.ip)
        answer, proves = credentials.authenticate_claim(claim, visitor)
        if answer.outcome == Outcome.WRONG and isinstance(claim, Proof):
            return _NOT_PROVED
        if answer.account is None or not answer.is_accepted:
            return _REFUSALS[answer.outcome]
        return Login(answer.account.address, answer.account.pk, proves)

    # --- What they send

    def recall_sender(self, _peer: Peer, _mail_from: str, _size: int) -> Reply | None:
        """What may change in a moment is asked each time."""
        return None

    def check_sender(self, peer: Peer, mail_from: str, _size: int) -> Reply:
        """Let them write as themselves only; the null sender is for notices of reading (RFC 8098 §3)."""
        drop_stale_connection()
        account = _account(peer)
        if account is None:
            return GONE
        if mail_from and authorship.foreign(account, [mail_from]):
            return NOT_YOURS
        return SENDER_OK if allowance.is_left(account.pk, 1, timezone.now()) else ENOUGH_TODAY

    def recall_recipient(self, _peer: Peer, _mail_from: str, _recipient: str, _size: int) -> Reply | None:
        """The same."""
        return None

    def check_recipient(self, _peer: Peer, _mail_from: str, recipient: str, _size: int) -> Reply:
        """Say at once who is unknown here; who is full, or elsewhere, is the queue's business."""
        drop_stale_connection()
        try:
            normalise(recipient if "@" in recipient else f"{recipient}@here.invalid")
        except AddressError:
            return NOT_A_MAIL_ADDRESS
        found = self._directory.look_up([recipient])[recipient]
        return verdict.UNKNOWN if found.is_local and not found.leads_somewhere else RECIPIENT_OK

    def turn_away(self, _peer: Peer, _mail_from: str, _recipients: Sequence[str], _reply: Reply) -> None:
        """Who hands it in reads the answer, and nobody waits for it yet."""

    def examine(self, _envelope: Envelope) -> Opinion | Reply | None:
        """Nobody is asked about our own people's mail."""
        return None

    def read(self, envelope: Envelope) -> hand_in.Handed:
        """Read the message."""
        return hand_in.read(envelope)

    def deliver(self, batch: Sequence[hand_in.Handed]) -> Sequence[Reply]:
        """Send each in a transaction of its own; a positive reply says committed."""
        drop_stale_connection()
        return [_send(handed) for handed in batch]

    def end_thread(self) -> None:
        """Close this thread's database connection."""
        connections.close_all()


def _send(handed: hand_in.Handed) -> Reply:
    login = handed.envelope.peer.login
    assert login is not None
    received = trace.submitted(handed.envelope, by=settings.MAIL_HOSTNAME, queue_id=queue_ids.make())
    try:
        sent = hand_in.send(handed, login.key, received)
    except SubmitError as error:
        return _PROBLEMS.get(error.problem) or _not_yours(error.addresses)
    except Account.DoesNotExist:
        return GONE
    except Error as trouble:
        log.error("The database does not take mail: %s", trouble)  # noqa: TRY400 — each would repeat it
        return TROUBLE
    return Reply(250, "2.0.0", f"Queued as {sent.pk}")


def _not_yours(addresses: Sequence[str]) -> Reply:
    named = next((each for each in addresses if each.isascii() and each.isprintable()), "")[:200]
    return Reply(550, "5.7.1", f"You can't send as {named or 'this'}: it is not an address of yours")


def _account(peer: Peer) -> Account | None:
    """Open the account of who has logged in, while it is there and they may."""
    key = peer.login.key if peer.login else 0
    return Account.objects.filter(pk=key, is_active=True, user__is_active=True).first()
