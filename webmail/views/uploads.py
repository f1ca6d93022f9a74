"""Files on their way into a letter."""

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from mailserver.message import sniff
from webmail.store import blobs, uploads

from . import letter_files
from .access import account_required
from .compose import UPLOAD_LIMIT
from .file_response import picture_response

_NAME_LENGTH, _TYPE_LENGTH = 200, 255


@require_POST
@account_required
def upload(request: HttpRequest) -> HttpResponse:
    """Take one file; 413 when no message could carry it."""
    file = request.FILES.get("file")
    if file is None:
        return JsonResponse({"error": _("No file came.")}, status=400)
    if file.size > UPLOAD_LIMIT:
        return JsonResponse({"error": _("The file is too large for a message.")}, status=413)
    data = file.read()
    # The type is the sender's word for others; for a picture our own look at it.
    found = sniff.media_type(data)
    declared = (file.content_type or "application/octet-stream")[:_TYPE_LENGTH]
    content_type = found if found in sniff.PICTURES else declared
    stored = uploads.add(request.account.pk, file.name[-_NAME_LENGTH:], content_type, data)
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
