"""The mailboxes of an account, as an IMAP session that logged in has them."""

from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime

from mailserver.imap.backend import Mailbox, NewMessage, Quota
from mailserver.imap.replies import No
from mailserver.message.digest import digest
from mailserver.message.wire_form import without_nul
from webmail.models import Account, Role
from webmail.store import admissions, announce, by_uid, copy, mailboxes, queries, subscriptions
from webmail.store.add import NewMessage as StoredMessage
from webmail.store.add import Placement, add_messages
from webmail.store.board import UnknownMailboxError
from webmail.store.change import Change
from webmail.store.mailbox_names import MailboxError
from webmail.store.queries import ImapMailbox

from .admission import WatchedAdmission
from .imap_folder import ImapFolder
from .imap_rolls import Rolls

_INBOX = "INBOX"
_NO_ROLE = ""
_CODES = {"exists": "ALREADYEXISTS", "full": "LIMIT", "role": "CANNOT", "use": "USEATTR"}


class ImapMail:
    """Mail of one account (mailserver.imap.backend.Mail). Its Inbox is called INBOX there."""

    def __init__(
        self,
        account: Account,
        admission: admissions.Admission,
        watcher: announce.Watcher,
        rolls: Rolls,
    ) -> None:
        self.address = account.address
        self.admission = WatchedAdmission(admission, watcher)
        self._account_id, self._watcher, self._rolls = account.pk, watcher, rolls

    def mailboxes(self) -> list[Mailbox]:
        """Read all mailboxes, INBOX first."""
        rows = queries.imap_mailboxes(self._account_id)
        inbox = next(row.path for row in rows if row.role == Role.INBOX)
        found = [_mailbox(row, inbox) for row in rows]
        return sorted(found, key=lambda box: box.path != _INBOX)

    def deleted(self, key: int) -> int:
        """Count what is flagged as deleted."""
        return len(queries.imap_deleted(key))

    def recent(self, key: int) -> int:
        """Count what no session was told of yet."""
        return queries.imap_recent(key)

    def lost_subscriptions(self) -> list[str]:
        """Read the names of what is gone."""
        return queries.lost_subscriptions(self._account_id)

    def create(self, path: str, role: str = "") -> int:
        """Make a mailbox; those above it that are missing are made, too. There is one for a role at most."""
        with _said():
            if role:
                return subscriptions.create_for(self._account_id, self._stored(path), Role(role))
            return subscriptions.create(self._account_id, self._stored(path))

    def delete(self, path: str) -> None:
        """Delete a mailbox; what stands nowhere else goes to Archive."""
        with _said():
            subscriptions.delete(self._account_id, self._find(path).key)

    def rename(self, path: str, new_path: str) -> None:
        """Rename a mailbox; of INBOX all mail goes to a new one (RFC 9051 §6.3.6)."""
        with _said():
            found = self._find(path)
            if found.role == Role.INBOX:
                self._empty_into(found, new_path)
            else:
                mailboxes.rename(self._account_id, found.key, self._stored(new_path))

    def subscribe(self, path: str, *, is_subscribed: bool) -> None:
        """List a mailbox among those that mail programs show."""
        if not is_subscribed and subscriptions.forget(self._account_id, self._stored(path)):
            return
        subscriptions.subscribe(self._account_id, self._find(path).key, is_subscribed=is_subscribed)

    def check_append(self, path: str, size: int) -> None:
        """Refuse what can't be appended: there is no such mailbox, or no room."""
        self._target(path)
        if self._room() < size:
            raise _over()

    def append(self, path: str, messages: Sequence[NewMessage]) -> tuple[int, list[int]]:
        """Add messages by the one door into a mailbox, in one transaction.

        A program's own copy of what it has handed in stands in Sent already, and has the uid of that.
        """
        target = self._target(path)
        if self._room() < sum(len(message.raw) for message in messages):
            raise _over()
        now = datetime.now(UTC)
        new = [self._new(message, target.key, now) for message in messages]
        there = self._handed_in(target, new)
        try:
            added = add_messages([message for message, uid in zip(new, there, strict=True) if uid is None])
        except UnknownMailboxError:
            raise _missing() from None
        fresh = iter(copies[0].uids[target.key] for copies in added)
        return target.uid_validity, [next(fresh) if uid is None else uid for uid in there]

    def replace(self, key: int, uid: int, path: str, message: NewMessage) -> tuple[int, int]:
        """Add a message and take out another, in one transaction."""
        with Change([self._account_id]):
            with _said():
                by_uid.take_out(self._account_id, key, uid)
            validity, [new] = self.append(path, [message])
        return validity, new

    def quota(self) -> Quota:
        """Read what is used and what may be, 0 for no limit."""
        return Quota(*queries.imap_quota(self._account_id))

    def select(self, path: str) -> ImapFolder:
        """Open a mailbox."""
        find = lambda to: self._find(to, "TRYCREATE")  # noqa: E731
        return ImapFolder(self._account_id, self._find(path), find, self._rolls)

    async def watch(self) -> AsyncGenerator[int]:
        """Yield at once, and whenever something of the account has changed."""
        async for modseq in self._watcher.watch(self._account_id, since=0):
            yield modseq

    def _find(self, path: str, code: str = "NONEXISTENT") -> Mailbox:
        found = next((box for box in self.mailboxes() if box.path == path), None)
        if found is None:
            raise No("There is no such mailbox", code)
        return found

    def _target(self, path: str) -> Mailbox:
        found = self._find(path, "TRYCREATE")
        with _said():
            by_uid.refuse_additions(found.role)
        return found

    def _room(self) -> int:
        left = queries.room_left([self._account_id])
        return left.get(self._account_id, 1 << 62)

    def _handed_in(self, target: Mailbox, new: Sequence[StoredMessage]) -> list[int | None]:
        """Find the uid of each message that stands in Sent since it was handed in.

        A program that keeps what it sent in a folder of its own, as Outlook does, has it there by a label.
        """
        if target.role not in (Role.SENT, _NO_ROLE):
            return [None] * len(new)
        names = [message.digest.message_id for message in new]
        sent = queries.mailbox_by_role(self._account_id, Role.SENT)
        known = queries.handed_in_uids(self._account_id, sent, names)
        if known and target.key != sent:
            labelled = dict(by_uid.copy_to(self._account_id, sent, list(known.values()), target.key))
            known = {name: labelled[uid] for name, uid in known.items() if uid in labelled}
        return [known.get(name) for name in names]

    def _new(self, message: NewMessage, mailbox_id: int, now: datetime) -> StoredMessage:
        placement = Placement(
            account_id=self._account_id,
            received_at=message.received_at or now,
            mailbox_ids=(mailbox_id,),
            flags=message.flags,
        )
        raw = without_nul(message.raw) if b"\0" in message.raw else message.raw
        return StoredMessage(raw, digest(raw), (placement,))

    def _stored(self, path: str) -> str:
        """The path as the store has it: INBOX is what the account's Inbox is called."""
        if path.partition("/")[0] != _INBOX:
            return path
        inbox = next(row.path for row in queries.imap_mailboxes(self._account_id) if row.role == Role.INBOX)
        return inbox + path.removeprefix(_INBOX)

    def _empty_into(self, inbox: Mailbox, new_path: str) -> None:
        target, _ = mailboxes.create(self._account_id, self._stored(new_path))
        keys = queries.imap_message_ids(inbox.key, queries.imap_uids(inbox.key))
        copy.move_messages(self._account_id, list(keys.values()), inbox.key, target)


def _mailbox(row: ImapMailbox, inbox: str) -> Mailbox:
    path = row.path
    if path == inbox or path.startswith(f"{inbox}/"):
        path = _INBOX + path.removeprefix(inbox)
    return Mailbox(row.id, path, row.role, bool(row.subscribed), *row[4:])


def _over() -> No:
    return No("There is no room left", "OVERQUOTA")


def _missing() -> No:
    return No("There is no such mailbox", "TRYCREATE")


@contextmanager
def _said() -> Iterator[None]:
    """Say in IMAP's words what the store refuses."""
    try:
        yield
    except MailboxError as refusal:
        raise No(_sentence(str(refusal)), _CODES.get(refusal.code, "CANNOT")) from None
    except UnknownMailboxError:
        raise No("There is no such mailbox", "NONEXISTENT") from None
    except by_uid.NotByUidError as refusal:
        raise No(str(refusal), "CANNOT") from None


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
