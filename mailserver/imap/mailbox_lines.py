"""What is told of a mailbox that is not selected: lines of LIST and STATUS (RFC 9051 §7.3.1, §7.3.4)."""

from collections.abc import Collection, Iterable, Mapping

from . import answers
from .backend import Mailbox

ROLES = {
    "drafts": "\\Drafts",
    "sent": "\\Sent",
    "junk": "\\Junk",
    "trash": "\\Trash",
    "archive": "\\Archive",
    "snoozed": "\\Snoozed",
    "scheduled": "\\Scheduled",
}


def list_line(word: bytes, path: str, flags: Collection[str], more: bytes = b"", *, utf8: bool) -> bytes:
    """A line of LIST or LSUB."""
    return b'%b (%b) "/" %b%b' % (word, " ".join(flags).encode(), answers.mailbox(path, utf8=utf8), more)


def changed_line(box: Mailbox, *, old_path: str = "", is_gone: bool = False, utf8: bool) -> bytes:
    """What became of a mailbox: it is here, or gone, or was called otherwise (RFC 5465 §5.4)."""
    flags = ["\\NonExistent"] if is_gone else []
    if box.is_subscribed and not is_gone:
        flags.append("\\Subscribed")
    if box.role in ROLES and not is_gone:
        flags.append(ROLES[box.role])
    more = b' ("OLDNAME" (%b))' % answers.mailbox(old_path, utf8=utf8) if old_path else b""
    return list_line(b"LIST", box.path, flags, more, utf8=utf8)


def status_line(box: Mailbox, items: Iterable[str], others: Mapping[str, str], *, utf8: bool) -> bytes:
    """STATUS with these items; `others` has those that a mailbox doesn't know of itself."""
    values = {
        "MESSAGES": str(box.messages),
        "UIDNEXT": str(box.uid_next),
        "UIDVALIDITY": str(box.uid_validity),
        "UNSEEN": str(box.unseen),
        "SIZE": str(box.size),
        "HIGHESTMODSEQ": str(max(box.highest_modseq, 1)),
        "MAILBOXID": f"(F{box.key})",
        **others,
    }
    told = " ".join(f"{item} {values[item]}" for item in dict.fromkeys(items))
    return b"STATUS %b (%b)" % (answers.mailbox(box.path, utf8=utf8), told.encode())
