"""Files on their way into a letter."""

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from mailserver.message import sniff
from webmail.store import blobs, partial_uploads, uploads

from . import letter_files
from .access import account_required
from .compose import UPLOAD_LIMIT
from .file_response import picture_response

_NAME_LENGTH, _TYPE_LENGTH = 200, 255
_DIGITS = 12


@require_POST
@account_required
def upload(request: HttpRequest) -> HttpResponse:
    """Take one file; 413 when no message could carry it."""
    file = request.FILES.get("file")
    if file is None:
        return JsonResponse({"error": _("No file came.")}, status=400)
    if file.size > UPLOAD_LIMIT:
        return _too_large()
    data = file.read()
    content_type = _type(data, file.content_type or "")
    return _taken(request, uploads.add(request.account.pk, file.name[-_NAME_LENGTH:], content_type, data))


@require_POST
@account_required
def begin(request: HttpRequest) -> HttpResponse:
    """Expect a file in pieces: its name, type and size; says where the pieces go."""
    name, size = request.POST.get("name", "")[-_NAME_LENGTH:], request.POST.get("size", "")
    if not name or not size.isdecimal() or len(size) > _DIGITS:
        return JsonResponse({"error": _("No file came.")}, status=400)
    if int(size) > UPLOAD_LIMIT:
        return _too_large()
    made = partial_uploads.begin(
        request.account.pk, name, request.POST.get("type", "")[:_TYPE_LENGTH], int(size)
    )
    return JsonResponse({"url": reverse("uploads_piece", args=[made.id]), "received": 0}, status=201)


@account_required
def piece(request: HttpRequest, partial_id: int) -> HttpResponse:
    """Say how much of a file is here; take the piece that begins at `offset`; with the last, the file."""
    account_id, offset = request.account.pk, request.POST.get("offset", "")
    try:
        found = partial_uploads.find(account_id, partial_id)
        file = request.FILES.get("file")
        if request.method == "POST" and file and offset.isdecimal() and len(offset) <= _DIGITS:
            found = partial_uploads.add(account_id, partial_id, int(offset), file.read())
        if request.method != "POST" or not found.is_whole:
            return JsonResponse({"received": found.received})
        head = partial_uploads.read(partial_id, limit=1)
        return _taken(request, partial_uploads.finish(account_id, partial_id, _picture(head)))
    except uploads.UploadNotFoundError as error:
        raise Http404 from error


def _type(data: bytes, declared: str) -> str:
    """The type is the sender's word for others; for a picture our own look at it."""
    return _picture(data) or (declared or "application/octet-stream")[:_TYPE_LENGTH]


def _picture(data: bytes) -> str:
    found = sniff.media_type(data)
    return found if found in sniff.PICTURES else ""


def _too_large() -> HttpResponse:
    return JsonResponse({"error": _("The file is too large for a message.")}, status=413)


def _taken(request: HttpRequest, stored: uploads.UploadedFile) -> HttpResponse:
    described = letter_files.of_upload(stored, request.account.address.rpartition("@")[2])
    answer = {
        "token": described.token,
        "name": described.name,
        "size": described.size,
        "inline_url": described.url,
    }
    return JsonResponse(answer, status=201)


@require_safe
@account_required
def uploaded(request: HttpRequest, upload_id: int) -> HttpResponse:
    """Show an uploaded picture in the letter that is being written."""
    try:
        found = uploads.find(request.account.pk, upload_id)
    except uploads.UploadNotFoundError as error:
        raise Http404 from error
    response = picture_response(blobs.read(found.blob_id))
    if response is None:
        raise Http404
    return response
