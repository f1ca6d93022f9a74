"""Files of a letter by token: an upload ("u7"), part of a stored message ("p12-2.1"), all of it ("m12")."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import quote

from django.core import signing
from django.urls import reverse

from mailserver.message import compose, sniff
from mailserver.message.part import Part
from webmail.models import Account
from webmail.store import blobs, queries, uploads

_UPLOAD = re.compile(r"u(\d{1,18})")
_MESSAGE = re.compile(r"m(\d{1,18})")
_PART = re.compile(r"p(\d{1,18})-([\dA-Z.]{0,200})")
# Nobody else can write into a message which of the account's uploads stands there.
_SIGNER = signing.Signer(salt="webmail.upload")


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
    content_type: str = ""

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
    cid = upload.content_id or f"upload-{upload.id}@{host}"
    return LetterFile(f"u{upload.id}", upload.name, upload.size, cid, False, upload.content_type)


def told(upload: uploads.UploadedFile, account: Account) -> dict[str, object]:
    """Describe an upload to the composer's script."""
    file = of_upload(upload, account.address.rpartition("@")[2])
    return {"token": file.token, "name": file.name, "size": file.size, "inline_url": file.url}


def picture_type(data: bytes) -> str:
    """The type of a picture by our own look at it; empty for anything else."""
    found = sniff.media_type(data)
    return found if found in sniff.PICTURES else ""


def of_message(
    message: queries.ConversationMessage, sections: Iterable[str], inline: set[str]
) -> list[LetterFile]:
    """Describe parts of a stored message; those whose Content-ID is in `inline` stand in the text."""
    parts = dict(message.part.walk())
    return [_of_part(message.id, section, parts[section], inline) for section in sections]


def of_whole(message: queries.ConversationMessage) -> LetterFile:
    """Describe a stored message as a file, as it came: without what we or its writer keep beside it."""
    name = f"{' '.join(message.subject.split())[:100] or 'message'}.eml"
    size = message.size - len(message.prefix)
    return LetterFile(f"m{message.id}", name, size, f"message-{message.id}", False, "message/rfc822")


def _of_part(message_id: int, section: str, part: Part, inline: set[str]) -> LetterFile:
    cid = part.content_id.strip("<>") or f"part-{message_id}-{section or '0'}"
    name = part.filename or part.content_type.replace("/", ".")
    token = _token(message_id, section, part)
    return LetterFile(token, name, _size(part), cid, cid in inline, part.content_type)


def _token(message_id: int, section: str, part: Part) -> str:
    """Name a part; one that only points to an upload is that upload."""
    try:
        return f"u{int(_SIGNER.unsign(compose.kept_as(part)))}"
    except signing.BadSignature:
        return f"p{message_id}-{section}"


def _size(part: Part) -> int:
    if compose.kept_as(part) and part.parameters.get("size", "").isdecimal():
        return int(part.parameters["size"][:12])
    size = part.end - part.body
    return size * 3 // 4 if part.encoding == "base64" else size


def by_content_id(account_id: int, message_id: int) -> dict[str, str]:
    """Tokens of a stored message's files by their Content-ID."""
    parts = queries.message(account_id, message_id).part.walk()
    return {
        part.content_id.strip("<>"): _token(message_id, section, part)
        for section, part in parts
        if part.content_id
    }


def described(account_id: int, tokens: Iterable[str], host: str) -> list[LetterFile]:
    """Describe the files of a letter without reading them; raises `FileGoneError`."""
    try:
        return [_described(account_id, token, host) for token in dict.fromkeys(tokens)]
    except (uploads.UploadNotFoundError, queries.MessageNotFoundError) as error:
        raise FileGoneError(str(error)) from error


def load(account_id: int, tokens: Iterable[str], host: str) -> list[compose.Attachment]:
    """Read the files of a letter; raises `FileGoneError`."""
    try:
        return [loaded(account_id, each) for each in described(account_id, tokens, host)]
    except blobs.MissingBlobError as error:
        raise FileGoneError(str(error)) from error


def loaded(account_id: int, file: LetterFile) -> compose.Attachment:
    """Read one file."""
    if match := _UPLOAD.fullmatch(file.token):
        data = blobs.read(uploads.find(account_id, int(match[1])).blob_id)
    elif match := _MESSAGE.fullmatch(file.token):
        data = queries.blob_raw(account_id, int(match[1]))
    else:
        message_id, _, section = file.token[1:].partition("-")
        data = queries.part_bytes(account_id, int(message_id), section)
    return compose.Attachment(file.name, file.content_type, data, file.content_id)


def kept(file: LetterFile, upload: uploads.UploadedFile) -> compose.Attachment:
    """Stand for a file whose bytes stay with its upload."""
    return compose.Attachment(
        file.name,
        file.content_type,
        b"",
        file.content_id,
        kept_as=_SIGNER.sign(str(upload.id)),
        size=file.size,
    )


def _described(account_id: int, token: str, host: str) -> LetterFile:
    if match := _UPLOAD.fullmatch(token):
        return of_upload(uploads.find(account_id, int(match[1])), host)
    if match := _MESSAGE.fullmatch(token):
        return of_whole(queries.message(account_id, int(match[1])))
    match = _PART.fullmatch(token)
    if match is None:
        raise FileGoneError(token)
    message = queries.message(account_id, int(match[1]))
    part = dict(message.part.walk()).get(match[2])
    if part is None:
        raise FileGoneError(token)
    file = _of_part(message.id, match[2], part, set())
    return _described(account_id, file.token, host) if file.token != token else file
