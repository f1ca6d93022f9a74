r"""Labels as Gmail's IMAP tells them (X-GM-LABELS): paths of mailboxes, `\Inbox` and the like, `\Starred`."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from time import monotonic

from mailserver import query
from mailserver.imap.backend import LabelChange, Mailbox
from mailserver.imap.replies import No
from webmail.models import Role, Unit
from webmail.store import conversations, flags, queries
from webmail.store.change import Change
from webmail.store.flag_names import FLAGGED
from webmail.store.queries import ImapMailbox

_STARRED = "\\Starred"
_NAMES = {
    Role.INBOX: "\\Inbox",
    Role.SENT: "\\Sent",
    Role.DRAFTS: "\\Draft",
    Role.JUNK: "\\Junk",
    Role.TRASH: "\\Trash",
}
_SECONDS = 10.0
_AT_ONCE = 2000
_NEWEST = (1 << 62) - 1


def of(account_id: int, here: Mailbox, message_ids: Sequence[int]) -> dict[int, list[str]]:
    """The labels of messages beside the mailbox that is selected."""
    names = {row.id: _name(row) for row in queries.imap_mailboxes(account_id)}
    found: dict[int, list[str]] = defaultdict(list)
    for key, mailbox_id, flagged in queries.imap_placements(account_id, message_ids):
        if mailbox_id != here.key and (name := names.get(mailbox_id, "")):
            found[key].append(name)
        if flagged and _STARRED not in found[key]:
            found[key].append(_STARRED)
    return found


def having(account_id: int, here: Mailbox, name: str) -> list[int]:
    """The uids of what has a label; of one that doesn't exist, nothing."""
    if name.lower() == _STARRED.lower():
        return queries.imap_flagged(here.key)
    key = _by_name(queries.imap_mailboxes(account_id)).get(_folded(name))
    return queries.imap_also_in(here.key, key) if key else []


def fitting(account_id: int, here: Mailbox, text: str) -> list[int]:
    """The uids of what fits a search as on the web, wherever it stands. Raises No."""
    asked = query.parse(f"in:anywhere ({text})")
    if asked.errors:
        raise No("This is no search as the web knows it", "CANNOT")
    ground = queries.ground_of(account_id, queries.mailbox_list(account_id))
    found: list[int] = []
    high, end = _NEWEST, monotonic() + _SECONDS
    while high:
        keys, high = queries.matching(ground, asked, high, _AT_ONCE, _NEWEST, unit=Unit.MESSAGE)
        found += keys
        if monotonic() > end:
            raise No("The search would take too long: ask for less", "LIMIT")
    return sorted(queries.imap_uids_of(here.key, found).values()) if found else []


def change(account_id: int, here: Mailbox, uids: Sequence[int], wanted: LabelChange) -> None:
    """Give and take labels; what stands nowhere then goes to Archive, as on the web. Raises No."""
    with Change([account_id]):
        keys = list(queries.imap_message_ids(here.key, uids).values())
        mailboxes = queries.imap_mailboxes(account_id)
        add = _ids(mailboxes, wanted.add)
        if wanted.remove is None:
            remove = {row.id for row in mailboxes if _is_label(row)} - {here.key, *add}
        else:
            remove = _ids(mailboxes, wanted.remove)
        conversations.relabel(account_id, keys, add=add, remove=remove)
        _star(account_id, keys, wanted)


def _star(account_id: int, keys: Sequence[int], wanted: LabelChange) -> None:
    star = frozenset({FLAGGED})
    if _has_star(wanted.add):
        flags.set_flags(account_id, keys, add=star)
    elif wanted.remove is None or _has_star(wanted.remove):
        flags.set_flags(account_id, keys, remove=star)


def _ids(mailboxes: Sequence[ImapMailbox], names: Iterable[str]) -> set[int]:
    known = _by_name(row for row in mailboxes if _is_label(row))
    wanted = [name for name in names if not _has_star([name])]
    missing = [name for name in wanted if _folded(name) not in known]
    if missing:
        raise No("There is no such label, or it can't be given so", "NONEXISTENT")
    return {known[_folded(name)] for name in wanted}


def _is_label(row: ImapMailbox) -> bool:
    """Tell whether it is given and taken freely: what is in the bins is moved there instead."""
    return row.role in ("", Role.INBOX)


def _by_name(mailboxes: Iterable[ImapMailbox]) -> Mapping[str, int]:
    return {_folded(name): row.id for row in mailboxes if (name := _name(row))}


def _name(row: ImapMailbox) -> str:
    """What a mailbox is called as a label; "" where it is none."""
    return _NAMES.get(Role(row.role), "") if row.role else row.path


def _has_star(names: Iterable[str]) -> bool:
    return any(name.lower() == _STARRED.lower() for name in names)


def _folded(name: str) -> str:
    """Names of the system's in any case."""
    return name.lower() if name.startswith("\\") else name
