"""ENVELOPE and BODYSTRUCTURE as they were written once: a message never changes."""

import threading

_MEMORY_OF_ENTRY = 200
"""Bytes of the table itself, about."""


class Written:
    """What was written of messages, up to so many bytes; what was asked for least lately goes first."""

    def __init__(self, limit: int) -> None:
        self._limit, self._size = limit, 0
        self._entries: dict[tuple[int, str], bytes] = {}
        self._lock = threading.Lock()

    def get(self, message: int, item: str) -> bytes | None:
        """What is known of a message."""
        with self._lock:
            found = self._entries.pop((message, item), None)
            if found is not None:
                self._entries[message, item] = found
            return found

    def put(self, message: int, item: str, octets: bytes) -> None:
        """Keep it for the next who asks."""
        with self._lock:
            before = self._entries.pop((message, item), None)
            if before is not None:
                self._size -= len(before) + _MEMORY_OF_ENTRY
            self._entries[message, item] = octets
            self._size += len(octets) + _MEMORY_OF_ENTRY
            while self._size > self._limit:
                key = next(iter(self._entries))
                self._size -= len(self._entries.pop(key)) + _MEMORY_OF_ENTRY
