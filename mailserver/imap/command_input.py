"""One command read from a connection: its lines and its literals (RFC 9051 §2.2.1, RFC 7888)."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from ..access.connection import Bye, Connection
from .limits import Limits
from .replies import Bad, No

_LITERAL = re.compile(rb"(~?)\{(\d{1,12})(\+?)\}\r\n\Z")
_TAG = re.compile(rb'[^\x00-\x20\x7f-\xff(){%*"\\+]{1,100}\Z')
CONTINUE = b"+ OK\r\n"


@dataclass(slots=True)
class Command:
    """A command as it came: `data` ends without CR LF."""

    tag: str
    data: bytes = b""
    literals: list[bytes] = field(default_factory=list)
    refusal: No | Bad | None = None
    """What is wrong with it by its size alone."""


type Allowance = Callable[[bytes, list[bytes], int], Awaitable[int]]
"""Says how large a literal may be, given the command and its literals so far, and the announced size."""


async def read(
    connection: Connection, limits: Limits, line_limit: int, most_literals: int, allowance: Allowance
) -> Command:
    """Read one command whole; raises EOFError at the end, Bye when there is no way to go on."""
    line = await connection.line(line_limit)
    tag, _, rest = line.partition(b" ")
    if not _TAG.match(tag.rstrip(b"\r\n")) or not rest.strip():
        return Command(_printable(tag), refusal=Bad("A command begins with a tag and a word"))
    command = Command(tag.decode())
    data = rest
    while announced := _LITERAL.search(data):
        allowed = await _allowed(allowance, data, announced, command)
        await _literal(connection, command, announced, allowed, limits.message_bytes)
        if command.refusal and not announced[3]:
            return command
        if len(command.literals) > most_literals:
            raise Bye("Too many literals")
        data += await connection.line(line_limit - len(data))
    if not data.endswith(b"\r\n"):
        command.refusal = command.refusal or Bad("Lines end with CR LF")
    command.data = data.removesuffix(b"\n").removesuffix(b"\r")
    return command


async def _allowed(allowance: Allowance, data: bytes, announced: re.Match[bytes], command: Command) -> int:
    try:
        return await allowance(data[: announced.start()], command.literals, int(announced[2]))
    except No as refusal:
        command.refusal = refusal
        return 0


async def _literal(
    connection: Connection, command: Command, announced: re.Match[bytes], allowed: int, most: int
) -> None:
    """Read one literal; one that is refused and comes all the same is passed over."""
    size, is_coming = int(announced[2]), bool(announced[3])
    if command.refusal is None and size > allowed:
        command.refusal = No("It is too large", "TOOBIG")
    if command.refusal is None:
        if not is_coming:
            connection.write(CONTINUE)
        command.literals.append(await connection.exactly(size))
    elif is_coming:
        if size > most:
            raise Bye("A literal is too large")
        await connection.skip(size)


def _printable(tag: bytes) -> str:
    """A tag to answer with, where there is none: `*`."""
    stripped = tag.rstrip(b"\r\n")
    return stripped.decode() if _TAG.match(stripped) else "*"
