"""Drafts: messages in the Drafts mailbox, each save a new message in place of the one before."""

import re
from collections.abc import Collection

from django.db.models import QuerySet

from mailserver.message.digest import Digest
from webmail.models import Message, Role

from . import blobs, queries, uploads
from .add import NewMessage, Placement, add_messages
from .change import Change
from .expunge import delete_forever, expunge
from .undo import remember

_DATE_BYTES = 80
_WINDOW = re.compile(rb"X-Draft-Window: [^\n]*\n")
_FLAGS = frozenset({"\\Draft", "\\Seen"})


class DraftChangedError(Exception):
    """Somebody else changed the draft meanwhile; `current` is what stands now, None when it is gone."""

    def __init__(self, current: int | None) -> None:
        super().__init__(f"the draft is now message {current}")
        self.current = current


def save(
    account_id: int,
    raw: bytes,
    digest: Digest,
    prefix: bytes,
    replaces: int | None,
    *,
    window: str = "",
    held_uploads: Collection[int] = (),
) -> int:
    """Store a draft in place of the message `replaces`; the new message's id.

    The Message-ID names a draft through its life; `held_uploads` stay as long. Raises `DraftChangedError`
    when it no longer stands where the writer saw it; nothing is stored then. Without `replaces` the writer
    knows of no earlier save. A `window` replaces what it saved itself, though it never heard of that.
    """
    with Change([account_id]) as change:
        current = _current(account_id, digest.message_id, replaces)
        if replaces is not None and current != replaces:
            _refuse_others(current, window)
        place = Placement(
            account_id=account_id,
            received_at=change.now,
            roles=(Role.DRAFTS,),
            prefix=prefix + _mark(window),
            flags=_FLAGS,
        )
        added = add_messages([NewMessage(raw, digest, (place,))])[0][0]
        uploads.hold(account_id, held_uploads, added.message_id)
        if current is not None:
            expunge(account_id, queries.mailbox_by_role(account_id, Role.DRAFTS), [current])
    return added.message_id


def leave(account_id: int, message_id: str, known: int | None, window: str) -> None:
    """Take a draft away as it is sent; call it within the change that sends it.

    `known` is the version that the writer saw. Raises `DraftChangedError` as `save` does.
    """
    current = _current(account_id, message_id, known)
    if current != known:
        _refuse_others(current, window)
    if current is not None:
        delete_forever(account_id, [current])


def says_the_same(account_id: int, message_id: int, raw: bytes, prefix: bytes) -> bool:
    """Whether a stored draft is what `raw` and `prefix` are, but for the first line: its date."""
    stored = Message.objects.select_related("blob").filter(account_id=account_id, pk=message_id).first()
    if (
        stored is None
        or _WINDOW.sub(b"", bytes(stored.prefix)) != prefix
        or abs(stored.blob.size - len(raw)) > _DATE_BYTES
    ):
        return False
    return blobs.read(stored.blob_id).partition(b"\r\n")[2] == raw.partition(b"\r\n")[2]


def discard(account_id: int, message_id: int) -> str:
    """Take a draft away; the token that brings it back. Raises `DraftChangedError` when it isn't one now."""
    drafts = queries.mailbox_by_role(account_id, Role.DRAFTS)
    with Change([account_id]):
        found = _drafts(account_id).filter(pk=message_id)
        if not found.exists():
            raise DraftChangedError(None)
        return remember(account_id, expunge(account_id, drafts, [message_id]))


def _current(account_id: int, message_id: str, known: int | None) -> int | None:
    """Find what a draft is now: by its Message-ID; one of another program may have none, and is itself."""
    named = _drafts(account_id).filter(message_id=message_id) if message_id else Message.objects.none()
    found = named.first() or _drafts(account_id).filter(pk=known or 0).first()
    return found.pk if found else None


def _refuse_others(current: int | None, window: str) -> None:
    prefix = Message.objects.filter(pk=current or 0).values_list("prefix", flat=True).first() or b""
    if not window or _mark(window) not in bytes(prefix):
        raise DraftChangedError(current)


def _mark(window: str) -> bytes:
    """The field of our own that says which window saved a draft; a letter that is sent hasn't got it."""
    return f"X-Draft-Window: {window}\r\n".encode() if window else b""


def _drafts(account_id: int) -> QuerySet[Message]:
    """Messages in Drafts (index message_by_message_id, or the key, finds the one; its placements are few)."""
    return Message.objects.filter(
        account_id=account_id, orphaned_at=None, placements__mailbox__role=Role.DRAFTS
    )
