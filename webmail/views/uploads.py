"""Files on their way into a letter."""

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from webmail.models import UploadPurpose
from webmail.store import blobs, partial_uploads, uploads

from . import letter_files, pieces
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
    # The type is the sender's word for others; for a picture our own look at it.
    declared = (file.content_type or "application/octet-stream")[:_TYPE_LENGTH]
    content_type = letter_files.picture_type(data) or declared
    stored = uploads.add(request.account.pk, file.name[-_NAME_LENGTH:], content_type, data)
    return JsonResponse(letter_files.told(stored, request.account), status=201)


@require_POST
@account_required
def begin(request: HttpRequest) -> HttpResponse:
    """Expect a file in pieces: its name, type and size; says where the pieces go."""
    name, size = request.POST.get("name", "")[-_NAME_LENGTH:], request.POST.get("size", "")
    if not name or not size.isdecimal() or len(size) > _DIGITS:
        return JsonResponse({"error": _("No file came.")}, status=400)
    if int(size) > UPLOAD_LIMIT:
        return _too_large()
    declared = request.POST.get("type", "")[:_TYPE_LENGTH]
    return pieces.begun(
        partial_uploads.begin(request.account.pk, UploadPurpose.ATTACHMENT, name, declared, int(size))
    )


def _too_large() -> HttpResponse:
    return JsonResponse({"error": _("The file is too large for a message.")}, status=413)


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
