"""Files of a letter under a token: an upload ("u7"), or a part of a stored message ("p12-2.1")."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import quote

from django.urls import reverse

from mailserver.message import compose
from webmail.store import blobs, queries, uploads

_UPLOAD = re.compile(r"u(\d{1,18})")
_PART = re.compile(r"p(\d{1,18})-([\d.]{0,200})")


class FileGoneError(LookupError):
    """A file of the letter can't be found any more: it must be attached again."""


@dataclass(frozen=True, slots=True)
class LetterFile:
    """A file as the composer lists it; `size` in bytes, `content_id` without brackets."""

    token: str
    name: str
    size: int
    content_id: str
    inline: bool

    @property
    def url(self) -> str:
        """Where the editor finds the picture; its cid travels along, so that it is known again."""
        if match := _UPLOAD.fullmatch(self.token):
            path = reverse("upload", args=[int(match[1])])
        else:
            message_id, _, section = self.token[1:].partition("-")
            path = reverse("attachment", args=[int(message_id), section or "0"])
        return f"{path}?cid={quote(self.content_id)}"


def of_upload(upload: uploads.UploadedFile, host: str) -> LetterFile:
    """Describe an upload; its Content-ID follows from its id, so that saves repeat it."""
    cid = f"upload-{upload.id}@{host}"
    return LetterFile(f"u{upload.id}", upload.name, upload.size, cid, inline=False)


def of_message(
    message: queries.ConversationMessage, sections: Iterable[str], inline: set[str]
) -> list[LetterFile]:
    """Describe parts of a stored message; those whose Content-ID is in `inline` stand in the text."""
    parts = dict(message.part.walk())
    files = []
    for section in sections:
        part = parts[section]
        cid = part.content_id.strip("<>") or f"part-{message.id}-{section or '0'}"
        name = part.filename or part.content_type.replace("/", ".")
        size = part.end - part.body
        decoded = size * 3 // 4 if part.encoding == "base64" else size
        files.append(LetterFile(f"p{message.id}-{section}", name, decoded, cid, cid in inline))
    return files


def by_content_id(account_id: int, message_id: int) -> dict[str, str]:
    """Tokens of a stored message's files by their Content-ID."""
    parts = queries.message(account_id, message_id).part.walk()
    return {
        part.content_id.strip("<>"): f"p{message_id}-{section}" for section, part in parts if part.content_id
    }


def load(account_id: int, tokens: Iterable[str], host: str) -> list[compose.Attachment]:
    """Read the files of a letter; raises `FileGoneError`."""
    try:
        return [_load(account_id, token, host) for token in dict.fromkeys(tokens)]
    except (uploads.UploadNotFoundError, queries.MessageNotFoundError, blobs.MissingBlobError) as error:
        raise FileGoneError(str(error)) from error


def _load(account_id: int, token: str, host: str) -> compose.Attachment:
    if match := _UPLOAD.fullmatch(token):
        upload = uploads.find(account_id, int(match[1]))
        cid = of_upload(upload, host).content_id
        return compose.Attachment(
            upload.name, upload.content_type, blobs.read(upload.blob_id), cid, inline=False
        )
    match = _PART.fullmatch(token)
    if match is None:
        raise FileGoneError(token)
    message = queries.message(account_id, int(match[1]))
    parts = dict(message.part.walk())
    if match[2] not in parts:
        raise FileGoneError(token)
    (described,) = of_message(message, [match[2]], set())
    data = queries.part_bytes(account_id, message.id, match[2])
    content_type = parts[match[2]].content_type
    return compose.Attachment(described.name, content_type, data, described.content_id, inline=False)
