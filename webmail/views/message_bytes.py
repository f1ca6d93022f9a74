"""The raw bytes of a stored message, read only where they are looked at."""

from webmail.store import blobs


class MessageBytes(bytes):
    """Stands for `bytes` in `mailserver.message.content`: a slice is a read of that range.

    Header and body of most messages lie together, so what was read last is kept for the next slice.
    """

    _blob_id: int
    _kept: dict[int, bytes]

    def __new__(cls, blob_id: int) -> "MessageBytes":
        """Read nothing yet."""
        made = super().__new__(cls)
        made._blob_id = blob_id
        made._kept = {}
        return made

    def __getitem__(self, key: slice) -> bytes:  # type: ignore[override]
        """Bytes key.start to key.stop."""
        return blobs.read_range(self._blob_id, key.start, key.stop, self._kept)
