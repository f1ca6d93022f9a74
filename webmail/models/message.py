"""What a message is, and never changes: raw bytes, and what was read from them once."""

from django.db import models
from django.db.models.functions import Now

from .account import Account
from .thread import Thread


class Blob(models.Model):
    """Raw bytes, stored once, shared by all who have the message; never rewritten."""

    sha256 = models.BinaryField(max_length=32, unique=True)
    size = models.BigIntegerField(help_text="Bytes before compression")
    created_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return bytes(self.sha256).hex()[:12]


class BlobChunk(models.Model):
    """A stretch of a blob, compressed by itself, so that reading a part is a seek."""

    blob = models.ForeignKey(Blob, models.CASCADE, related_name="chunks", db_index=False)
    position = models.PositiveIntegerField(help_text="0, 1, 2 … times blobs.CHUNK_BYTES")
    codec = models.PositiveSmallIntegerField(help_text="0 stored as it is, 1 zlib")
    data = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["blob", "position"], name="chunk_position")]

    def __str__(self) -> str:
        return f"{self.blob_id}:{self.position}"


class Message(models.Model):
    """One account's copy of a message; where it stands is in MailboxMessage."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="messages", db_index=False)
    thread = models.ForeignKey(Thread, models.RESTRICT, related_name="messages", db_index=False)
    blob = models.ForeignKey(Blob, models.RESTRICT, related_name="+")
    prefix = models.BinaryField(default=b"", help_text="Headers of our own in front of the blob")
    size = models.BigIntegerField(help_text="Bytes of prefix and blob")
    message_id = models.CharField(max_length=500, blank=True)
    subject = models.TextField(blank=True)
    from_name = models.CharField(max_length=1000, blank=True)
    from_address = models.CharField(max_length=1000, blank=True)
    to_text = models.TextField(blank=True)
    sent_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField()
    preview = models.CharField(max_length=300, blank=True)
    has_attachment = models.BooleanField(default=False)
    envelope = models.TextField(help_text="structure.Envelope as JSON")
    structure = models.TextField(help_text="part.Part as JSON; offsets count from the blob's first byte")
    orphaned_at = models.DateTimeField(null=True, help_text="When its last placement went; kept for Undo")

    class Meta:
        indexes = [
            # queries.conversation: a thread's messages from the oldest to the newest.
            models.Index(fields=["thread", "received_at", "id"], name="message_of_thread"),
            # queries.find_message_id: reply targets, drafts, duplicates of an import.
            models.Index(fields=["account", "message_id"], name="message_by_message_id"),
            # search.Finder on PostgreSQL: an account's messages from the newest on; bulk.begin: the newest.
            models.Index(fields=["account", "-id"], name="message_newest"),
            # sweep.run: what nobody can undo any more.
            models.Index(
                fields=["orphaned_at"], name="message_orphaned", condition=models.Q(orphaned_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return self.subject or self.message_id


class Upload(models.Model):
    """A file given to the composer, kept while a draft points to it; swept after a day else."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="uploads")
    blob = models.ForeignKey(Blob, models.RESTRICT, related_name="+")
    draft = models.ForeignKey(Message, models.SET_NULL, null=True, blank=True, related_name="+")
    name = models.CharField(max_length=500)
    content_type = models.CharField(max_length=255)
    content_id = models.CharField(max_length=500, blank=True)
    size = models.BigIntegerField()
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        # blobs.sweep: the old ones.
        indexes = [models.Index(fields=["created_at"], name="upload_by_age")]

    def __str__(self) -> str:
        return self.name
