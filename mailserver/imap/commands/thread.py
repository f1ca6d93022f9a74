"""THREAD and UID THREAD (RFC 5256)."""

from collections.abc import Sequence
from itertools import batched

from mailserver.message import header, structure, threading

from .. import threads
from ..backend import Folder, Row
from ..lexer import Lexer
from ..matching import Candidate
from ..registry import News, State, command
from ..replies import Bad, Done
from ..session import Session
from ..sorting import sent_at
from ..threads import Letter
from .search import Found, find, known_charset, named

_ALGORITHMS = {"ORDEREDSUBJECT": threads.by_subject, "REFERENCES": threads.by_references}
_AT_ONCE = 200


@command("THREAD", State.SELECTED, News.NO_EXPUNGES)
async def thread(session: Session, args: Lexer) -> Done:
    """Find messages and thread them, told by number."""
    return await _thread(session, args, by_uid=False)


@command("UID THREAD", State.SELECTED)
async def uid_thread(session: Session, args: Lexer) -> Done:
    """Find messages and thread them, told by uid."""
    return await _thread(session, args, by_uid=True)


async def _thread(session: Session, args: Lexer, *, by_uid: bool) -> Done:
    args.space()
    name = args.atom()
    if name not in _ALGORITHMS:
        raise Bad(f"{name} is no way to thread")
    args.space()
    known_charset(args)
    args.space()
    found = await find(session, args)
    letters = await _letters(session, found, with_references=name == "REFERENCES")
    names = dict(zip(found.uids, named(session, found.uids, by_uid=by_uid), strict=True))
    told = await session.call(lambda: threads.written(_ALGORITHMS[name](letters), names))
    await session.say(f"THREAD {told}".rstrip().encode())
    return Done("completed")


async def _letters(session: Session, found: Found, *, with_references: bool) -> list[Letter]:
    letters: list[Letter] = []
    for batch in batched(found.uids, _AT_ONCE, strict=False):
        letters += await session.call(_read, session.selected.folder, batch, with_references)
    return letters


def _read(folder: Folder, uids: Sequence[int], with_references: bool) -> list[Letter]:
    rows = folder.rows(uids, whole=True)
    heads = folder.heads([row.message for row in rows]) if with_references else {}
    return [_letter(row, Candidate(folder, row, heads.get(row.message)), with_references) for row in rows]


def _letter(row: Row, candidate: Candidate, with_references: bool) -> Letter:
    envelope = structure.loads(row.envelope)
    subject = header.decode_words(envelope.subject)
    base = threading.base_subject(subject)
    own, parents = "", tuple[str, ...]()
    if with_references:
        fields = candidate.raw_fields()
        own, parents = threading.message_id(fields), threading.reference_ids(fields)
    return Letter(
        row.uid, sent_at(envelope.date, row), base, base != subject.strip().casefold(), own, parents
    )
