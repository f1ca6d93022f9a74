"""The POP3 server's way into the store: who may come in, and the Inbox as their maildrop."""

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import ExitStack
from typing import Final

from mailserver.pop3.backend import Listing
from mailserver.pop3.replies import No, Trouble
from mailserver.sasl import Claim, Salt
from webmail.models import Account, AppPassword, Door, Outcome
from webmail.store import announce, credentials, maildrops, queries, scram_salts
from webmail.store.log_ins import Visitor

from . import database
from .admission import WatchedAdmission
from .denials import denial

_CODES: Final = {Outcome.LIMITED: "SYS/TEMP", Outcome.INACTIVE: "SYS/PERM"}


class Pop3Backend:
    """Maildrops for who has an account (mailserver.pop3.backend.Backend)."""

    def __init__(self) -> None:
        self._watcher = announce.Watcher()

    def salt(self, name: str) -> Salt:
        """Give the salt of a person's app passwords."""
        return scram_salts.of(name)

    def log_in(self, claim: Claim, ip: str) -> tuple["Pop3Owner", bytes]:
        """Ask at the one door for passwords."""
        answer, proves = credentials.authenticate_claim(claim, Visitor(Door.POP3, ip))
        if not answer.is_accepted or answer.account is None:
            raise No(denial(answer.outcome, claim), _CODES.get(answer.outcome, "AUTH"))
        admission = WatchedAdmission(answer.admission(Door.POP3), self._watcher)
        return Pop3Owner(answer.account, answer.app_password, admission), proves

    def hold_on(self, tokens: Collection[str]) -> None:
        """Keep these open."""
        maildrops.hold_on(tokens)

    def run[T](self, function: Callable[..., T], *arguments: object) -> T:
        """Ask with a connection that is not stale; a database that fails is our trouble."""
        return database.ask(Door.POP3, Trouble, function, *arguments)

    def end_thread(self) -> None:
        """Close this thread's database connection."""
        database.end_thread()


class Pop3Owner:
    """Somebody who logged in (mailserver.pop3.backend.Owner)."""

    def __init__(
        self, account: Account, app_password: AppPassword | None, admission: WatchedAdmission
    ) -> None:
        self.admission = admission
        self._account_id = account.pk
        self._app_password_id = app_password.pk if app_password else None
        self._keeps = app_password is not None and app_password.pop3_keeps

    def open(self) -> "Pop3Maildrop":
        """Open the Inbox, of which one program at a time has a list."""
        try:
            token = maildrops.hold(self._account_id)
        except maildrops.MaildropBusyError:
            raise No("Another program has the mailbox open", "IN-USE") from None
        with ExitStack() as undo:
            undo.callback(maildrops.let_go, token)
            found = queries.maildrop(self._account_id, self._app_password_id)
            undo.pop_all()
        listing = Listing(str(found.uid_validity), found.message_ids, found.sizes)
        return Pop3Maildrop(self._account_id, token, listing, self._app_password_id if self._keeps else None)


class Pop3Maildrop:
    """The Inbox of an account (mailserver.pop3.backend.Maildrop).

    With `keeps_for`, an app password, nothing is deleted: its program is shown it no more.
    """

    def __init__(self, account_id: int, token: str, listing: Listing, keeps_for: int | None) -> None:
        self.listing, self.token = listing, token
        self._account_id, self._keeps_for = account_id, keeps_for

    def bodies(self, keys: Sequence[int]) -> Mapping[int, bytes]:
        """Read messages whole: three statements."""
        found = queries.imap_bodies(self._account_id, keys)
        return {key: body.prefix + body.blob for key, body in found.items()}

    def piece(self, key: int, start: int, end: int) -> bytes:
        """Read a stretch of a message."""
        try:
            return queries.imap_piece(self._account_id, key, start, end)
        except LookupError:
            raise No("This message is gone") from None

    def commit(self, deleted: Sequence[int]) -> None:
        """Delete, or keep where the owner said so."""
        try:
            if self._keeps_for is None:
                maildrops.delete(self._account_id, self.token, deleted)
            else:
                maildrops.withhold(self._keeps_for, self.token, deleted)
        except maildrops.LeaseLostError:
            raise Trouble("The mailbox was left alone for too long") from None

    def let_go(self) -> None:
        """Delete nothing."""
        maildrops.let_go(self.token)
