"""The one stylesheet, joined from its files."""

from django.http import Http404, HttpRequest, HttpResponse

from webmail import assets


def stylesheet(request: HttpRequest, version: str) -> HttpResponse:
    """Answer all CSS, kept forever: another content has another address."""
    if version != assets.version():
        raise Http404
    headers = {"Cache-Control": "public, max-age=31536000, immutable", "Vary": "Accept-Encoding"}
    content = assets.stylesheet()
    if "gzip" in request.headers.get("Accept-Encoding", ""):
        content, headers["Content-Encoding"] = assets.gzipped_stylesheet(), "gzip"
    return HttpResponse(content, content_type="text/css; charset=utf-8", headers=headers)
