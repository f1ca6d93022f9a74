"""Files on their way from a browser, piece by piece."""

from django.db import models
from django.db.models.functions import Now

from .account import Account
from .message import Upload


class PartialUpload(models.Model):
    """A file of which some is here; swept after a day."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="+")
    name = models.CharField(max_length=500)
    content_type = models.CharField(max_length=255)
    size = models.BigIntegerField(help_text="Of the whole file")
    received = models.BigIntegerField(default=0)
    upload = models.ForeignKey(
        Upload, models.CASCADE, null=True, related_name="+", help_text="What it became when it was whole"
    )
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        # sweep.run: the old ones.
        indexes = [models.Index(fields=["created_at"], name="partial_upload_by_age")]

    def __str__(self) -> str:
        return self.name


class UploadPiece(models.Model):
    """A stretch of such a file."""

    upload = models.ForeignKey(PartialUpload, models.CASCADE, related_name="pieces", db_index=False)
    offset = models.BigIntegerField()
    data = models.BinaryField()

    class Meta:
        constraints = [
            # partial_uploads.finish: all of a file in order.
            models.UniqueConstraint(fields=["upload", "offset"], name="upload_piece_offset"),
        ]

    def __str__(self) -> str:
        return f"{self.upload_id}:{self.offset}"
