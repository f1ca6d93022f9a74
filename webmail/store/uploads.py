"""Files given to the composer, until a stored message holds them."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db import transaction

from webmail.models import Upload

from . import blobs


class UploadNotFoundError(LookupError):
    """The account has no such upload (any more)."""


@dataclass(frozen=True, slots=True)
class UploadedFile:
    """What is known of an upload without reading its bytes; `size` in bytes; `draft_id` holds it."""

    id: int
    blob_id: int
    name: str
    content_type: str
    size: int
    content_id: str = ""
    draft_id: int | None = None


def add(account_id: int, name: str, content_type: str, data: bytes, content_id: str = "") -> UploadedFile:
    """Keep a file for the account; the same bytes twice are stored once."""
    packed = blobs.pack(data)
    with transaction.atomic():
        blob = blobs.save_many([packed])[0]
        upload = Upload.objects.create(
            account_id=account_id,
            blob=blob,
            name=name,
            content_type=content_type,
            content_id=content_id,
            size=len(data),
        )
    return UploadedFile(upload.pk, blob.pk, name, content_type, len(data), content_id)


def find(account_id: int, upload_id: int) -> UploadedFile:
    """Look an upload of the account up; raises `UploadNotFoundError`."""
    columns = ("pk", "blob_id", "name", "content_type", "size", "content_id", "draft_id")
    row = Upload.objects.filter(pk=upload_id, account_id=account_id).values_list(*columns).first()
    if row is None:
        raise UploadNotFoundError(f"account {account_id} has no upload {upload_id}")
    return UploadedFile(*row)


def again(account_id: int, upload: UploadedFile, content_id: str) -> UploadedFile:
    """Have the same file once more, for another draft; its bytes are not stored again."""
    new = Upload.objects.create(
        account_id=account_id,
        blob_id=upload.blob_id,
        name=upload.name,
        content_type=upload.content_type,
        content_id=content_id,
        size=upload.size,
    )
    return find(account_id, new.pk)


def hold(account_id: int, upload_ids: Collection[int], message_id: int) -> None:
    """Let a draft hold uploads of the account: none of them is swept while the draft is there."""
    if upload_ids:
        Upload.objects.filter(account_id=account_id, pk__in=upload_ids).update(draft_id=message_id)
