"""The IMAP server's way into the store: who may come in, and what the database says when it can't."""

import logging
from collections.abc import Callable
from typing import Final

from django.db import Error, connections

from mailserver.imap.backend import Peer
from mailserver.imap.replies import TROUBLE, No
from webmail.models import Door, Outcome
from webmail.store import announce, credentials
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


class ImapBackend:
    """Mail for who has an account (mailserver.imap.backend.Backend)."""

    def __init__(self) -> None:
        self._watcher = announce.Watcher()

    def log_in(self, address: str, password: str, peer: Peer) -> ImapMail:
        """Ask at the one door for passwords."""
        answer = credentials.authenticate(address, password, Visitor(Door.IMAP, peer.ip, peer.program))
        if not answer.is_accepted or answer.account is None:
            raise _REFUSALS.get(answer.outcome, _WRONG)
        return ImapMail(answer.account.pk, answer.account.address, self._watcher)

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
