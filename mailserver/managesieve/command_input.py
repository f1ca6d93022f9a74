"""One command read from a connection: its lines and its literals, within limits."""

from ..access.connection import Bye, Connection
from . import wire
from .limits import Limits
from .wire import Word


async def read(connection: Connection, limits: Limits, *, is_known: bool) -> list[Word]:
    """Read a command whole; raises Bad for what is none, EOFError at the end, and Bye."""
    most = limits.script_octets if is_known else limits.literal_octets
    found, size = wire.words(await _line(connection, limits))
    literals: list[bytes] = []
    while size is not None:
        if size > most or len(found) > limits.words:
            raise Bye("The literal is too large")
        literals.append(await connection.exactly(size))
        found.append(wire.LITERAL)
        more, size = wire.words(await _line(connection, limits))
        found += more
    # What a literal says is looked at when all of the command was read.
    spoken = map(wire.string, literals)
    return [next(spoken) if word is wire.LITERAL else word for word in found]


async def _line(connection: Connection, limits: Limits) -> bytes:
    line = await connection.line(limits.line_octets)
    if not line.endswith(b"\r\n"):
        raise Bye("Lines end with CR LF")
    return line[:-2]
