"""A message as APPEND and REPLACE give it: flags, a date, and its octets or what they are put together of."""

from dataclasses import dataclass
from datetime import datetime

from . import dates, urls
from .backend import NewMessage
from .lexer import Lexer
from .replies import Bad, No
from .session import Session

_MOST_PIECES = 500


@dataclass(frozen=True, slots=True)
class Given:
    """A message as it was given; a piece that is text stands for what is at that URL (RFC 4469)."""

    pieces: tuple[bytes | str, ...]
    flags: frozenset[str]
    received_at: datetime | None

    @property
    def has_urls(self) -> bool:
        """Tell whether a piece of it is read elsewhere."""
        return any(isinstance(piece, str) for piece in self.pieces)


def read(args: Lexer) -> Given:
    """Read one message of a command."""
    flags: frozenset[str] = frozenset()
    received_at = None
    if args.peek(b"("):
        flags = frozenset(args.flags())
        args.space()
    if args.peek(b'"'):
        received_at = dates.moment(args.string().decode("ascii", "replace"))
        args.space()
    return Given(_pieces(args), flags, received_at)


def _pieces(args: Lexer) -> tuple[bytes | str, ...]:
    if args.take(b"CATENATE ("):
        found = [_piece(args)]
        while not args.take(b")"):
            args.space()
            found.append(_piece(args))
            if len(found) > _MOST_PIECES:
                raise Bad("There are too many pieces")
        return tuple(found)
    is_utf8 = args.take(b"UTF8 (")
    raw = args.literal()
    if is_utf8:
        args.expect(b")")
    return (raw,)


def _piece(args: Lexer) -> bytes | str:
    if args.take(b"URL "):
        return args.text()
    args.expect(b"TEXT ")
    return args.literal()


async def whole(session: Session, given: Given) -> NewMessage:
    """Put a message together; raises No where a URL leads nowhere, or there is too much of it, or nothing."""
    pieces: list[bytes] = []
    left = session.limits.message_bytes
    for piece in given.pieces:
        octets = piece if isinstance(piece, bytes) else await _fetched(session, piece, left)
        left -= len(octets)
        if left < 0:
            raise No("All together is too large", "TOOBIG")
        pieces.append(octets)
    raw = b"".join(pieces)
    if not raw:
        raise No("There is nothing to append", "CANNOT")
    return NewMessage(raw, given.flags, given.received_at)


async def _fetched(session: Session, url: str, most: int) -> bytes:
    octets = await session.call(urls.read, session.account, url, most)
    session.take_room(len(octets))
    return octets
