"""Messages as an mbox file (mboxrd: "From " is quoted, and so is what was quoted), a few at a time."""

from collections.abc import Iterable, Iterator
from itertools import batched

from webmail.models import MailboxMessage, Message

from . import blobs
from .flag_names import ANSWERED, DRAFT, FLAGGED, SEEN, flags_of

_BATCH = 50


def of_mailbox(mailbox_id: int) -> Iterator[bytes]:
    """All that stands in a mailbox, in the order it came there (constraint placement_uid)."""
    last = 0
    while keys := list(
        MailboxMessage.objects.filter(mailbox_id=mailbox_id, uid__gt=last)
        .order_by("uid")
        .values_list("pk", "uid")[:_BATCH]
    ):
        last = keys[-1][1]
        yield from written(key for key, _uid in keys)


def of_account(account_id: int, mailbox_id: int | None = None) -> Iterator[bytes]:
    """All messages, or those of a mailbox, each once."""
    rows = MailboxMessage.objects.filter(account_id=account_id)
    if mailbox_id is not None:
        rows = rows.filter(mailbox_id=mailbox_id)
    first = dict(rows.order_by("-pk").values_list("message_id", "pk"))
    yield from written(sorted(first.values()))


def written(placements: Iterable[int]) -> Iterator[bytes]:
    """Write the messages of placements; what was deleted meanwhile is left out."""
    for keys in batched(placements, _BATCH, strict=False):
        rows = MailboxMessage.objects.filter(pk__in=keys).select_related("message").order_by("pk")
        for row in rows:
            raw = bytes(row.message.prefix) + blobs.read(row.message.blob_id)
            yield _as_mbox(raw, row.message, flags_of(row))


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
