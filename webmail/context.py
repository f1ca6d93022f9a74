"""What every template may use."""

import re

from django.http import HttpRequest

from webmail.views import vacation
from webmail.views.sidebar import Sidebar

_PART = re.compile("[2-7][0-9]|80")


def shell(request: HttpRequest) -> dict[str, object]:
    """Say which frame a page stands in: whole, or only `#main` when htmx navigates."""
    user = getattr(request, "user", None)
    account = getattr(request, "account", None)
    away = vacation.state(account) if account and vacation.is_on(account) else ""
    return {
        "layout": _layout(request, bool(account)),
        "account": account,
        "away": away,
        "theme": getattr(user, "theme", None) or "system",
        "sidebar": Sidebar(request) if account else None,
        "split": _split(request),
    }


def _layout(request: HttpRequest, has_account: bool) -> str:
    if getattr(request, "htmx", False):
        return "partial.html"
    return "base.html" if has_account else "plain.html"


def _split(request: HttpRequest) -> str:
    """Where the line between list and pane stands: custom properties, from what splitter.js keeps."""
    kept = {name: request.COOKIES.get(f"split-{name}", "") for name in ("right", "below")}
    return "".join(f"--split-{name}:{part}%;" for name, part in kept.items() if _PART.fullmatch(part))
