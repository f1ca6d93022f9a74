"""Where content waits until it is committed: short in memory, long in a file, all within a budget."""

import os
import tempfile
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from .limits import Limits
from .replies import BARE_IN_DATA, NO_ROOM, TEXT_LINE_TOO_LONG, TOO_LARGE
from .reply import Reply

type RunBlocking = Callable[..., Awaitable[object]]
"""Runs a function with its arguments in a thread."""


@dataclass
class Budget:
    """Octets of all messages in flight, and the disk that must stay free."""

    limits: Limits
    directory: Path
    used: int = 0

    def has_room(self, size: int) -> bool:
        """Whether a message of `size` octets (0 when unknown) may start now."""
        disk = os.statvfs(self.directory)
        free = disk.f_bavail * disk.f_frsize
        return self.used + size <= self.limits.in_flight_bytes and free - size >= self.limits.free_disk_bytes

    def take(self, octets: int) -> bool:
        """Reserve octets; False when the budget is spent."""
        if self.used + octets > self.limits.in_flight_bytes:
            return False
        self.used += octets
        return True

    def give(self, octets: int) -> None:
        """Return reserved octets."""
        self.used -= octets


@dataclass
class Intake:
    """The content of one message as it comes in; the first fault is kept, and the content then dropped."""

    budget: Budget
    limits: Limits
    run_blocking: RunBlocking
    size: int = 0
    refusal: Reply | None = None
    _parts: list[bytes] = field(default_factory=list)
    _in_memory: int = 0
    _reserved: int = 0
    _open_line: int = 0
    _file: IO[bytes] | None = None

    async def add(self, block: bytes) -> None:
        """Take a block, cut anywhere but between a CR and its LF."""
        self.size += len(block)
        fault = self.refusal or self._fault(block)
        if fault:
            self.refuse(fault)
            return
        self._reserved += len(block)
        self._parts.append(block)
        self._in_memory += len(block)
        if self._in_memory > self.limits.memory_bytes:
            await self._spill()

    def refuse(self, reply: Reply) -> None:
        """Keep the first fault and let go of the content."""
        self.refusal = self.refusal or reply
        self.close()

    def start(self, octets: int) -> bytes:
        """The first octets, enough for the header. Blocks when the content is in a file."""
        if self._file is None:
            return b"".join(self._parts)[:octets]
        self._file.seek(0)
        return self._file.read(octets)

    def content(self) -> bytes:
        """All of it. Blocks when it is in a file."""
        if self._file is None:
            return b"".join(self._parts)
        # Not joined in memory, where a long one would be twice.
        self._file.seek(0, os.SEEK_END)
        self._file.writelines(self._parts)
        self._parts.clear()
        self._file.seek(0)
        return self._file.read(self.size)

    @property
    def in_file(self) -> bool:
        """Whether reading it blocks."""
        return self._file is not None

    def close(self) -> None:
        """Let go of memory, file and budget; may be called twice."""
        self.budget.give(self._reserved)
        self._reserved = self._in_memory = 0
        self._parts.clear()
        if self._file is not None:
            self._file.close()
            self._file = None

    def _fault(self, block: bytes) -> Reply | None:
        if self.size > self.limits.message_bytes:
            return TOO_LARGE
        ends = block.count(b"\r\n")
        if block.count(b"\r") != ends or block.count(b"\n") != ends or b"\0" in block:
            return BARE_IN_DATA
        if self._has_long_line(block):
            return TEXT_LINE_TOO_LONG
        return None if self.budget.take(len(block)) else NO_ROOM

    def _has_long_line(self, block: bytes) -> bool:
        limit, first = self.limits.line_bytes, block.find(b"\r\n")
        if first < 0:
            self._open_line += len(block)
            return self._open_line > limit
        before, self._open_line = self._open_line, len(block) - block.rfind(b"\r\n") - 2
        if before + first > limit:
            return True
        return len(block) > limit and max(map(len, block.split(b"\r\n"))) > limit

    async def _spill(self) -> None:
        parts, self._parts, self._in_memory = self._parts, [], 0
        if self._file is None:
            # Without a name, so that a crash leaves nothing behind.
            self._file = tempfile.TemporaryFile(dir=self.budget.directory)  # noqa: SIM115
        try:
            await self.run_blocking(_write, self._file, parts)
        except OSError:
            self.refuse(NO_ROOM)


def _write(file: IO[bytes], parts: list[bytes]) -> None:
    file.writelines(parts)
    file.flush()
