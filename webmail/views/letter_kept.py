"""Large files of a draft stay with their uploads, so that saving a word costs no more than the word."""

from mailserver.message import compose
from webmail.models import Account
from webmail.store import uploads

from . import letter_files
from .letter_files import LetterFile

WHOLE_BYTES = 512 * 1024
"""Up to here a draft holds its files itself, as any other message does."""


def attachments(
    account: Account, tokens: list[str], replaces: int | None
) -> tuple[list[compose.Attachment], list[int]]:
    """The files as the draft holds them, and the uploads that it points to; raises `FileGoneError`.

    `replaces` is the version of the draft that this one takes the place of.
    """
    files = letter_files.described(account.pk, tokens, account.address.rpartition("@")[2])
    if sum(file.size for file in files) <= WHOLE_BYTES:
        return [letter_files.loaded(account.pk, file) for file in files], []
    found = [(file, _upload(account.pk, file, replaces)) for file in files]
    return [letter_files.kept(*each) for each in found], [upload.id for _, upload in found]


def _upload(account_id: int, file: LetterFile, replaces: int | None) -> uploads.UploadedFile:
    """The upload that has the bytes: the file's own, or a new one for what came from a message."""
    if file.token.startswith("u"):
        upload = uploads.find(account_id, int(file.token[1:]))
        if upload.draft_id in (None, replaces):
            return upload
        # Another draft holds it, and may go before this one.
        return uploads.again(account_id, upload, file.content_id)
    whole = letter_files.loaded(account_id, file)
    return uploads.add(account_id, whole.name, whole.content_type, whole.data, whole.content_id)
