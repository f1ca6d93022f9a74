"""Files that come in pieces: what is here stays here when the line breaks."""

from dataclasses import dataclass

from django.db import transaction

from webmail.models import PartialUpload, UploadPiece

from . import uploads
from .uploads import UploadedFile, UploadNotFoundError

MAX_PARTIAL = 40
"""So many files of an account may be on their way; the oldest makes room."""


@dataclass(frozen=True, slots=True)
class Partial:
    """How much of a file is here; `size` and `received` in bytes."""

    id: int
    size: int
    received: int

    @property
    def is_whole(self) -> bool:
        """Tell whether nothing is missing."""
        return self.received >= self.size


def begin(account_id: int, name: str, content_type: str, size: int) -> Partial:
    """Expect a file of so many bytes."""
    rows = PartialUpload.objects.filter(account_id=account_id)
    kept = rows.order_by("-pk").values_list("pk", flat=True)[: MAX_PARTIAL - 1]
    with transaction.atomic():
        rows.exclude(pk__in=list(kept)).delete()
        made = PartialUpload.objects.create(
            account_id=account_id, name=name, content_type=content_type, size=size
        )
    return Partial(made.pk, size, 0)


def find(account_id: int, partial_id: int) -> Partial:
    """Say how much of a file is here; raises UploadNotFoundError."""
    return _partial(_own(account_id, partial_id))


def add(account_id: int, partial_id: int, offset: int, data: bytes) -> Partial:
    """Keep a piece that goes on where the last one ended; any other changes nothing.

    What is past the size that was told is left out. Raises UploadNotFoundError.
    """
    with transaction.atomic():
        row = _own(account_id, partial_id, lock=True)
        piece = data[: max(0, row.size - offset)]
        if offset == row.received and piece:
            UploadPiece.objects.create(upload=row, offset=offset, data=piece)
            row.received += len(piece)
            row.save(update_fields=["received"])
    return _partial(row)


def finish(account_id: int, partial_id: int, content_type: str = "") -> UploadedFile:
    """Make a whole file an upload as any other, once; `content_type` if the sender's word doesn't count."""
    row = _own(account_id, partial_id)
    if row.upload_id is None:
        done = uploads.add(account_id, row.name, content_type or row.content_type, read(partial_id))
        with transaction.atomic():
            PartialUpload.objects.filter(pk=partial_id).update(upload_id=done.id)
            UploadPiece.objects.filter(upload_id=partial_id).delete()
        return done
    return uploads.find(account_id, row.upload_id)


def read(partial_id: int, limit: int | None = None) -> bytes:
    """Read what is here, or its first pieces (constraint upload_piece_offset)."""
    pieces = UploadPiece.objects.filter(upload_id=partial_id).order_by("offset")
    return b"".join(bytes(data) for data in pieces.values_list("data", flat=True)[:limit])


def _own(account_id: int, partial_id: int, *, lock: bool = False) -> PartialUpload:
    rows = PartialUpload.objects.select_for_update() if lock else PartialUpload.objects.all()
    row = rows.filter(account_id=account_id, pk=partial_id).first()
    if row is None:
        raise UploadNotFoundError(f"account {account_id} has no partial upload {partial_id}")
    return row


def _partial(row: PartialUpload) -> Partial:
    return Partial(row.pk, row.size, row.received)
