"""The settings of this browser: mail kept in it, and notices of new mail."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from mailserver.web_push import Subscription
from webmail.delivery import push
from webmail.store import devices, queries

from .access import account_required, wants_json

_YEAR = 365 * 24 * 3600
_LONGEST = {"endpoint": 1000, "public_key": 100, "secret": 40}


@account_required
def device(request: HttpRequest) -> HttpResponse:
    """Show what this browser does, or keep whether mail is kept in it: a cookie says so."""
    if request.method != "POST":
        context = {
            "keeps": request.COOKIES.get("keep") != "off",
            "shows_content": queries.push_choice(request.session.session_key),
            "push_key": push.sender().public_key,
        }
        return render(request, "settings/device.html", context)
    answer = _saved(request)
    keeps = "on" if request.POST.get("keep") in {"on", "true"} else "off"
    answer.set_cookie("keep", keeps, max_age=_YEAR, samesite="Lax", secure=request.is_secure())
    return answer


@require_POST
@account_required
def notices(request: HttpRequest) -> HttpResponse:
    """Tell this browser of new mail, at the address of its push service; 422 for none that could be one."""
    given = {name: request.POST.get(name, "") for name in _LONGEST}
    is_short = all(len(given[name]) <= longest for name, longest in _LONGEST.items())
    if not is_short or not Subscription(**given).is_sound:
        return JsonResponse({"text": _("This browser’s push service can’t be used.")}, status=422)
    chosen = {"language": get_language() or "en", "shows_content": request.POST.get("content") != "false"}
    devices.add(request.account.pk, request.session.session_key, given.pop("endpoint"), **given, **chosen)
    return _saved(request)


@require_POST
@account_required
def no_notices(request: HttpRequest) -> HttpResponse:
    """Tell this browser of nothing any more."""
    devices.end(request.session.session_key)
    return _saved(request)


def _saved(request: HttpRequest) -> HttpResponse:
    if wants_json(request):
        return JsonResponse({"text": _("Saved")})
    messages.success(request, _("Saved"))
    return HttpResponseRedirect(reverse("device"))
