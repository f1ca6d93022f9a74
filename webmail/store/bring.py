"""Bring mail into an account, from files or from elsewhere, and write it out again."""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.utils import timezone

from mailserver.message.digest import digest
from webmail.models import Message, Role

from . import copy, mail_archives, mailboxes, mbox, queries
from .add import NewMessage, Placement, add_messages
from .mail_files import Found, FoundMessage, RefusedMessage
from .mailbox_names import MailboxError

_BATCH = 50
_BATCH_BYTES = 8 * 1024 * 1024
_INBOX, _ARCHIVE = "inbox", "archive"


@dataclass(slots=True)
class Brought:
    """What became of an import: messages added, known already, refused with their reason."""

    added: int = 0
    known: int = 0
    refused: list[RefusedMessage] = field(default_factory=list)


class Bringer:
    """Adds messages to an account, a batch at a time; those it has to the byte are not added again.

    They go to `folder`, else to where each was, else to the Inbox. What is known gets its labels, too.
    """

    def __init__(self, account_id: int, folder: str = "") -> None:
        self.brought = Brought()
        self._account_id, self._folder = account_id, folder
        self._boxes: dict[str, int] = {}
        self._labels: set[int] = set()

    def add(self, batch: Sequence[FoundMessage]) -> None:
        """Add a batch, in one transaction besides those that make mailboxes."""
        hashes = [hashlib.sha256(found.raw).digest() for found in batch]
        known = self._known(hashes)
        room = queries.room_left([self._account_id]).get(self._account_id)
        new: dict[bytes, tuple[FoundMessage, tuple[int, ...]]] = {}
        again: dict[int, list[int]] = defaultdict(list)
        for found, sha in zip(batch, hashes, strict=True):
            places = self._places(found)
            labels = self._labels.intersection(places)
            if sha in known or sha in new:
                self.brought.known += 1
                for place in labels if sha in known else ():
                    again[place].append(known[sha])
                if sha in new:
                    first, there = new[sha]
                    new[sha] = first, tuple(dict.fromkeys([*there, *labels]))
                continue
            if room is not None:
                if len(found.raw) > room:
                    full = RefusedMessage(found.source, "does not fit: the mailbox is full")
                    self.brought.refused.append(full)
                    continue
                room -= len(found.raw)
            new[sha] = found, places
        add_messages([_new(self._account_id, *each) for each in new.values()])
        self.brought.added += len(new)
        for place, keys in again.items():
            copy.copy_messages(self._account_id, keys, place)

    def pass_over(self, heads: Sequence[tuple[str, int]], folder: str) -> set[int]:
        """Of messages by Message-ID and size, the places of those that are known; they get the label.

        Index message_by_message_id.
        """
        rows = Message.objects.filter(
            account_id=self._account_id, orphaned_at=None, message_id__in={key for key, _ in heads if key}
        )
        found = {(key, size): pk for key, size, pk in rows.values_list("message_id", "size", "pk")}
        places = {place for place, head in enumerate(heads) if head in found}
        mailbox_id = self._mailbox(self._folder or folder)
        if places and mailbox_id in self._labels:
            copy.copy_messages(self._account_id, [found[heads[place]] for place in places], mailbox_id)
        self.brought.known += len(places)
        return places

    def _known(self, hashes: Sequence[bytes]) -> dict[bytes, int]:
        rows = Message.objects.filter(account_id=self._account_id, orphaned_at=None, blob__sha256__in=hashes)
        return {bytes(sha): key for sha, key in rows.values_list("blob__sha256", "pk")}

    def _places(self, found: FoundMessage) -> tuple[int, ...]:
        names = (self._folder,) if self._folder else found.folders or (_INBOX,)
        return tuple(dict.fromkeys(self._mailbox(name) for name in names))

    def _mailbox(self, name: str) -> int:
        """Find the mailbox by its path or role, whatever its case, or make it; else it is the Archive."""
        key = name.casefold()
        if key not in self._boxes:
            rows = queries.mailbox_list(self._account_id)
            self._labels |= {row.id for row in rows if not row.role}
            self._boxes |= {row.path.casefold(): row.id for row in rows}
            self._boxes |= {row.role: row.id for row in rows if row.role}
            # What waited to be sent there is owed to nobody here.
            self._boxes |= {
                name: self._boxes[Role.SENT]
                for row in rows
                if row.role == Role.OUTBOX
                for name in (row.path.casefold(), row.role)
            }
        if key not in self._boxes:
            try:
                self._boxes[key] = mailboxes.create(self._account_id, name)[0]
                self._labels.add(self._boxes[key])
            except MailboxError:
                self._boxes[key] = self._boxes[_ARCHIVE]
        return self._boxes[key]


def batches(found: Iterable[Found]) -> Iterator[list[Found]]:
    """Divide what comes into batches that one transaction takes."""
    batch: list[Found] = []
    size = 0
    for each in found:
        batch.append(each)
        size += len(each.raw) if isinstance(each, FoundMessage) else 0
        if len(batch) >= _BATCH or size >= _BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def bring(
    account_id: int, path: Path, folder: str = "", progress: Callable[[int, int], None] = lambda *_: None
) -> Brought:
    """Import everything under a path; `progress` is told the bytes read and the bytes in all."""
    bringer = Bringer(account_id, folder)
    total, done = mail_archives.size_of(path), 0
    for batch in batches(mail_archives.found_in(path, settings.MAX_MESSAGE_BYTES)):
        messages = [found for found in batch if isinstance(found, FoundMessage)]
        bringer.brought.refused += [found for found in batch if isinstance(found, RefusedMessage)]
        bringer.add(messages)
        done += sum(len(found.raw) for found in messages)
        progress(min(done, total), total)
    progress(total, total)
    return bringer.brought


def export(account_id: int, stream: BinaryIO, mailbox_id: int | None = None) -> int:
    """Write messages as an mbox (mboxrd: "From " is quoted, and so is what was quoted), each once."""
    count = 0
    for piece in mbox.of_account(account_id, mailbox_id):
        stream.write(piece)
        count += 1
    return count


def _new(account_id: int, found: FoundMessage, places: tuple[int, ...]) -> NewMessage:
    read_once = digest(found.raw)
    placement = Placement(
        account_id=account_id,
        received_at=found.received_at or read_once.sent_at or timezone.now(),
        flags=found.flags,
        mailbox_ids=places,
    )
    return NewMessage(found.raw, read_once, (placement,))
