"""Where a form leads on to."""

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme


def of(request: HttpRequest, otherwise: str) -> str:
    """The page that `next` names, if it is of this site."""
    asked = request.POST.get("next", "")
    return asked if url_has_allowed_host_and_scheme(asked, allowed_hosts=None) else otherwise
