"""Who may see a page: the signed-in owner of an account, and only what is theirs."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode

from . import entrance

type View = Callable[..., HttpResponse]


def account_required(view: View) -> View:
    """Give the view `request.account`, or lead to signing in."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return sign_in_first(request)
        account = request.session.account_of(request.user)
        if account is None:
            return render(request, "account/no_account.html", status=403)
        request.account = account
        return view(request, *args, **kwargs)

    return guarded


def writer_required(view: View) -> View:
    """As `account_required`; and a form that another account was written in doesn't come into this one."""

    @account_required
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        own = str(request.account.pk)
        if request.POST.get("account", own) != own:
            return sign_in_first(request)
        return view(request, *args, **kwargs)

    return guarded


def person_required(view: View) -> View:
    """Lead to signing in. `request.account` is None for who has no mail, or no way to it yet."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return sign_in_first(request)
        setting_up = entrance.is_setting_up(request)
        request.account = None if setting_up else request.session.account_of(request.user)
        return view(request, *args, **kwargs)

    return guarded


def confirmed(view: View) -> View:
    """Let only in who has proved within the last 15 minutes who they are; others do so first."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if entrance.is_confirmed(request):
            return view(request, *args, **kwargs)
        # What was sent is not kept: it may be a secret.
        back = request.get_full_path() if request.method == "GET" else reverse("security")
        target = f"{reverse('security_confirm')}?{urlencode({'next': back})}"
        if wants_json(request):
            return HttpResponse(status=401, headers={"HX-Redirect": target})
        return HttpResponseRedirect(target)

    return guarded


def set_up_first(request: HttpRequest) -> HttpResponse:
    """Lead to setting up a second step; htmx and scripts are told to leave the page whole."""
    target = reverse("security_code")
    if not (request.htmx or wants_json(request)):
        return HttpResponseRedirect(target)
    return HttpResponse(status=401 if wants_json(request) else 204, headers={"HX-Redirect": target})


def sign_in_first(request: HttpRequest) -> HttpResponse:
    """Lead to the sign-in page and back here; htmx is told to leave the page whole."""
    if not (request.htmx or wants_json(request)):
        return redirect_to_login(request.get_full_path())
    target = f"{reverse('sign_in')}?{urlencode({'next': request.htmx.current_url_abs_path or '/'})}"
    return HttpResponse(status=401 if wants_json(request) else 204, headers={"HX-Redirect": target})


def wants_part(request: HttpRequest) -> bool:
    """Tell a request of htmx for a part of a page from one for the page, in the window or in the pane."""
    return bool(request.htmx) and not (request.htmx.target or "").endswith(("#main", "#pane"))


def wants_json(request: HttpRequest) -> bool:
    """Tell a script's request from a page's."""
    return request.headers.get("Accept", "").startswith("application/json")
