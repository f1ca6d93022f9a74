"""The raw bytes of a stored message, read only where they are looked at."""

from webmail.store import blobs


class MessageBytes(bytes):
    """Stands for `bytes` in `mailserver.message.content`: a slice is a read of that range.

    What lies in its `head`, where that was read before, is not read again.
    """

    _blob_id: int
    _head: bytes

    def __new__(cls, blob_id: int, head: bytes = b"") -> "MessageBytes":
        """Read nothing yet."""
        made = super().__new__(cls)
        made._blob_id, made._head = blob_id, head
        return made

    def __getitem__(self, key: slice) -> bytes:  # type: ignore[override]
        """Bytes key.start to key.stop."""
        if 0 <= key.start <= key.stop <= len(self._head):
            return self._head[key.start : key.stop]
        return blobs.read_range(self._blob_id, key.start, key.stop)
