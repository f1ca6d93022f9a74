"""Content off the wire in bulk: DATA up to its final dot, BDAT by count (RFC 5321 §4.5.2, RFC 3030)."""

from collections.abc import Callable

from .limits import MIB
from .replies import TEXT_LINE_TOO_LONG, TOO_LARGE
from .spool import Intake
from .wire import Hangup, Wire

_END = b"\r\n.\r\n"
# How much of a refused message is still read for politeness, before we hang up.
PATIENCE_BYTES = 64 * MIB

type Progress = Callable[[int], None]


async def read_data(wire: Wire, intake: Intake, progress: Progress) -> None:
    """Feed `intake` up to CR LF . CR LF and nothing else; leading dots doubled by the client are undone."""
    held = b""  # always begins at the start of a line
    while True:
        chunk = await wire.chunk()
        progress(len(chunk))
        held += chunk
        end = -2 if held.startswith(b".\r\n") else held.find(_END)
        if end != -1:
            break
        cut = held.rfind(b"\r\n") + 2
        if cut > 1:
            await intake.add(_undotted(held[:cut]))
            held = held[cut:]
        held = _shortened(held, intake)
        _check_patience(intake)
    if end >= 0:
        await intake.add(_undotted(held[: end + 2]))
    wire.give_back(held[end + len(_END) :])


async def read_octets(wire: Wire, intake: Intake, octets: int, progress: Progress) -> None:
    """Feed `intake` with one BDAT chunk of exactly `octets`."""
    kept = b""  # a CR whose LF may come with the next octets
    while octets:
        chunk = await wire.chunk(octets)
        progress(len(chunk))
        octets -= len(chunk)
        block = kept + chunk
        kept = b"\r" if octets and block.endswith(b"\r") else b""
        await intake.add(block[: len(block) - len(kept)])
        _check_patience(intake)


def _undotted(lines: bytes) -> bytes:
    """Whole lines without the dot that made theirs transparent."""
    if lines.startswith(b"."):
        lines = lines[1:]
    return lines.replace(b"\r\n.", b"\r\n")


def _shortened(line: bytes, intake: Intake) -> bytes:
    """The open line; one that is over-long shrinks to a stand-in that still ends as it did."""
    if len(line) <= intake.limits.line_bytes:
        return line
    intake.refuse(TEXT_LINE_TOO_LONG)
    return b"-" + line[-1:]


def _check_patience(intake: Intake) -> None:
    if intake.size > intake.limits.message_bytes + PATIENCE_BYTES:
        raise Hangup(TOO_LARGE)
