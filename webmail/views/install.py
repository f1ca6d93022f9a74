"""What a browser needs to install the site: manifest, icon, service worker, a page without network."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language, get_language_bidi
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from webmail import assets

# The ground of the pages, as static/css/tokens.css has it: --desk, light.
_DESK = "#f5f0ec"
_SIZES = (192, 512)
_DAY = 24 * 3600


@require_safe
def manifest(_request: HttpRequest) -> HttpResponse:
    """Describe the site as an application, in the reader's language (Web App Manifest, W3C)."""
    inbox, compose = reverse("mailbox", args=["inbox"]), reverse("compose")
    answer = {
        "id": "/",
        "name": "Postillion",
        "short_name": "Postillion",
        "description": _("Your mail, also without a network."),
        "lang": get_language(),
        "dir": "rtl" if get_language_bidi() else "ltr",
        "start_url": inbox,
        "scope": "/",
        "display": "standalone",
        "theme_color": _DESK,
        "background_color": _DESK,
        "categories": ["productivity", "email"],
        "icons": [_icon(name, purpose, size) for name, purpose in _ICONS for size in _SIZES],
        "shortcuts": [
            {"name": _("Compose"), "url": compose, "icons": [_icon("icon", "any", 192)]},
            {"name": _("Inbox"), "url": inbox, "icons": [_icon("icon", "any", 192)]},
        ],
        "protocol_handlers": [{"protocol": "mailto", "url": f"{compose}?mailto=%s"}],
        "share_target": {
            "action": compose,
            "method": "GET",
            "params": {"title": "subject", "text": "body", "url": "link"},
        },
    }
    headers = {"Cache-Control": f"private, max-age={_DAY}", "Vary": "Accept-Language, Cookie"}
    return JsonResponse(answer, content_type="application/manifest+json", headers=headers)


_ICONS = (("icon", "any"), ("maskable", "maskable"))


def _icon(name: str, purpose: str, size: int) -> dict[str, str]:
    source = static(f"img/{name}-{size}.png")
    return {"src": source, "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}


@require_safe
def favicon(_request: HttpRequest) -> HttpResponse:
    """Lead who asks for an icon without reading a page to it."""
    return HttpResponseRedirect(
        static("img/favicon.ico"), headers={"Cache-Control": f"public, max-age={_DAY}"}
    )


@require_safe
def worker(_request: HttpRequest) -> HttpResponse:
    """Answer the service worker; browsers compare it with theirs at each visit, so it is always asked for."""
    shell = {"version": assets.version(), "files": _shell()}
    headers = {"Cache-Control": "no-cache"}
    return HttpResponse(assets.worker(shell), content_type="text/javascript; charset=utf-8", headers=headers)


def _shell() -> list[str]:
    """Everything that a page may load, and the page that is shown where nothing is kept."""
    style = reverse("stylesheet", args=[assets.version()])
    return [style, *(static(path) for path in assets.of_pages()), reverse("offline")]


@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """Say that there is no network: kept by the service worker for when nothing else is."""
    answer = render(request, "offline/page.html")
    answer["Cache-Control"] = "no-cache"
    return answer
