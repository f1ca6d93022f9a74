"""Bring mail from files into an account, and write it out again."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import batched
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.utils import timezone

from mailserver.message.digest import digest
from webmail.models import MailboxMessage, Message

from . import blobs, mailboxes, queries
from .add import NewMessage, Placement, add_messages
from .flag_names import ANSWERED, DRAFT, FLAGGED, SEEN, flags_of
from .mail_files import FoundMessage, RefusedMessage, files, read

_BATCH = 50
_BATCH_BYTES = 8 * 1024 * 1024


@dataclass(slots=True)
class Brought:
    """What became of an import: messages added, known already, refused with their reason."""

    added: int = 0
    known: int = 0
    refused: list[RefusedMessage] = field(default_factory=list)


def bring(
    account_id: int, path: Path, folder: str = "", progress: Callable[[int, int], None] = lambda *_: None
) -> Brought:
    """Import everything under a path; messages that the account has to the byte are left out.

    They go to `folder`, else to the folder a Maildir has them in, else to the Inbox. `progress` is told the
    bytes read and the bytes in all.
    """
    brought, paths = Brought(), files(path)
    total, done = sum(file.stat().st_size for file in paths), 0
    batch: list[FoundMessage] = []
    for file in paths:
        for found in read(file, path, settings.MAX_MESSAGE_BYTES):
            if isinstance(found, RefusedMessage):
                brought.refused.append(found)
                continue
            batch.append(found)
            done += len(found.raw)
            if len(batch) >= _BATCH or sum(len(one.raw) for one in batch) >= _BATCH_BYTES:
                _add(account_id, batch, folder, brought)
                batch = []
                progress(min(done, total), total)
    _add(account_id, batch, folder, brought)
    progress(total, total)
    return brought


def export(account_id: int, stream: BinaryIO, mailbox_id: int | None = None) -> int:
    """Write messages as an mbox (mboxrd: "From " is quoted, and so is what was quoted), each once."""
    count = 0
    for row in _exported(account_id, mailbox_id):
        message = row.message
        raw = bytes(message.prefix) + blobs.read(message.blob_id)
        stream.write(_as_mbox(raw, message, flags_of(row)))
        count += 1
    return count


def _add(account_id: int, batch: list[FoundMessage], folder: str, brought: Brought) -> None:
    hashes = [hashlib.sha256(found.raw).digest() for found in batch]
    rows = Message.objects.filter(account_id=account_id, orphaned_at=None, blob__sha256__in=hashes)
    known = {bytes(sha) for sha in rows.values_list("blob__sha256", flat=True)}
    room = queries.room_left([account_id]).get(account_id)
    names = {folder or found.folder for found in batch} - {""}
    boxes = {name: _mailbox(account_id, name) for name in names}
    new = []
    for found, sha in zip(batch, hashes, strict=True):
        if sha in known:
            brought.known += 1
            continue
        known.add(sha)
        if room is not None:
            if len(found.raw) > room:
                brought.refused.append(RefusedMessage(found.source, "does not fit: the mailbox is full"))
                continue
            room -= len(found.raw)
        new.append(_new(account_id, found, boxes.get(folder or found.folder)))
    add_messages(new)
    brought.added += len(new)


def _new(account_id: int, found: FoundMessage, mailbox_id: int | None) -> NewMessage:
    read_once = digest(found.raw)
    return NewMessage(
        found.raw,
        read_once,
        (
            Placement(
                account_id=account_id,
                received_at=found.received_at or read_once.sent_at or timezone.now(),
                flags=found.flags,
                mailbox_ids=(mailbox_id,) if mailbox_id else (),
                roles=() if mailbox_id else ("inbox",),
            ),
        ),
    )


def _mailbox(account_id: int, folder: str) -> int:
    """Find the mailbox by its path, whatever its case, or make it."""
    for row in queries.mailbox_list(account_id):
        if folder.casefold() in (row.path.casefold(), row.role):
            return row.id
    return mailboxes.create(account_id, folder)[0]


def _exported(account_id: int, mailbox_id: int | None) -> Iterator[MailboxMessage]:
    rows = MailboxMessage.objects.filter(account_id=account_id)
    if mailbox_id is not None:
        rows = rows.filter(mailbox_id=mailbox_id)
    first = dict(rows.order_by("-pk").values_list("message_id", "pk"))
    for keys in batched(sorted(first.values()), _BATCH, strict=False):
        yield from MailboxMessage.objects.filter(pk__in=keys).select_related("message").order_by("pk")


def _as_mbox(raw: bytes, message: Message, flags: frozenset[str]) -> bytes:
    """Write one message with the lines that mail programs expect; line ends are LF."""
    raw = raw.replace(b"\r\n", b"\n")
    head, gap, body = raw.partition(b"\n\n")
    sender = message.from_address.encode("ascii", "replace").replace(b" ", b"_") or b"MAILER-DAEMON"
    letters = "".join(
        letter for flag, letter in ((ANSWERED, "A"), (FLAGGED, "F"), (DRAFT, "T")) if flag in flags
    )
    status = f"Status: {'R' if SEEN in flags else ''}O\nX-Status: {letters}".encode()
    quoted = b"\n".join(
        b">" + line if line.lstrip(b">").startswith(b"From ") else line for line in body.split(b"\n")
    )
    opening = b"From %s %s\n" % (sender, message.received_at.strftime("%a %b %d %H:%M:%S %Y").encode())
    return opening + head.rstrip(b"\n") + b"\n" + status + (gap or b"\n\n") + quoted + b"\n"
