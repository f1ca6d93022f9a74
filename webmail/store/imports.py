"""Imports: begun, uploaded, cancelled, ended. What they work with ends with them."""

import secrets
import shutil
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.utils import timezone

from webmail.models import ImportState, MailImport

from .refusal import RefusalError
from .sealing import seal
from .text import storable

MOST_UNFINISHED: Final = 3
UNFINISHED: Final = (ImportState.UPLOADING, ImportState.WAITING, ImportState.RUNNING)
_FORGOTTEN = timedelta(days=30)
_ABANDONED = timedelta(days=1)
_LEFT_FREE = 1024**3


class CannotImportError(RefusalError):
    """It can't be begun or go on; `code` is many, large, room (on the disk), place or gone."""


def of_account(account_id: int, limit: int = 10) -> list[MailImport]:
    """The newest imports of an account (index import_of_account)."""
    return list(MailImport.objects.filter(account_id=account_id).order_by("-pk")[:limit])


def begin_file(account_id: int, name: str, size: int, folder: str = "") -> MailImport:
    """Note that a file of so many bytes is to come; one that was begun goes on. Raises CannotImportError."""
    name = storable(name)[-300:]
    begun = MailImport.objects.filter(
        account_id=account_id, state=ImportState.UPLOADING, name=name, size=size
    )
    if (row := begun.order_by("-pk").first()) and path_of(row).exists():
        return row
    if not 0 < size <= settings.IMPORT_MAX_BYTES:
        raise CannotImportError("large")
    if shutil.disk_usage(settings.DATA_DIR).free < size + _LEFT_FREE:
        raise CannotImportError("room")
    row = _begin(account_id, name, folder, ImportState.UPLOADING, size=size)
    path = path_of(row)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    return row


def begin_server(account_id: int, host: str, port: int, user: str, password: str) -> MailImport:
    """Note that the mail of an account on another server is wanted. Raises CannotImportError."""
    name = storable(f"{user} · {host}")[:300]
    sealed = seal(password).encode()
    return _begin(
        account_id, name, "", ImportState.WAITING, host=host, port=port, user=storable(user), secret=sealed
    )


def take(account_id: int, token: str, at: int, data: bytes) -> MailImport:
    """Write a piece of the file where it belongs; with the last one it waits for a worker.

    Raises CannotImportError: gone for what is unknown or another's, place when `at` isn't where it goes on.
    """
    row = MailImport.objects.filter(account_id=account_id, token=token, state=ImportState.UPLOADING).first()
    if row is None:
        raise CannotImportError("gone")
    if at != row.received or at + len(data) > row.size:
        raise CannotImportError("place")
    with path_of(row).open("r+b") as stream:
        stream.seek(at)
        stream.write(data)
    whole = at + len(data) == row.size
    now = timezone.now()
    MailImport.objects.filter(pk=row.pk, state=ImportState.UPLOADING).update(
        received=at + len(data),
        state=ImportState.WAITING if whole else ImportState.UPLOADING,
        next_at=now if whole else None,
        touched_at=now,
    )
    row.refresh_from_db()
    return row


def cancel(account_id: int, import_id: int) -> bool:
    """End an import; what came stays. False for what isn't the account's, or has ended."""
    rows = MailImport.objects.filter(account_id=account_id, pk=import_id, state__in=UNFINISHED)
    row = rows.first()
    return row is not None and end(rows, row, ImportState.CANCELLED, "")


def sweep(now: datetime) -> int:
    """End uploads that nobody goes on with, and forget what ended long ago (index import_by_age)."""
    old = MailImport.objects.filter(touched_at__lt=now - _ABANDONED, state=ImportState.UPLOADING)
    for row in old:
        end(MailImport.objects.filter(pk=row.pk), row, ImportState.CANCELLED, "")
    _remove_lost_files(now - _ABANDONED)
    ended = MailImport.objects.filter(touched_at__lt=now - _FORGOTTEN).exclude(state__in=UNFINISHED)
    count: int = ended.delete()[0]
    return count


def _remove_lost_files(before: datetime) -> None:
    """Remove files whose import went with its account."""
    folder: Path = settings.DATA_DIR / "imports"
    files = list(folder.iterdir()) if folder.is_dir() else []
    kept = set(
        MailImport.objects.filter(token__in=[file.name for file in files]).values_list("token", flat=True)
    )
    for file in files:
        if file.name not in kept and file.stat().st_mtime < before.timestamp():
            file.unlink(missing_ok=True)


def path_of(row: MailImport) -> Path:
    """Where its file is; the token is ours, so it names no other place."""
    folder: Path = settings.DATA_DIR / "imports"
    return folder / row.token


def _begin(account_id: int, name: str, folder: str, state: str, **values: Any) -> MailImport:
    rows = MailImport.objects.filter(account_id=account_id, state__in=UNFINISHED)
    if rows.count() >= MOST_UNFINISHED:
        raise CannotImportError("many")
    now = timezone.now()
    return MailImport.objects.create(
        account_id=account_id,
        token=secrets.token_hex(16),
        name=name,
        folder=storable(folder)[:1000],
        state=state,
        next_at=now,
        created_at=now,
        touched_at=now,
        **values,
    )


def end(rows: Any, row: MailImport, state: str, problem: str) -> bool:
    """End an import: its file and its password go. False where it had ended."""
    ended = rows.update(
        state=state, problem=problem, secret=b"", next_at=None, cursor={}, touched_at=timezone.now()
    )
    path_of(row).unlink(missing_ok=True)
    return bool(ended)
