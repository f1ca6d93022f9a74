"""A person's data, taken out whole and brought in from elsewhere."""

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from webmail.store import archive, imports, partial_uploads
from webmail.store.imports import CannotImportError
from webmail.store.partial_uploads import Partial

from . import import_words, pieces
from .access import account_required, wants_json
from .file_response import download


@require_safe
@account_required
def data(request: HttpRequest) -> HttpResponse:
    """Show the ways in and out, and how far imports have come."""
    return _page(request)


@require_safe
@account_required
def progress(request: HttpRequest) -> HttpResponse:
    """Draw the imports alone, for the open page."""
    return render(request, "settings/imports.html", _imports(request))


@require_safe
@account_required
def export(request: HttpRequest) -> HttpResponse:
    """Give everything in one zip, made while it is sent."""
    name = f"{request.account.address} {timezone.localdate().isoformat()}.zip"
    return download(archive.stream(request.account), name, "application/zip")


@require_POST
@account_required
def begin(request: HttpRequest) -> HttpResponse:
    """Begin the import of a file: a script sends its name and size, and then the pieces; a form all of it."""
    file = request.FILES.get("file")
    name, size = (file.name, file.size) if file else (request.POST.get("name", ""), _number(request, "size"))
    folder = request.POST.get("folder", "").strip()
    try:
        partial = imports.begin_file(request.account.pk, name, size, folder)
    except CannotImportError as error:
        return _refuse(request, error)
    if file:
        _take_whole(request.account.pk, partial, file)
    if wants_json(request):
        return pieces.begun(partial)
    messages.success(request, _("The import has begun. You can leave this page."))
    return redirect("data")


@require_POST
@account_required
def server(request: HttpRequest) -> HttpResponse:
    """Begin the import of all mail of an account on another server."""
    host = request.POST.get("host", "").strip().lower()[:255]
    user, password = request.POST.get("user", "").strip()[:320], request.POST.get("password", "")[:1000]
    if not (host and user and password):
        return _page(request, server_error=_("Host, user and password are all needed."), status=422)
    try:
        imports.begin_server(request.account.pk, host, _number(request, "port") or 993, user, password)
    except CannotImportError as error:
        return _page(request, server_error=import_words.refusal(error.code), status=422)
    messages.success(request, _("The import has begun. You can leave this page."))
    return redirect("data")


@require_POST
@account_required
def cancel(request: HttpRequest, import_id: int) -> HttpResponse:
    """End an import; what has come stays."""
    if not imports.cancel(request.account.pk, import_id):
        return HttpResponse(status=404)
    messages.success(request, _("The import was stopped. What has come stays."))
    return redirect("data")


def _take_whole(account_id: int, partial: Partial, file: UploadedFile) -> None:
    file.seek(partial.received)
    while not partial.is_whole and (part := file.read(pieces.LARGE)):
        partial = partial_uploads.add(account_id, partial.token, partial.received, part)
    imports.uploaded(account_id, partial.token)


def _number(request: HttpRequest, name: str) -> int:
    text = request.POST.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 18 else 0


def _refuse(request: HttpRequest, error: CannotImportError) -> HttpResponse:
    text = import_words.refusal(error.code)
    if wants_json(request):
        return JsonResponse({"error": text}, status=422)
    return _page(request, file_error=text, status=422)


def _imports(request: HttpRequest) -> dict[str, object]:
    lines = [import_words.line(*each) for each in imports.of_account(request.account.pk)]
    return {"imports": lines, "runs": any(line.is_unfinished for line in lines)}


def _page(
    request: HttpRequest, *, file_error: str = "", server_error: str = "", status: int = 200
) -> HttpResponse:
    context = _imports(request) | {
        "file_error": file_error,
        "server_error": server_error,
        "posted": request.POST,
    }
    return render(request, "settings/data.html", context, status=status)
