"""The IMAP server's way into the store: who may come in, and what the database says when it can't."""

import logging
from collections.abc import Callable
from typing import Final

from django.db import Error, connections

from mailserver.imap.backend import Peer
from mailserver.imap.replies import TROUBLE, No
from mailserver.sasl import Claim, Password, Salt
from webmail.models import Door, Outcome
from webmail.store import announce, credentials, scram_salts
from webmail.store.log_ins import Visitor

from .connection_age import drop_stale_connection
from .imap_mail import ImapMail

log = logging.getLogger(__name__)

_REFUSALS: Final = {
    Outcome.LIMITED: No("Too many tries, wait a while", "LIMIT"),
    Outcome.APP_PASSWORD_NEEDED: No("Make an app password on the web, and use that", "AUTHENTICATIONFAILED"),
    Outcome.WRONG_SCOPE: No("This app password is for something else", "AUTHENTICATIONFAILED"),
    Outcome.INACTIVE: No("This account is not active", "AUTHORIZATIONFAILED"),
}
_WRONG: Final = No("Name or password is wrong", "AUTHENTICATIONFAILED")
# Programs choose SCRAM by themselves, and their owners wonder why the password is wrong that opens elsewhere.
_NOT_PROVED: Final = No(
    "Name or app password is wrong; by SCRAM only app passwords open", "AUTHENTICATIONFAILED"
)


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
        if isinstance(claim, Password):
            answer, proves = credentials.authenticate(claim.name, claim.password, visitor), b""
        else:
            answer, proves = credentials.authenticate_by_proof(claim, visitor)
            if answer.outcome == Outcome.WRONG:
                raise _NOT_PROVED
        if not answer.is_accepted or answer.account is None:
            raise _REFUSALS.get(answer.outcome, _WRONG)
        return ImapMail(answer.account.pk, answer.account.address, self._watcher), proves

    def run[T](self, function: Callable[..., T], *arguments: object) -> T:
        """Ask with a connection that is not stale; a database that fails is our trouble."""
        drop_stale_connection()
        try:
            return function(*arguments)
        except Error as trouble:
            log.error("The database does not answer IMAP: %s", trouble)  # noqa: TRY400 — each would repeat it
            raise TROUBLE from None

    def end_thread(self) -> None:
        """Close this thread's database connection."""
        connections.close_all()
