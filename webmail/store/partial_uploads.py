"""Files that come in pieces: what is here stays here when the line breaks."""

import os
import secrets
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from django.conf import settings
from django.utils import timezone

from webmail.models import MailImport, PartialUpload, UploadPurpose

from . import uploads
from .uploads import UploadedFile, UploadNotFoundError

MAX_ATTACHMENTS: Final = 40
"""So many attachments of an account may be on their way; the oldest makes room."""
ABANDONED: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Partial:
    """How much of a file is here; `size` and `received` in bytes."""

    token: str
    purpose: str
    size: int
    received: int

    @property
    def is_whole(self) -> bool:
        """Tell whether nothing is missing."""
        return self.received >= self.size


def begin(account_id: int, purpose: UploadPurpose, name: str, content_type: str, size: int) -> Partial:
    """Expect a file of so many bytes."""
    if purpose == UploadPurpose.ATTACHMENT:
        _make_room(account_id)
    row = PartialUpload.objects.create(
        account_id=account_id,
        token=secrets.token_hex(16),
        purpose=purpose,
        name=name,
        content_type=content_type,
        size=size,
        touched_at=timezone.now(),
    )
    path = path_of(row.token)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    return _partial(row)


def find(account_id: int, token: str) -> Partial:
    """Say how much of a file is here; raises UploadNotFoundError."""
    return _partial(_own(account_id, token))


def add(account_id: int, token: str, at: int, data: bytes) -> Partial:
    """Keep a piece that goes on at the byte where the last one ended; any other changes nothing.

    What is past the size that was told is left out. Raises UploadNotFoundError.
    """
    row = _own(account_id, token)
    piece = data[: max(0, row.size - at)]
    if at == row.received and piece:
        _write(path_of(token), at, piece)
        row.received += len(piece)
        # Guarded: of the same piece twice at once, which writes the same bytes, one is counted.
        PartialUpload.objects.filter(pk=row.pk, received=at).update(
            received=row.received, touched_at=timezone.now()
        )
    return _partial(row)


def finish(account_id: int, token: str, type_of: Callable[[bytes], str]) -> UploadedFile:
    """Make a whole file an attachment, once; `type_of` its bytes, else the sender's word for it."""
    row = _own(account_id, token)
    if row.upload_id is not None:
        return uploads.find(account_id, row.upload_id)
    data = path_of(token).read_bytes()
    done = uploads.add(account_id, row.name, type_of(data) or row.content_type, data)
    PartialUpload.objects.filter(pk=row.pk).update(upload_id=done.id)
    path_of(token).unlink(missing_ok=True)
    return done


def forget(tokens: Collection[str]) -> None:
    """Delete files, whole or not."""
    PartialUpload.objects.filter(token__in=tokens).delete()
    for token in tokens:
        path_of(token).unlink(missing_ok=True)


def sweep(now: datetime) -> None:
    """Forget what nobody goes on with, but the files that imports read (index partial_upload_by_age)."""
    old = PartialUpload.objects.filter(touched_at__lt=now - ABANDONED)
    forget(list(old.filter(purpose=UploadPurpose.ATTACHMENT).values_list("token", flat=True)))
    old.delete()
    _remove_lost_files()


def _remove_lost_files() -> None:
    """Remove files whose rows went with their account, a day after the last byte came."""
    folder = path_of("")
    files = list(folder.iterdir()) if folder.is_dir() else []
    names = [file.name for file in files]
    kept = set(PartialUpload.objects.filter(token__in=names).values_list("token", flat=True))
    kept |= set(MailImport.objects.filter(token__in=names).values_list("token", flat=True))
    for file in files:
        if file.name not in kept and file.stat().st_mtime < time.time() - ABANDONED.total_seconds():
            file.unlink(missing_ok=True)


def path_of(token: str) -> Path:
    """Where a file is; tokens are ours, so they name no other place."""
    folder: Path = settings.DATA_DIR / "uploads"
    return folder / token


def _make_room(account_id: int) -> None:
    rows = PartialUpload.objects.filter(account_id=account_id, purpose=UploadPurpose.ATTACHMENT)
    forget(list(rows.order_by("-pk").values_list("token", flat=True)[MAX_ATTACHMENTS - 1 :]))


def _write(path: Path, at: int, piece: bytes) -> None:
    """Write to the disk itself: what is counted as received is there after a power cut, too."""
    with path.open("r+b") as stream:
        stream.seek(at)
        stream.write(piece)
        stream.flush()
        os.fsync(stream.fileno())


def _own(account_id: int, token: str) -> PartialUpload:
    row = PartialUpload.objects.filter(account_id=account_id, token=token).first()
    if row is None or (row.upload_id is None and not path_of(token).exists()):
        raise UploadNotFoundError(f"account {account_id} has no partial upload {token}")
    return row


def _partial(row: PartialUpload) -> Partial:
    return Partial(row.token, row.purpose, row.size, row.received)
