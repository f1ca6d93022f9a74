"""Accounts and their mailboxes: make, rename, recolour, delete."""

from collections.abc import Collection
from itertools import chain, count

from django.db import transaction

from webmail.models import Account, Domain, Mailbox, MailboxMessage, Role, User

from .board import UnknownMailboxError
from .change import Change
from .done import Done, Step, together
from .expunge import expunge
from .restore import place

MAX_PATH = 1000
MAX_LEVELS = 20
_INBOX = "inbox"
_ROLE_MAILBOXES = (
    ("Inbox", Role.INBOX),
    ("Drafts", Role.DRAFTS),
    ("Sent", Role.SENT),
    ("Archive", Role.ARCHIVE),
    ("Junk", Role.JUNK),
    ("Trash", Role.TRASH),
    ("Snoozed", Role.SNOOZED),
)


class MailboxError(ValueError):
    """A mailbox can't be so named, or can't be changed; `code` says why in one word."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def create_account(user: User, address: str, name: str = "") -> Account:
    """Open an account with its first mailboxes; its domain (A-labels) is made when it is missing."""
    spec = address.strip().lower()
    with transaction.atomic():
        domain, _ = Domain.objects.get_or_create(name=spec.rpartition("@")[2])
        account = Account.objects.create(user=user, domain=domain, address=spec, name=name)
        with Change([account.pk]) as change:
            for path, role in _ROLE_MAILBOXES:
                _create(change, account.pk, path, role=role)
    account.refresh_from_db()
    return account


def create(account_id: int, path: str, *, color: str = "") -> tuple[int, Done]:
    """Make a folder or label, and those above it that are missing; its id."""
    with Change([account_id]) as change:
        mailbox = _create_with_parents(change, account_id, _checked(path), color)
        inverse: Step = {"verb": "delete_mailbox", "mailbox_id": mailbox.pk}
        return mailbox.pk, Done(change.modseq(account_id), 0, (inverse,))


def ensure(change: Change, account_id: int, path: str, role: Role) -> int:
    """The mailbox of a role that not everybody has, made when it is missing; `path` unless that is taken."""
    found = Mailbox.objects.filter(account_id=account_id, role=role).values_list("pk", flat=True).first()
    if found is not None:
        return found
    taken = _paths(account_id)
    names = chain([path], (f"{path} {number}" for number in count(2)))
    free = next(name for name in names if name.casefold() not in taken)
    return _create(change, account_id, free, role=role).pk


def rename(account_id: int, mailbox_id: int, path: str) -> Done:
    """Give a mailbox another path, and those below it with it (RFC 9051 §6.3.6); uids and validity stay."""
    path = _checked(path)
    with Change([account_id]) as change:
        mailbox = _own(account_id, mailbox_id)
        old = mailbox.path
        below = Mailbox.objects.filter(account_id=account_id, path__startswith=f"{old}/")
        moved = [mailbox, *(row for row in below if row.path.startswith(f"{old}/"))]
        for row in moved:
            row.path = _checked(path + row.path[len(old) :])
            row.modseq = change.modseq(account_id)
        _refuse_taken(account_id, moved)
        Mailbox.objects.bulk_update(moved, ["path", "modseq"])
        inverse: Step = {"verb": "rename_mailbox", "mailbox_id": mailbox_id, "path": old}
        return Done(change.modseq(account_id), 0, (inverse,))


def recolor(account_id: int, mailbox_id: int, color: str) -> Done:
    """Give a label another colour, by its name; "" for none."""
    with Change([account_id]) as change:
        mailbox = _own(account_id, mailbox_id)
        inverse: Step = {"verb": "recolor_mailbox", "mailbox_id": mailbox_id, "color": mailbox.color}
        mailbox.color, mailbox.modseq = color[:16], change.modseq(account_id)
        mailbox.save(update_fields=["color", "modseq"])
        return Done(change.modseq(account_id), 0, (inverse,))


def delete(account_id: int, mailbox_id: int) -> Done:
    """Delete a folder or label. Its messages leave it: one that stands nowhere else goes to Archive."""
    with Change([account_id]) as change:
        mailbox = _own(account_id, mailbox_id)
        rows = MailboxMessage.objects.filter(mailbox_id=mailbox_id).order_by("uid")
        message_ids = list(rows.values_list("message_id", flat=True))
        kept = _keep_in_archive(account_id, mailbox_id, message_ids)
        emptied = expunge(account_id, mailbox_id, message_ids)
        inverse: Step = {
            "verb": "create_mailbox",
            "path": mailbox.path,
            "color": mailbox.color,
            "contents": list(emptied.inverse),
        }
        mailbox.delete()
        return Done(change.modseq(account_id), emptied.count, (inverse, *kept.inverse))


def recreate(account_id: int, step: Step) -> Done:
    """Make a deleted mailbox again, with what stood in it; its uidvalidity is a new one."""
    with Change([account_id]) as change:
        mailbox = _create_with_parents(change, account_id, step["path"], step["color"])
        back = together(
            place(account_id, mailbox.pk, content["message_ids"], content["flags"], content.get("marks"))
            for content in step["contents"]
        )
        inverse: Step = {"verb": "delete_mailbox", "mailbox_id": mailbox.pk}
        return Done(change.modseq(account_id), back.count, (inverse,), back.uids)


def _paths(account_id: int) -> set[str]:
    rows = Mailbox.objects.filter(account_id=account_id).values_list("path", flat=True)
    return {path.casefold() for path in rows}


def _keep_in_archive(account_id: int, mailbox_id: int, message_ids: Collection[int]) -> Done:
    """Stand in Archive what would stand nowhere without this mailbox."""
    elsewhere = set(
        MailboxMessage.objects.filter(message_id__in=message_ids)
        .exclude(mailbox_id=mailbox_id)
        .values_list("message_id", flat=True)
    )
    archive = Mailbox.objects.get(account_id=account_id, role=Role.ARCHIVE)
    return place(account_id, archive.pk, [key for key in message_ids if key not in elsewhere], ())


def _create_with_parents(change: Change, account_id: int, path: str, color: str) -> Mailbox:
    levels = path.split("/")
    existing = _paths(account_id)
    if path.casefold() in existing:
        raise MailboxError("exists", f"there is a mailbox {path} already")
    for depth in range(1, len(levels)):
        parent = "/".join(levels[:depth])
        if parent.casefold() not in existing:
            _create(change, account_id, parent)
    return _create(change, account_id, path, color=color)


def _create(change: Change, account_id: int, path: str, *, role: str = "", color: str = "") -> Mailbox:
    """Make a mailbox under the lock of the change, with a uidvalidity that none of the account had before."""
    validity = Account.objects.values_list("next_uid_validity", flat=True).get(pk=account_id)
    Account.objects.filter(pk=account_id).update(next_uid_validity=validity + 1)
    modseq = change.modseq(account_id)
    return Mailbox.objects.create(
        account_id=account_id,
        path=path,
        role=role,
        color=color,
        uid_validity=validity,
        created_modseq=modseq,
        modseq=modseq,
        highest_modseq=modseq,
    )


def _checked(path: str) -> str:
    """Refuse names that no client could show or reach; levels are parted by "/"."""
    levels = [level.strip() for level in path.split("/")]
    path = "/".join(levels)
    if not all(levels) or not path.isprintable():
        raise MailboxError("name", "a mailbox needs a name of printable characters")
    if len(path) > MAX_PATH or len(levels) > MAX_LEVELS:
        raise MailboxError("long", "the name of the mailbox is too long")
    if path.casefold() == _INBOX:
        raise MailboxError("exists", "there is one Inbox")
    return path


def _own(account_id: int, mailbox_id: int) -> Mailbox:
    """Find a mailbox that its owner may change."""
    mailbox = Mailbox.objects.filter(pk=mailbox_id, account_id=account_id).first()
    if mailbox is None:
        raise UnknownMailboxError(f"account {account_id} has no mailbox {mailbox_id}")
    if mailbox.role:
        raise MailboxError("role", f"{mailbox.path} stays as it is")
    return mailbox


def _refuse_taken(account_id: int, moved: Collection[Mailbox]) -> None:
    others = Mailbox.objects.filter(account_id=account_id).exclude(pk__in=[row.pk for row in moved])
    taken = {path.casefold() for path in others.values_list("path", flat=True)}
    for row in moved:
        if row.path.casefold() in taken:
            raise MailboxError("exists", f"there is a mailbox {row.path} already")
