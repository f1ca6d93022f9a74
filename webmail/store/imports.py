"""Imports: begun, uploaded, cancelled, ended. What they work with ends with them."""

import secrets
import shutil
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, Final

from django.conf import settings
from django.utils import timezone

from webmail.models import ImportState, MailImport, PartialUpload, UploadPurpose

from . import partial_uploads
from .partial_uploads import ABANDONED, Partial
from .refusal import RefusalError
from .sealing import seal
from .text import storable
from .uploads import UploadNotFoundError

MOST_UNFINISHED: Final = 3
UNFINISHED: Final = (ImportState.UPLOADING, ImportState.WAITING, ImportState.RUNNING)
_FORGOTTEN = timedelta(days=30)
_LEFT_FREE = 1024**3


class CannotImportError(RefusalError):
    """It can't be begun or go on; `code` is many, large or room (on the disk)."""


def of_account(account_id: int, limit: int = 10) -> list[tuple[MailImport, int]]:
    """The newest imports, each with the bytes of its file that came (index import_of_account)."""
    rows = list(MailImport.objects.filter(account_id=account_id).order_by("-pk")[:limit])
    begun = PartialUpload.objects.filter(token__in=[row.token for row in rows])
    received = dict(begun.values_list("token", "received"))
    return [(row, received.get(row.token, 0)) for row in rows]


def begin_file(account_id: int, name: str, size: int, folder: str = "") -> Partial:
    """Expect a file of so many bytes; one that was begun goes on. Raises CannotImportError."""
    name = storable(name)[-300:]
    begun = MailImport.objects.filter(
        account_id=account_id, state=ImportState.UPLOADING, name=name, size=size
    )
    if row := begun.order_by("-pk").first():
        with suppress(UploadNotFoundError):
            return partial_uploads.find(account_id, row.token)
    if not 0 < size <= settings.IMPORT_MAX_BYTES:
        raise CannotImportError("large")
    if shutil.disk_usage(settings.DATA_DIR).free < size + _LEFT_FREE:
        raise CannotImportError("room")
    _check_count(account_id)
    partial = partial_uploads.begin(account_id, UploadPurpose.IMPORT, name, "", size)
    _begin(account_id, partial.token, name, folder, ImportState.UPLOADING, size=size)
    return partial


def begin_server(account_id: int, host: str, port: int, user: str, password: str) -> MailImport:
    """Note that the mail of an account on another server is wanted. Raises CannotImportError."""
    name = storable(f"{user} · {host}")[:300]
    values = {"host": host, "port": port, "user": storable(user), "secret": seal(password).encode()}
    _check_count(account_id)
    return _begin(account_id, secrets.token_hex(16), name, "", ImportState.WAITING, **values)


def uploaded(account_id: int, token: str) -> None:
    """Let a file that is whole wait for a worker; one that does already stays where it is."""
    rows = MailImport.objects.filter(account_id=account_id, token=token, state=ImportState.UPLOADING)
    now = timezone.now()
    rows.update(state=ImportState.WAITING, next_at=now, touched_at=now)


def cancel(account_id: int, import_id: int) -> bool:
    """End an import; what came stays. False for what isn't the account's, or has ended."""
    rows = MailImport.objects.filter(account_id=account_id, pk=import_id, state__in=UNFINISHED)
    row = rows.first()
    return row is not None and end(rows, row, ImportState.CANCELLED, "")


def sweep(now: datetime) -> int:
    """End uploads that nobody goes on with, and forget what ended long ago (index import_by_age)."""
    begun = MailImport.objects.filter(touched_at__lt=now - ABANDONED, state=ImportState.UPLOADING)
    for row in begun.exclude(token__in=PartialUpload.objects.values("token")):
        end(MailImport.objects.filter(pk=row.pk), row, ImportState.CANCELLED, "")
    ended = MailImport.objects.filter(touched_at__lt=now - _FORGOTTEN).exclude(state__in=UNFINISHED)
    count: int = ended.delete()[0]
    return count


def _check_count(account_id: int) -> None:
    rows = MailImport.objects.filter(account_id=account_id, state__in=UNFINISHED)
    if rows.count() >= MOST_UNFINISHED:
        raise CannotImportError("many")


def _begin(account_id: int, token: str, name: str, folder: str, state: str, **values: Any) -> MailImport:
    now = timezone.now()
    return MailImport.objects.create(
        account_id=account_id,
        token=token,
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
    partial_uploads.forget([row.token])
    return bool(ended)
