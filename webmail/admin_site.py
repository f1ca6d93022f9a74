"""The administration site: our own sign-in, and what its scripts need of the content policy."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import logout
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.csp import CSP
from django.views.decorators.csp import csp_override
from unfold.sites import UnfoldAdminSite

# Unfold's pages run Alpine, which evaluates expressions in attributes, and carry styles in attributes.
# Only here, where no foreign mail is ever shown, these are allowed (docs/decisions/0004).
_CSP = settings.SECURE_CSP | {
    "script-src": [CSP.SELF, CSP.UNSAFE_EVAL],
    "style-src": [CSP.SELF, CSP.UNSAFE_INLINE],
}


class Site(UnfoldAdminSite):
    """Domains, people, mailboxes and the queue, for administrators."""

    def admin_view(self, view: Callable[..., Any], cacheable: bool = False) -> Callable[..., Any]:
        """Give every page of the administration its own content policy."""
        return csp_override(_CSP)(super().admin_view(view, cacheable))

    def login(self, request: HttpRequest, **_context: Any) -> HttpResponse:
        """Sign in where everybody does: one form, one limit on failures."""
        if request.user.is_authenticated:
            raise PermissionDenied
        return redirect(f"{reverse('sign_in')}?{urlencode({'next': request.GET.get('next', '/admin/')})}")

    def password_change(self, _request: HttpRequest, _extra_context: Any = None) -> HttpResponse:
        """Change it where everybody does."""
        return redirect("security_password")

    def logout(self, request: HttpRequest, **_context: Any) -> HttpResponse:
        """End the session; Django asks for POST in the view around this one."""
        logout(request)
        return redirect("sign_in")
