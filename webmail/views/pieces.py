"""A file sent up in pieces: one way for attachments and for imports of mail.

Whoever begins is told where the pieces go and how large they may be. GET says how much is here; POST takes
the bytes that go on at `at`, and with the last of them says what the file has become.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from webmail.models import Account, UploadPurpose
from webmail.store import imports, partial_uploads
from webmail.store.partial_uploads import Partial
from webmail.store.uploads import UploadNotFoundError

from . import letter_files
from .access import account_required

SMALL: Final = 1024 * 1024
LARGE: Final = 4 * SMALL
_LARGE_FILE = 100 * SMALL
_DIGITS = 15


def begun(partial: Partial) -> HttpResponse:
    """Say where the pieces go, how large they are at most, and how much is here already."""
    answer = {
        "url": reverse("uploads_piece", args=[partial.token]),
        "piece": LARGE if partial.size > _LARGE_FILE else SMALL,
        "received": partial.received,
    }
    return JsonResponse(answer, status=201)


@require_http_methods(["GET", "HEAD", "POST"])
@account_required
def piece(request: HttpRequest, upload: str) -> HttpResponse:
    """Say how much of a file is here; take the piece that begins `at` a byte; with the last, the file."""
    account, at = request.account, request.GET.get("at", "")
    try:
        found = partial_uploads.find(account.pk, upload)
        if request.method == "POST" and at.isdecimal() and len(at) <= _DIGITS:
            found = partial_uploads.add(account.pk, upload, int(at), request.body)
        answer: dict[str, object] = {"received": found.received}
        if request.method == "POST" and found.is_whole:
            answer |= _FINISH[found.purpose](account, found)
            return JsonResponse(answer, status=201)
    except UploadNotFoundError as error:
        raise Http404 from error
    return JsonResponse(answer)


def _attach(account: Account, found: Partial) -> Mapping[str, object]:
    file = partial_uploads.finish(account.pk, found.token, letter_files.picture_type)
    return letter_files.told(file, account)


def _bring(account: Account, found: Partial) -> Mapping[str, object]:
    imports.uploaded(account.pk, found.token)
    return {}


_FINISH: Mapping[Any, Callable[[Account, Partial], Mapping[str, object]]] = {
    UploadPurpose.ATTACHMENT: _attach,
    UploadPurpose.IMPORT: _bring,
}
