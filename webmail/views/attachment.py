"""Files of a message: one, or all in one archive made while it is sent."""

from collections import Counter
from pathlib import PurePosixPath

import zipstream
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from mailserver.message import content
from webmail.store import queries

from .access import account_required
from .file_response import download, picture_response
from .files import name_of
from .message_bytes import MessageBytes


@require_safe
@account_required
def attachment(request: HttpRequest, message_id: int, section: str) -> HttpResponse:
    """Give one part to be saved; with ?show=1 or ?cid= a picture is shown, anything else not."""
    section = "" if section == "0" else section
    message = _message(request, message_id)
    part = message.part.find(section)
    if part is None or part.is_multipart:
        raise Http404
    data = queries.part_bytes(request.account.pk, message.id, section)
    if "show" in request.GET or "cid" in request.GET:
        response = picture_response(data)
        if response is None:
            raise Http404
        return response
    return download(data, name_of(section, part))


@require_safe
@account_required
def archive(request: HttpRequest, message_id: int) -> HttpResponse:
    """Give all files of a message in one zip, each read when its turn comes."""
    message = _message(request, message_id)
    shown = content.display_parts(MessageBytes(message.blob_id), message.part)
    if not shown.attachments:
        raise Http404
    packed = zipstream.ZipStream(compress_type=zipstream.ZIP_STORED)
    taken: Counter[str] = Counter()
    account_id = request.account.pk
    for section in shown.attachments:
        part = message.part.find(section)
        name = _unique(name_of(section, part), taken)
        packed.add(_later(account_id, message.id, section), name)
    return download(packed, f"{message.subject.strip()[:80] or 'attachments'}.zip", "application/zip")


def _later(account_id: int, message_id: int, section: str):
    yield queries.part_bytes(account_id, message_id, section)


def _unique(name: str, taken: Counter[str]) -> str:
    """Number a name that is there already: two files of an archive can't have one name."""
    name = name.replace("/", "_").replace("\\", "_")
    taken[name] += 1
    if taken[name] == 1:
        return name
    path = PurePosixPath(name)
    return f"{path.stem} ({taken[name]}){path.suffix}"


def _message(request: HttpRequest, message_id: int) -> queries.ConversationMessage:
    try:
        return queries.message(request.account.pk, message_id)
    except queries.MessageNotFoundError as error:
        raise Http404 from error
