"""Messages read before they are asked for: programs fetch one after the other, and a batch costs as one."""

from collections.abc import Awaitable, Callable, Mapping, Sequence

from .backend import Listing

LARGE = 256 * 1024
"""Octets past which a message is read piece by piece, when it is asked for."""

type Read = Callable[[Sequence[int]], Awaitable[Mapping[int, bytes]]]


class ReadAhead:
    """Reads small messages in batches, which grow while a program goes from each to the next."""

    def __init__(self, listing: Listing, read: Read, *, most: int, most_bytes: int) -> None:
        self._listing, self._read = listing, read
        self._most, self._most_bytes = most, most_bytes
        self._held: Mapping[int, bytes] = {}
        self._next, self._width = 0, 1

    async def get(self, number: int, coming: Sequence[int]) -> bytes | None:
        """Read a message by its number, from 0; None when it is gone. `coming` will be asked for next."""
        key = self._listing.keys[number]
        if key not in self._held:
            self._width = min(2 * self._width, self._most) if number == self._next else 1
            after = coming or range(number + 1, number + self._width)
            self._held = await self._read(self._batch(number, after))
        self._next = number + 1
        return self._held.get(key)

    def _batch(self, number: int, after: Sequence[int]) -> list[int]:
        """The keys of what is read at once: as many as fit, the one that is asked for in any case."""
        keys, sizes = self._listing.keys, self._listing.sizes
        left = self._most_bytes - sizes[number]
        found = [keys[number]]
        for other in after:
            if not 0 <= other < len(keys) or len(found) >= self._most or sizes[other] > LARGE:
                break
            left -= sizes[other]
            if left < 0:
                break
            found.append(keys[other])
        return found
