"""The raw bytes of a stored message, read only where they are looked at."""

from webmail.store import blobs


class MessageBytes(bytes):
    """Stands for `bytes` in `mailserver.message.content`: a slice is a read of that range."""

    _blob_id: int

    def __new__(cls, blob_id: int) -> "MessageBytes":
        """Read nothing yet."""
        made = super().__new__(cls)
        made._blob_id = blob_id
        return made

    def __getitem__(self, key: slice) -> bytes:  # type: ignore[override]
        """Bytes key.start to key.stop."""
        return blobs.read_range(self._blob_id, key.start, key.stop)
