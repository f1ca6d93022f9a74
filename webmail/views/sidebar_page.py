"""The sidebar's places and labels alone, for a page whose labels changed."""

from django.http import HttpRequest, HttpResponse

from . import sidebar as drawn
from .access import account_required


@account_required
def sidebar(request: HttpRequest) -> HttpResponse:
    """Answer the list of places and labels."""
    return HttpResponse(drawn.nav(request))
