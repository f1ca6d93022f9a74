"""The one stylesheet, joined from its files."""

from django.http import Http404, HttpRequest, HttpResponse

from webmail import assets


def stylesheet(_request: HttpRequest, version: str) -> HttpResponse:
    """Answer all CSS, kept forever: another content has another address."""
    if version != assets.version():
        raise Http404
    return HttpResponse(
        assets.stylesheet(),
        content_type="text/css; charset=utf-8",
        headers={"Cache-Control": "public, max-age=31536000, immutable"},
    )
