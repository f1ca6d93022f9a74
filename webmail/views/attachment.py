"""Files of a message: one, or all in one archive made while it is sent."""

from collections.abc import Iterator

import zipstream
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from mailserver.message import content, filename

from .access import account_required
from .file_response import download, shown
from .files import from_title, is_disguised, name_of
from .located import Letter, Located, letter_of, locate, message_of


@require_safe
@account_required
def attachment(request: HttpRequest, message_id: int, address: str) -> HttpResponse:
    """Give one part to be saved; with ?show=1 or ?cid= it is shown when that is safe, anything else not.

    With ?thumb=1 besides, what can't be shown is 204: a page asks without knowing.
    A program under a harmless name is given only to who has seen the warning (?sure=1).
    """
    located = locate(request, message_id, address)
    if located.part.is_multipart:
        raise Http404
    data = located.data
    if "show" in request.GET or "cid" in request.GET:
        response = shown(request, data)
        if response is None and "thumb" in request.GET:
            return HttpResponse(status=204)
        if response is None:
            raise Http404
        return response
    name = name_of(address, located.part)
    if "sure" not in request.GET and is_disguised(name, located.part.content_type, data):
        return redirect("file_view", message_id=message_id, address=address)
    return download(data, name)


@require_safe
@account_required
def archive(request: HttpRequest, message_id: int) -> HttpResponse:
    """Give all files of a message in one zip, each read when its turn comes."""
    return _archive(letter_of(message_of(request, message_id)))


@require_safe
@account_required
def archive_inside(request: HttpRequest, message_id: int, address: str) -> HttpResponse:
    """Give all files of a message inside a message in one zip."""
    return _archive(locate(request, message_id, address).opened())


def _archive(letter: Letter) -> HttpResponse:
    sections = content.display_parts(letter.raw, letter.root).attachments
    if not sections:
        raise Http404
    packed = zipstream.ZipStream(compress_type=zipstream.ZIP_STORED)
    taken: dict[str, int] = {}
    parts = dict(letter.root.walk())
    for section in sections:
        address = letter.address(section)
        name = filename.unique(name_of(address, parts[section]), taken)
        packed.add(_later(Located(letter, address, parts[section])), name)
    return download(packed, from_title(letter.message.subject, "zip"), "application/zip")


def _later(located: Located) -> Iterator[bytes]:
    yield located.data
