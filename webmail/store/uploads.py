"""Files given to the composer, until a stored message holds them."""

from dataclasses import dataclass

from django.db import transaction

from webmail.models import Upload

from . import blobs


class UploadNotFoundError(LookupError):
    """The account has no such upload (any more)."""


@dataclass(frozen=True, slots=True)
class UploadedFile:
    """What is known of an upload without reading its bytes; `size` in bytes."""

    id: int
    blob_id: int
    name: str
    content_type: str
    size: int


def add(account_id: int, name: str, content_type: str, data: bytes) -> UploadedFile:
    """Keep a file for the account; the same bytes twice are stored once."""
    packed = blobs.pack(data)
    with transaction.atomic():
        blob = blobs.save_many([packed])[0]
        upload = Upload.objects.create(
            account_id=account_id, blob=blob, name=name, content_type=content_type, size=len(data)
        )
    return UploadedFile(upload.pk, blob.pk, name, content_type, len(data))


def find(account_id: int, upload_id: int) -> UploadedFile:
    """Look an upload of the account up; raises `UploadNotFoundError`."""
    columns = ("pk", "blob_id", "name", "content_type", "size")
    row = Upload.objects.filter(pk=upload_id, account_id=account_id).values_list(*columns).first()
    if row is None:
        raise UploadNotFoundError(f"account {account_id} has no upload {upload_id}")
    return UploadedFile(*row)
