"""The second page of signing in: a code of the app or a recovery code; or a passkey, see passkey_entrance."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from webmail.models import Means, Outcome, User
from webmail.store import log_ins, login_limit, queries, second_factor

from . import entrance
from .security.forms import CodeForm


@sensitive_post_parameters("code")
@require_http_methods(["GET", "POST"])
def second_step(request: HttpRequest) -> HttpResponse:
    """Ask who has given the right password for more."""
    if request.user.is_authenticated:
        return HttpResponseRedirect(entrance.local(request))
    half = entrance.half_way(request)
    if half is None:
        return redirect("sign_in")
    user, target = half
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _try(request, form, user):
        return entrance.let_in(request, user, target)
    context = {"form": form, "address": user.address, "factor": queries.second_factor_of(user)}
    return render(request, "account/second_step.html", context, status=422 if form.errors else 200)


def _try(request: HttpRequest, form: CodeForm, user: User) -> bool:
    who = entrance.visitor(request, user.address)
    this_try = login_limit.Try(user.address, who.ip, who.device)
    if not this_try.is_allowed():
        this_try.forgive()
        log_ins.note(user, who, Outcome.LIMITED, Means.CODE)
        form.refuse_for_now()
        return False
    means = second_factor.use(user, form.cleaned_data["code"])
    if means is None:
        log_ins.note(user, who, Outcome.WRONG_STEP, Means.CODE)
        form.refuse()
        return False
    this_try.forgive()
    log_ins.complete(user, who, means)
    return True
