"""Accounts and their mailboxes: make, rename, recolour, show and hide, delete."""

from collections.abc import Collection
from itertools import batched, chain, count

from django.db import transaction

from webmail.models import Account, Domain, Mailbox, MailboxMessage, Role, Rule, Shown, User

from .board import UnknownMailboxError
from .change import Change
from .done import Done, Step, together
from .expunge import expunge
from .mailbox_names import MailboxError, checked, is_below, levels_below, parents
from .restore import place

MAX_MAILBOXES = 5000
# Messages taken out of a mailbox at once, so that a large one is deleted in little memory.
_BATCH = 2000
_ROLE_MAILBOXES = (
    ("Inbox", Role.INBOX),
    ("Drafts", Role.DRAFTS),
    ("Sent", Role.SENT),
    ("Archive", Role.ARCHIVE),
    ("Junk", Role.JUNK),
    ("Trash", Role.TRASH),
    ("Snoozed", Role.SNOOZED),
)


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


def create(
    account_id: int, path: str, *, color: str = "", shown: str = Shown.ALWAYS, subscribed: bool = True
) -> tuple[int, Done]:
    """Make a folder or label, and those above it that are missing; its id.

    Mail programs say by themselves what they subscribe to.
    """
    with Change([account_id]) as change:
        path, made = _with_parents(change, account_id, checked(path))
        mailbox = _create(change, account_id, path, color=color, shown=shown)
        if not subscribed:
            Mailbox.objects.filter(pk__in=[mailbox.pk, *made]).update(subscribed=False)
        inverse: Step = {"verb": "delete_mailbox", "mailbox_id": mailbox.pk}
        return mailbox.pk, Done(change.modseq(account_id), 0, (inverse, *_unmake_steps(made)))


def ensure(change: Change, account_id: int, path: str, role: Role) -> int:
    """The mailbox of a role that not everybody has, made when it is missing; `path` unless that is taken."""
    mailboxes = Mailbox.objects.filter(account_id=account_id)
    found = mailboxes.filter(role=role).values_list("pk", flat=True).first()
    if found is not None:
        return found
    taken = {name.casefold() for name in mailboxes.values_list("path", flat=True)}
    names = chain([path], (f"{path} {number}" for number in count(2)))
    free = next(name for name in names if name.casefold() not in taken)
    return _create(change, account_id, free, role=role).pk


def rename(account_id: int, mailbox_id: int, path: str) -> Done:
    """Give a mailbox another path, and those below it with it (RFC 9051 §6.3.6); uids and validity stay.

    Those above the new path that are missing are made. It can't go under itself: MailboxError("cycle").
    """
    path = checked(path)
    with Change([account_id]) as change:
        mailbox = own(account_id, mailbox_id)
        old = mailbox.path
        if is_below(path, old):
            raise MailboxError("cycle", f"{old} can't stand under itself")
        moved = [mailbox, *below(account_id, old)]
        path, made = _with_parents(change, account_id, path, but=moved)
        for row in moved:
            row.path = checked("/".join([path, *levels_below(row.path, old)]))
            row.modseq = change.modseq(account_id)
        _refuse_taken(account_id, moved)
        Mailbox.objects.bulk_update(moved, ["path", "modseq"])
        inverse: Step = {"verb": "rename_mailbox", "mailbox_id": mailbox_id, "path": old}
        return Done(change.modseq(account_id), 0, (inverse, *_unmake_steps(made)))


def recolor(account_id: int, mailbox_id: int, color: str) -> Done:
    """Give a label another colour, by its name; "" for none."""
    with Change([account_id]) as change:
        mailbox = own(account_id, mailbox_id)
        inverse: Step = {"verb": "recolor_mailbox", "mailbox_id": mailbox_id, "color": mailbox.color}
        mailbox.color, mailbox.modseq = color[:16], change.modseq(account_id)
        mailbox.save(update_fields=["color", "modseq"])
        return Done(change.modseq(account_id), 0, (inverse,))


