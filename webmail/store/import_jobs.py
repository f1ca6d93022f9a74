"""Imports as a worker has them: claimed with a lease, noted after each batch, given back or finished."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from django.db.models import F, Q
from django.utils import timezone

from webmail.models import ImportState, MailImport

from . import imports, partial_uploads
from .sealing import UnsealError, unseal
from .text import storable

LEASE: Final = timedelta(seconds=90)
AT_ONCE: Final = 2
MOST_REASONS: Final = 50
MOST_TRIES: Final = 6
_PAUSE = timedelta(seconds=30)


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
        imports.end(MailImport.objects.filter(pk=row.pk), row, ImportState.FAILED, row.problem or "fault")
        return None
    numbers = (row.size, row.done, row.added, row.known, row.refused)
    return Job(
        row.pk,
        row.lease_token,
        row.account_id,
        row.name,
        row.folder,
        partial_uploads.path_of(row.token),
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
        imports.end(_own(job), row, ImportState.FAILED if problem else ImportState.DONE, problem)


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


def _opened(sealed: bytes) -> str:
    if not sealed:
        return ""
    try:
        return unseal(sealed.decode())
    except UnsealError:
        # Another SECRET_KEY since: the log-in fails, and says so.
        return ""
