"""The IMAP server's way into the store: who may come in, and what the database says when it can't."""

from collections.abc import Callable
from typing import Final

from mailserver.imap.backend import Peer
from mailserver.imap.replies import No, Trouble
from mailserver.sasl import Claim, Salt
from webmail.models import Door, Outcome
from webmail.store import announce, credentials, scram_salts
from webmail.store.log_ins import Visitor

from . import database
from .denials import denial
from .imap_mail import ImapMail

_CODES: Final = {Outcome.LIMITED: "LIMIT", Outcome.INACTIVE: "AUTHORIZATIONFAILED"}


class ImapBackend:
    """Mail for who has an account (mailserver.imap.backend.Backend)."""

    def __init__(self) -> None:
        self._watcher = announce.Watcher()

    def salt(self, name: str) -> Salt:
        """Give the salt of a person's app passwords."""
        return scram_salts.of(name)

    def log_in(self, claim: Claim, peer: Peer) -> tuple[ImapMail, bytes]:
        """Ask at the one door for passwords."""
        visitor = Visitor(Door.IMAP, peer.ip, peer.program)
        answer, proves = credentials.authenticate_claim(claim, visitor)
        if not answer.is_accepted or answer.account is None:
            raise No(denial(answer.outcome, claim), _CODES.get(answer.outcome, "AUTHENTICATIONFAILED"))
        return ImapMail(answer.account, answer.admission(Door.IMAP), self._watcher), proves

    def run[T](self, function: Callable[..., T], *arguments: object) -> T:
        """Ask with a connection that is not stale; a database that fails is our trouble."""
        return database.ask(Door.IMAP, Trouble, function, *arguments)

    def end_thread(self) -> None:
        """Close this thread's database connection."""
        database.end_thread()
