"""Pages for what went wrong; they need no database."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from .access import wants_json


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001
    """Say that there is nothing here, or nothing of yours."""
    return _page(request, 404, _("There is nothing here"), _("It may have been deleted or moved."))


def refused(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001
    """Say that the server may not do this."""
    return _page(request, 403, _("That is not allowed"), _("You may not open this page."))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 (Django's name)
    """Say that a form was not ours, or too old."""
    return _page(
        request, 403, _("This page has been open too long"), _("Please load it again. Nothing was changed.")
    )


def failed(request: HttpRequest) -> HttpResponse:
    """Say that the fault is ours."""
    return _page(
        request,
        500,
        _("Something went wrong here"),
        _("It is our fault, and it was noted. Please try again."),
    )


def _page(request: HttpRequest, status: int, title: str, text: str) -> HttpResponse:
    if wants_json(request):
        return HttpResponse(text, status=status, content_type="text/plain; charset=utf-8")
    layout = "error_partial.html" if getattr(request, "htmx", False) else "error.html"
    return render(
        request, layout, {"status": status, "error_title": title, "error_text": text}, status=status
    )
