"""Contents of claimed messages, read ahead by groups: a statement for each would be half of the work."""

from collections.abc import Iterator, Sequence

from django.conf import settings

from mailserver.smtp.content import Content, Spooled, held
from webmail.store import blobs

from .owed import Parcel

_GROUP_BYTES = 1024 * 1024
_GROUP_MESSAGES = 50


class Contents:
    """Gives the messages of a claim in the order in which they are sent."""

    def __init__(self, parcels: Sequence[Parcel]) -> None:
        self._ahead = list(reversed(parcels))
        self._read: dict[int, bytes] = {}

    def of(self, parcel: Parcel) -> Content:
        """Return a message to the byte; whatever is wrong with it raises here, at its own turn.

        A long one goes from the database into a file and on to the wire, and is never in memory as a whole.
        """
        if parcel.size > _GROUP_BYTES:
            return Spooled(_pieces(parcel), settings.DATA_DIR)
        if parcel.blob_id not in self._read:
            self._read = self._group(parcel)
        return held(parcel.prefix + self._read[parcel.blob_id])

    def _group(self, parcel: Parcel) -> dict[int, bytes]:
        """Read this one and as many after it as fit; alone, when one of those can't be read."""
        while self._ahead and self._ahead[-1].id <= parcel.id:
            self._ahead.pop()
        wanted, size = [parcel.blob_id], parcel.size
        for other in reversed(self._ahead[-_GROUP_MESSAGES + 1 :]):
            size += other.size
            if size > _GROUP_BYTES:
                break
            wanted.append(other.blob_id)
        try:
            return blobs.read_many(wanted)
        except (blobs.MissingBlobError, blobs.DamagedBlobError):
            return blobs.read_many([parcel.blob_id])


def _pieces(parcel: Parcel) -> Iterator[bytes]:
    yield parcel.prefix
    for start in range(0, parcel.size, _GROUP_BYTES):
        yield blobs.read_range(parcel.blob_id, start, min(start + _GROUP_BYTES, parcel.size))
