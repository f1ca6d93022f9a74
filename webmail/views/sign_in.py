"""Signing in and out."""

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from webmail.forms import SignInForm
from webmail.models import Outcome
from webmail.store import credentials

from . import entrance
from .access import account_required


@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Show the form, or try what was given; `next` leads only to this site."""
    target = entrance.local(request)
    if request.user.is_authenticated:
        return HttpResponseRedirect(target)
    form = SignInForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and (response := _try(request, form, target)):
        return response
    status = 422 if form.errors else 200
    return render(request, "account/sign_in.html", {"form": form, "next": target}, status=status)


def _try(request: HttpRequest, form: SignInForm, target: str) -> HttpResponse | None:
    """Go on with who this is; a wrong address and a wrong password get the same words."""
    address, password = form.cleaned_data["address"], form.cleaned_data["password"]
    answer = credentials.authenticate(address, password, entrance.visitor(request, address))
    match answer.outcome:
        case Outcome.ACCEPTED:
            return entrance.let_in(request, answer.user, target)
        case Outcome.HALF_WAY:
            return entrance.begin_second_step(request, answer.user, target)
        case Outcome.LIMITED:
            form.refuse_for_now()
        case _:
            form.refuse()
    return None


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