def show(account_id: int, mailbox_id: int, shown: str) -> Done:
    """Say when the sidebar shows a label."""
    with Change([account_id]) as change:
        mailbox = own(account_id, mailbox_id)
        inverse: Step = {"verb": "show_mailbox", "mailbox_id": mailbox_id, "shown": mailbox.shown}
        mailbox.shown, mailbox.modseq = Shown(shown), change.modseq(account_id)
        mailbox.save(update_fields=["shown", "modseq"])
        return Done(change.modseq(account_id), 0, (inverse,))


def alter(account_id: int, mailbox_id: int, *, path: str, color: str, shown: str) -> Done:
    """Rename, recolour, show or hide a label: what is another than it was; "" leaves how it is shown."""
    with Change([account_id]):
        mailbox = own(account_id, mailbox_id)
        done: list[Done] = []
        if path != mailbox.path:
            done.append(rename(account_id, mailbox_id, path))
        if color != mailbox.color:
            done.append(recolor(account_id, mailbox_id, color))
        if shown and shown != mailbox.shown:
            done.append(show(account_id, mailbox_id, shown))
        return together(done)


def delete(account_id: int, mailbox_id: int) -> Done:
    """Delete a folder or label. Its messages leave it: one that stands nowhere else goes to Archive."""
    with Change([account_id]) as change:
        mailbox = own(account_id, mailbox_id)
        keys = MailboxMessage.objects.filter(mailbox_id=mailbox_id).order_by("uid")
        message_ids = list(keys.values_list("message_id", flat=True))
        gone = together(
            _take_out(account_id, mailbox_id, batch) for batch in batched(message_ids, _BATCH, strict=False)
        )
        inverse: Step = {
            "verb": "create_mailbox",
            "path": mailbox.path,
            "color": mailbox.color,
            "shown": mailbox.shown,
            "contents": [step for step in gone.inverse if step["verb"] == "place"],
            "rules": list(Rule.objects.filter(mailbox_id=mailbox_id).values_list("pk", flat=True)),
        }
        mailbox.delete()
        others = (step for step in gone.inverse if step["verb"] != "place")
        return Done(change.modseq(account_id), gone.count, (inverse, *others))


def delete_tree(account_id: int, mailbox_id: int) -> Done:
    """Delete a label and all below it."""
    with Change([account_id]):
        rows = [*below(account_id, own(account_id, mailbox_id).path)]
        deepest_first = sorted(rows, key=lambda row: row.path.count("/"), reverse=True)
        return together(delete(account_id, key) for key in (*(row.pk for row in deepest_first), mailbox_id))


def recreate(account_id: int, step: Step) -> Done:
    """Make a deleted mailbox again, with what stood in it; its uidvalidity is a new one.

    When there is one of this path meanwhile, what stood in the deleted one goes there.
    """
    with Change([account_id]) as change:
        there = [row for row in _all(account_id) if row.path.casefold() == step["path"].casefold()]
        if there:
            mailbox_id, undo = there[0].pk, tuple[Step, ...]()
        else:
            shown = step.get("shown", Shown.ALWAYS)
            mailbox_id, made = create(account_id, step["path"], color=step["color"], shown=shown)
            undo = made.inverse
        put_rules(account_id, step.get("rules", ()), mailbox_id)
        back = together(
            place(account_id, mailbox_id, content["message_ids"], content["flags"], content.get("marks"))
            for content in step["contents"]
        )
        return Done(change.modseq(account_id), back.count, undo or back.inverse, back.uids)


def put_rules(account_id: int, rule_ids: Collection[int], mailbox_id: int) -> None:
    """Let rules that put mail into a mailbox that is gone put it into this one."""
    if rule_ids:
        Rule.objects.filter(account_id=account_id, pk__in=rule_ids).update(mailbox_id=mailbox_id)


def unmake(account_id: int, mailbox_ids: Collection[int]) -> Done:
    """Delete mailboxes that were only made to stand above another, as far as nothing has come into them."""
    with Change([account_id]) as change:
        done = Done(change.modseq(account_id), 0)
        for mailbox in Mailbox.objects.filter(account_id=account_id, pk__in=mailbox_ids).order_by("-path"):
            if not (mailbox.message_count or below(account_id, mailbox.path)):
                done = together([done, delete(account_id, mailbox.pk)])
        return done


