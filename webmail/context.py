"""What every template may use."""

from django.http import HttpRequest

from webmail.views.sidebar import Sidebar


def shell(request: HttpRequest) -> dict[str, object]:
    """Say which frame a page stands in: whole, or only `#main` when htmx navigates."""
    user = getattr(request, "user", None)
    account = getattr(request, "account", None)
    return {
        "layout": "partial.html" if getattr(request, "htmx", False) else "base.html",
        "account": account,
        "theme": getattr(user, "theme", None) or "system",
        "sidebar": Sidebar(request) if account else None,
    }
