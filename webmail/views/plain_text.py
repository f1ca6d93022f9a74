"""A letter's text without its formats."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_POST

from mailserver.message import html

from . import letter_html
from .access import account_required


@require_POST
@account_required
def convert(request: HttpRequest) -> HttpResponse:
    """Write what the editor holds as plain text, as its plain part would be."""
    return JsonResponse({"text": html.to_text(letter_html.to_wire(request.POST.get("html", ""), ()))})
