"""Imports: begun, uploaded, claimed by a worker, noted, ended. What they work with ends with them."""

import base64
import hashlib
import secrets
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.db.models import F, Q
from django.utils import timezone

from webmail.models import ImportState, MailImport

from .text import storable

LEASE: Final = timedelta(seconds=90)
AT_ONCE: Final = 2
MOST_UNFINISHED: Final = 3
MOST_REASONS: Final = 50
MOST_TRIES: Final = 6
UNFINISHED: Final = (ImportState.UPLOADING, ImportState.WAITING, ImportState.RUNNING)
_PAUSE = timedelta(seconds=30)
_FORGOTTEN = timedelta(days=30)
_ABANDONED = timedelta(days=1)
_LEFT_FREE = 1024**3


class CannotImportError(ValueError):
    """It can't be begun or go on; `code` is many, large, room (on the disk), place or gone."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(slots=True)
class Job:
    """A claimed import: what a worker needs, and how far it has come."""

    id: int
    token: int
    account_id: int
    name: str
    folder: str
    path: Path
    host: str
    port: int
    user: str
    password: str
    cursor: dict[str, Any]
    size: int
    done: int
    added: int
    known: int
    refused: int
    reasons: list[list[str]] = field(default_factory=list)


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
    sealed = _box().encrypt(password.encode())
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
    return row is not None and _end(rows, row, ImportState.CANCELLED, "")


def waiting(now: datetime) -> list[int]:
    """The imports that may go on now, as many as may run besides those that do (index import_waiting)."""
    rows = MailImport.objects.filter(state__in=[ImportState.WAITING, ImportState.RUNNING])
    found = list(rows.order_by("next_at").values_list("pk", "state", "next_at")[:50])
    running = sum(state == ImportState.RUNNING and at is not None and at > now for _, state, at in found)
    due = [key for key, _, at in found if at is None or at <= now]
    return due[: max(0, AT_ONCE - running)]


def claim(import_id: int) -> Job | None:
    """Take an import that nobody works on; a guarded UPDATE leaves the lease and a token."""
    now = timezone.now()
    free = Q(state__in=[ImportState.WAITING, ImportState.RUNNING], next_at__lte=now)
    rows = MailImport.objects.filter(free, pk=import_id)
    claimed = rows.update(
        state=ImportState.RUNNING,
        next_at=now + LEASE,
        lease_token=F("lease_token") + 1,
        tries=F("tries") + 1,
        touched_at=now,
    )
    row = MailImport.objects.filter(pk=import_id).first() if claimed else None
    if row is None:
        return None
    if row.tries > MOST_TRIES:
        _end(MailImport.objects.filter(pk=row.pk), row, ImportState.FAILED, row.problem or "fault")
        return None
    numbers = (row.size, row.done, row.added, row.known, row.refused)
    return Job(
        row.pk,
        row.lease_token,
        row.account_id,
        row.name,
        row.folder,
        path_of(row),
        row.host,
        row.port,
        row.user,
        _opened(bytes(row.secret)),
        row.cursor,
        *numbers,
        row.reasons,
    )


def note(job: Job) -> bool:
    """Write how far it has come, and prolong the lease; False when it was cancelled, or is another's now."""
    now = timezone.now()
    return bool(_own(job).update(next_at=now + LEASE, tries=0, problem="", touched_at=now, **_progress(job)))


def pause(job: Job, problem: str = "") -> None:
    """Give it back: it goes on soon, or after trouble a little later."""
    now = timezone.now()
    if not problem:
        _own(job).update(state=ImportState.WAITING, tries=0, next_at=now, touched_at=now)
        return
    row = _own(job).first()
    if row is None:
        return
    later = now + _PAUSE * 2 ** max(0, row.tries - 1)
    _own(job).update(state=ImportState.WAITING, problem=problem, next_at=later, touched_at=now)


def finish(job: Job, problem: str = "") -> None:
    """It is over, well or not: the file and the password go."""
    row = _own(job).first()
    if row is not None:
        _own(job).update(**_progress(job))
        _end(_own(job), row, ImportState.FAILED if problem else ImportState.DONE, problem)


def sweep(now: datetime) -> int:
    """End uploads that nobody goes on with, and forget what ended long ago (index import_by_age)."""
    old = MailImport.objects.filter(touched_at__lt=now - _ABANDONED, state=ImportState.UPLOADING)
    for row in old:
        _end(MailImport.objects.filter(pk=row.pk), row, ImportState.CANCELLED, "")
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


def _own(job: Job) -> Any:
    return MailImport.objects.filter(pk=job.id, lease_token=job.token, state=ImportState.RUNNING)


def _progress(job: Job) -> Mapping[str, Any]:
    reasons: Sequence[Sequence[str]] = job.reasons[:MOST_REASONS]
    return {
        "cursor": job.cursor,
        "size": job.size,
        "done": job.done,
        "added": job.added,
        "known": job.known,
        "refused": job.refused,
        "reasons": [[storable(where)[-200:], why] for where, why in reasons],
    }


def _end(rows: Any, row: MailImport, state: str, problem: str) -> bool:
    ended = rows.update(
        state=state, problem=problem, secret=b"", next_at=None, cursor={}, touched_at=timezone.now()
    )
    path_of(row).unlink(missing_ok=True)
    return bool(ended)


def _box() -> Fernet:
    """Seals with a key of this installation: a stolen database alone opens nothing."""
    key = hashlib.sha256(b"webmail.imports:" + settings.SECRET_KEY.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(key))


def _opened(sealed: bytes) -> str:
    if not sealed:
        return ""
    try:
        return _box().decrypt(sealed).decode()
    except InvalidToken:
        # Another SECRET_KEY since: the log-in fails, and says so.
        return ""
