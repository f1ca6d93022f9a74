"""Imports carried out by a worker: batch by batch, gone on with after whatever happened in between."""

from collections.abc import Sequence
from itertools import islice

from django.conf import settings
from django.utils import timezone

from mailserver.imap_answers import Folder, Head
from mailserver.imap_source import Source, SourceError, Where
from webmail.store import import_jobs, mail_archives
from webmail.store.bring import Bringer, batches
from webmail.store.import_jobs import Job
from webmail.store.mail_files import FoundMessage, RefusedMessage, checked

from . import kick, turn
from .resolving import resolver

_HEADS_AT_ONCE = 200
_FETCHED_AT_ONCE = 25
_FETCHED_BYTES = 8 * 1024 * 1024


def wake() -> None:
    """Ask for workers to go on with what waits; one query where nothing does."""
    kick.wake("bring", import_jobs.waiting(timezone.now()), expires_seconds=10)


def run(import_id: int) -> None:
    """Go on with an import until it ends, is cancelled, or this worker is to stop."""
    job = import_jobs.claim(import_id)
    if job is None:
        return
    try:
        whole = _from_server(job) if job.host else _from_file(job)
    except SourceError as error:
        if error.is_final:
            import_jobs.finish(job, error.code)
        else:
            import_jobs.pause(job, error.code)
        return
    if whole:
        import_jobs.finish(job, "" if job.added + job.known + job.refused else "nothing")
    else:
        import_jobs.pause(job)


def _from_file(job: Job) -> bool:
    """Read on from the message that was next; whether the end was reached."""
    if not job.cursor:
        job.size = max(mail_archives.size_of(job.path), 1)
    bringer = Bringer(job.account_id, job.folder)
    read = job.cursor.get("read", 0)
    found = mail_archives.found_in(job.path, settings.MAX_MESSAGE_BYTES)
    for batch in batches(islice(found, read, None)):
        messages = [each for each in batch if isinstance(each, FoundMessage)]
        bringer.brought.refused += [each for each in batch if isinstance(each, RefusedMessage)]
        bringer.add(messages)
        read += len(batch)
        job.cursor = {"read": read}
        job.done = min(job.size, job.done + sum(len(each.raw) for each in messages))
        if not _noted(job, bringer):
            return False
    return True


def _from_server(job: Job) -> bool:
    """Read folder after folder, each from the uid that was next; whether the end was reached."""
    where = Where(job.host, job.port, f"{job.host}:{job.port}" in settings.IMPORT_HOSTS)
    largest = settings.MAX_MESSAGE_BYTES + 64 * 1024
    with Source(where, job.user, job.password, resolver(), largest=largest) as source:
        folders = source.folders()
        job.size = sum(folder.count for folder in folders)
        return all(_folder_read(job, source, folder) for folder in folders)


def _folder_read(job: Job, source: Source, folder: Folder) -> bool:
    validity, after = job.cursor.get(folder.name, (folder.validity, 0))
    if validity != folder.validity:
        # Its uids mean other messages now: those that are known are passed over.
        after = 0
    bringer = Bringer(job.account_id)
    for heads in source.heads(folder, after, _HEADS_AT_ONCE):
        known = bringer.pass_over([(head.message_id, head.size) for head in heads], folder.place)
        wanted = [head for place, head in enumerate(heads) if place not in known]
        for group in _groups(wanted):
            bringer.add(_fetched(source, folder, group, bringer))
            if not _noted(job, bringer):
                return False
        if heads:
            job.cursor = {**job.cursor, folder.name: (folder.validity, heads[-1].uid)}
            job.done = min(job.size, job.done + len(heads))
        if not _noted(job, bringer):
            return False
    return True


def _fetched(source: Source, folder: Folder, heads: Sequence[Head], bringer: Bringer) -> list[FoundMessage]:
    """Fetch messages; what is too large, or none, is noted as refused."""
    limit = settings.MAX_MESSAGE_BYTES
    small = [head for head in heads if head.size <= limit]
    raws = source.messages([head.uid for head in small]) if small else {}
    found = []
    for head in heads:
        name = f"{folder.place} #{head.uid}"
        if head.size > limit:
            bringer.brought.refused.append(RefusedMessage(name, f"is larger than {limit} bytes"))
        elif head.uid in raws:
            each = checked(name, raws[head.uid], head.flags, head.received_at, (folder.place,))
            if isinstance(each, RefusedMessage):
                bringer.brought.refused.append(each)
            else:
                found.append(each)
    return found


def _groups(heads: Sequence[Head]) -> list[list[Head]]:
    """Divide messages into groups that fit into memory."""
    groups: list[list[Head]] = []
    size = 0
    for head in heads:
        if not groups or len(groups[-1]) >= _FETCHED_AT_ONCE or size + head.size > _FETCHED_BYTES:
            groups.append([])
            size = 0
        groups[-1].append(head)
        size += head.size
    return groups


def _noted(job: Job, bringer: Bringer) -> bool:
    """Move the counts of a batch into the job, and keep them; False when it is to end here."""
    brought = bringer.brought
    job.added += brought.added
    job.known += brought.known
    job.refused += len(brought.refused)
    job.reasons += [[each.source.replace(str(job.path), job.name), each.reason] for each in brought.refused]
    job.reasons = job.reasons[: import_jobs.MOST_REASONS]
    brought.added = brought.known = 0
    brought.refused.clear()
    return import_jobs.note(job) and not turn.stopping.is_set()
