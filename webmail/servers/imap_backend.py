"""The IMAP server's way into the store: who may come in, and what the database says when it can't."""

import logging
from collections.abc import Callable
from typing import Final

from django.db import Error, connections

from mailserver.imap.backend import Peer
from mailserver.imap.replies import No, Trouble
from mailserver.sasl import Claim, Proof, Salt
from webmail.models import Door, Outcome
from webmail.store import announce, credentials, scram_salts
from webmail.store.log_ins import Visitor

from .connection_age import drop_stale_connection
from .imap_mail import ImapMail
from .imap_rolls import Rolls

log = logging.getLogger(__name__)

# What is raised is made anew each time: an exception keeps the frames that it came through.
_REFUSALS: Final = {
    Outcome.LIMITED: ("Too many tries, wait a while", "LIMIT"),
    Outcome.APP_PASSWORD_NEEDED: ("Make an app password on the web, and use that", "AUTHENTICATIONFAILED"),
    Outcome.WRONG_SCOPE: ("This app password is for something else", "AUTHENTICATIONFAILED"),
    Outcome.INACTIVE: ("This account is not active", "AUTHORIZATIONFAILED"),
}
_WRONG: Final = ("Name or password is wrong", "AUTHENTICATIONFAILED")
# Programs choose SCRAM by themselves, and their owners wonder why the password is wrong that opens elsewhere.
_NOT_PROVED: Final = (
    "Name or app password is wrong; by SCRAM only app passwords open",
    "AUTHENTICATIONFAILED",
)


class ImapBackend:
    """Mail for who has an account (mailserver.imap.backend.Backend)."""

    def __init__(self) -> None:
        self._watcher, self._rolls = announce.Watcher(), Rolls()

    def salt(self, name: str) -> Salt:
        """Give the salt of a person's app passwords."""
        return scram_salts.of(name)

    def log_in(self, claim: Claim, peer: Peer) -> tuple[ImapMail, bytes]:
        """Ask at the one door for passwords."""
        visitor = Visitor(Door.IMAP, peer.ip, peer.program)
        answer, proves = credentials.authenticate_claim(claim, visitor)
        if answer.outcome == Outcome.WRONG and isinstance(claim, Proof):
            raise No(*_NOT_PROVED)
        if not answer.is_accepted or answer.account is None:
            raise No(*_REFUSALS.get(answer.outcome, _WRONG))
        return ImapMail(answer.account.pk, answer.account.address, self._watcher, self._rolls), proves

    def run[T](self, function: Callable[..., T], *arguments: object) -> T:
        """Ask with a connection that is not stale; a database that fails is our trouble."""
        drop_stale_connection()
        try:
            return function(*arguments)
        except Error as trouble:
            log.error("The database does not answer IMAP: %s", trouble)  # noqa: TRY400 — each would repeat it
            raise Trouble from None

    def end_thread(self) -> None:
        """Close this thread's database connection."""
        connections.close_all()
