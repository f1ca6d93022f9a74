"""What was written of messages, kept for who asks next: a message never changes."""

import threading
from collections.abc import Iterable, Mapping, Sequence

_MEMORY_OF_ENTRY = 150
"""Bytes of the tables themselves, about."""
_LARGEST = 16 * 1024


class Written:
    """Items of messages as they were written, up to so many bytes.

    What is asked for is young; once half of the bytes is, all else is let go. So no look-up moves anything.
    """

    def __init__(self, limit: int) -> None:
        self._half, self._size = limit // 2, 0
        self._young: dict[str, dict[int, bytes]] = {}
        self._old: dict[str, dict[int, bytes]] = {}
        self._lock = threading.Lock()

    def column(self, item: str, messages: Sequence[int]) -> list[bytes | None]:
        """What is known of an item of these messages."""
        known = self._young.get(item, {})
        found = list(map(known.get, messages))
        old = self._old.get(item)
        if old and None in found:
            again = {
                key: old[key]
                for key, octets in zip(messages, found, strict=True)
                if octets is None and key in old
            }
            self.put(item, again)
            found = [octets or again.get(key) for key, octets in zip(messages, found, strict=True)]
        return found

    def put(self, item: str, column: Mapping[int, bytes]) -> None:
        """Keep what was written, but what is very long."""
        kept = {key: octets for key, octets in column.items() if len(octets) <= _LARGEST}
        with self._lock:
            self._young.setdefault(item, {}).update(kept)
            self._size += _memory(kept.values())
            if self._size > self._half:
                self._young, self._old, self._size = {}, self._young, 0


def _memory(entries: Iterable[bytes]) -> int:
    return sum(len(octets) + _MEMORY_OF_ENTRY for octets in entries)
