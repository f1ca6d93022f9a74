"""Files on their way from a browser, piece by piece."""

from django.db import models

from .account import Account
from .message import Upload


class UploadPurpose(models.TextChoices):
    """What a file is sent up for."""

    ATTACHMENT = "attachment", "Attachment"
    IMPORT = "import", "Import"


class PartialUpload(models.Model):
    """A file of which some is here, in a file of its own on the disk; swept after a day of silence."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="+")
    token = models.CharField(max_length=32, unique=True, help_text="Names its file")
    purpose = models.CharField(max_length=16, choices=UploadPurpose)
    name = models.CharField(max_length=500)
    content_type = models.CharField(max_length=255)
    size = models.BigIntegerField(help_text="Of the whole file")
    received = models.BigIntegerField(default=0)
    upload = models.ForeignKey(
        Upload, models.CASCADE, null=True, related_name="+", help_text="The attachment that it became"
    )
    touched_at = models.DateTimeField()

    class Meta:
        # partial_uploads.sweep: the old ones.
        indexes = [models.Index(fields=["touched_at"], name="partial_upload_by_age")]

    def __str__(self) -> str:
        return self.name