def own(account_id: int, mailbox_id: int) -> Mailbox:
    """Find a mailbox that its owner may change."""
    mailbox = Mailbox.objects.filter(pk=mailbox_id, account_id=account_id).first()
    if mailbox is None:
        raise UnknownMailboxError(f"account {account_id} has no mailbox {mailbox_id}")
    if mailbox.role:
        raise MailboxError("role", f"{mailbox.path} stays as it is")
    return mailbox


def below(account_id: int, path: str) -> list[Mailbox]:
    """List the labels under a path, those above others first."""
    return [row for row in _all(account_id) if not row.role and is_below(row.path, path)]


def _all(account_id: int) -> list[Mailbox]:
    """Read all mailboxes by path (constraint mailbox_path); SQLite folds no case but that of ASCII."""
    return list(Mailbox.objects.filter(account_id=account_id).order_by("path"))


def _take_out(account_id: int, mailbox_id: int, message_ids: Collection[int]) -> Done:
    """Take messages out of a mailbox; what would stand nowhere then goes to Archive."""
    elsewhere = set(
        MailboxMessage.objects.filter(message_id__in=message_ids)
        .exclude(mailbox_id=mailbox_id)
        .values_list("message_id", flat=True)
    )
    archive = Mailbox.objects.get(account_id=account_id, role=Role.ARCHIVE)
    alone = [key for key in message_ids if key not in elsewhere]
    kept = place(account_id, archive.pk, alone, ())
    emptied = expunge(account_id, mailbox_id, message_ids)
    return Done(emptied.modseq, emptied.count, emptied.inverse + kept.inverse)


def _with_parents(
    change: Change, account_id: int, path: str, but: Collection[Mailbox] = ()
) -> tuple[str, list[int]]:
    """Make what is missing above a path; the path as those above it are written, and the ids.

    What stands below `but` moves, and is no parent. Raises MailboxError when the path is taken.
    """
    moving = {row.pk for row in but}
    there = {row.path.casefold(): row for row in _all(account_id) if row.pk not in moving}
    if path.casefold() in there:
        raise MailboxError("exists", f"there is a mailbox {path} already")
    made: list[int] = []
    written = ""
    for parent in parents(path):
        name = parent.rpartition("/")[2]
        row = there.get(parent.casefold())
        if row is None:
            row = _create(change, account_id, f"{written}{name}")
            made.append(row.pk)
        written = f"{row.path}/"
    if len(there) + len(made) >= MAX_MAILBOXES:
        raise MailboxError("full", "there are too many mailboxes")
    return written + path.rpartition("/")[2], made


def _create(
    change: Change,
    account_id: int,
    path: str,
    *,
    role: str = "",
    color: str = "",
    shown: str = Shown.ALWAYS,
) -> Mailbox:
    """Make a mailbox under the lock of the change, with a uidvalidity that none of the account had before."""
    validity = Account.objects.values_list("next_uid_validity", flat=True).get(pk=account_id)
    Account.objects.filter(pk=account_id).update(next_uid_validity=validity + 1)
    modseq = change.modseq(account_id)
    return Mailbox.objects.create(
        account_id=account_id,
        path=path,
        role=role,
        color=color,
        shown=shown,
        uid_validity=validity,
        created_modseq=modseq,
        modseq=modseq,
        highest_modseq=modseq,
    )


def _unmake_steps(mailbox_ids: list[int]) -> tuple[Step, ...]:
    return ({"verb": "unmake_mailboxes", "mailbox_ids": mailbox_ids},) if mailbox_ids else ()


def _refuse_taken(account_id: int, moved: Collection[Mailbox]) -> None:
    others = Mailbox.objects.filter(account_id=account_id).exclude(pk__in=[row.pk for row in moved])
    taken = {path.casefold() for path in others.values_list("path", flat=True)}
    for row in moved:
        if row.path.casefold() in taken:
            raise MailboxError("exists", f"there is a mailbox {row.path} already")
