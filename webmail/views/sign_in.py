"""Signing in and out."""

from django.contrib.auth import authenticate, login, logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from webmail.forms import SignInForm

from . import login_limit
from .access import account_required


@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Show the form, or try what was given; `next` leads only to this site."""
    target = _local(request, request.POST.get("next") or request.GET.get("next", ""))
    if request.user.is_authenticated:
        return HttpResponseRedirect(target)
    form = SignInForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _try(request, form):
        response = HttpResponseRedirect(target)
        login_limit.remember_device(request, response, form.cleaned_data["address"].lower())
        return response
    status = 422 if form.errors else 200
    return render(request, "account/sign_in.html", {"form": form, "next": target}, status=status)


def _try(request: HttpRequest, form: SignInForm) -> bool:
    """Sign the person in; a wrong address and a wrong password get the same words."""
    address, password = form.cleaned_data["address"].lower(), form.cleaned_data["password"]
    this_try = login_limit.Try(request, address)
    if not this_try.is_allowed():
        this_try.forgive()
        form.refuse_for_now()
        return False
    user = authenticate(request, username=address, password=password)
    if user is None:
        form.refuse()
        return False
    this_try.forgive()
    login(request, user)
    return True


def _local(request: HttpRequest, target: str) -> str:
    safe = url_has_allowed_host_and_scheme(target, allowed_hosts=None, require_https=request.is_secure())
    return target if safe else "/"


@require_safe
@account_required
def signed_in(request: HttpRequest) -> HttpResponse:
    """Tell a page that was open longer than its session who is signed in now, and the new token."""
    return JsonResponse({"account": request.account.pk, "token": get_token(request)})


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session."""
    logout(request)
    return redirect("sign_in")
