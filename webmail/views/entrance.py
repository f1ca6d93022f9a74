"""How a person comes in at the web: by a password and perhaps a second step, or by a passkey alone."""

from time import time

from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.utils.http import url_has_allowed_host_and_scheme

from webmail.models import Door, User
from webmail.store import log_ins, queries, second_factor
from webmail.store.log_ins import Visitor
from webmail.store.open_sessions import VISIT

from . import known_device

# What a session has of a way that isn't at its end.
_HALF, _SET_UP, _CONFIRMED = "half_way", "must_set_up", "confirmed_at"
_PATIENCE = 10 * 60
_CONFIRMED_FOR = 15 * 60


def visitor(request: HttpRequest, address: str = "") -> Visitor:
    """Say who stands at the door, and whether the owner of `address` has used this browser before."""
    device = known_device.find(request, address.lower()) if address else ""
    program = request.headers.get("User-Agent", "")
    return Visitor(Door.WEB, request.META["REMOTE_ADDR"], program, device)


def local(request: HttpRequest) -> str:
    """Where to go on to: `next`, if it leads to this site."""
    target = request.POST.get("next") or request.GET.get("next", "")
    safe = url_has_allowed_host_and_scheme(target, allowed_hosts=None, require_https=request.is_secure())
    return target if safe else "/"


def begin_second_step(request: HttpRequest, user: User, target: str) -> HttpResponse:
    """Remember that the password was right, in a session of a new key, and ask for more."""
    request.session.cycle_key()
    proof = user.get_session_auth_hash()
    request.session[_HALF] = {"user": user.pk, "proof": proof, "at": time(), "next": target}
    return redirect("second_step")


def half_way(request: HttpRequest) -> tuple[User, str] | None:
    """Say who has given the password lately and where they go; a password changed since doesn't count."""
    half = request.session.get(_HALF)
    if not half or time() - half["at"] > _PATIENCE:
        return None
    user = queries.person(half["user"])
    if user is None or not constant_time_compare(half["proof"], user.get_session_auth_hash()):
        return None
    return user, half["next"]


def let_in(request: HttpRequest, user: User, target: str) -> HttpResponse:
    """Sign somebody in, in a session of a new key; lead them on, or to what they must set up."""
    request.session.pop(_HALF, None)
    login(request, user)
    who = visitor(request)
    request.session[VISIT] = {"at": time(), "ip": who.ip, "program": log_ins.shortened(who.program)}
    note_confirmed(request)
    note_missing(request, user)
    response = HttpResponseRedirect(target)
    known_device.remember(request, response, user.address)
    return response


def note_confirmed(request: HttpRequest) -> None:
    """Remember that this person has just proved who they are."""
    request.session[_CONFIRMED] = time()


def is_confirmed(request: HttpRequest) -> bool:
    """Tell whether they have within the last 15 minutes."""
    return time() - request.session.get(_CONFIRMED, 0) < _CONFIRMED_FOR


def must_set_up(request: HttpRequest) -> bool:
    """Tell whether this page is closed to a session that must set up a second step first."""
    if not request.session.get(_SET_UP):
        return False
    style = reverse("stylesheet", args=["x"]).partition("x")[0]
    return not request.path.startswith((reverse("security"), reverse("sign_out"), style))


def is_setting_up(request: HttpRequest) -> bool:
    """Tell whether a second step was asked for, and is yet to be set up."""
    return bool(request.session.get(_SET_UP))


def note_missing(request: HttpRequest, user: User) -> None:
    """Close everything else to this session while a second step is required and missing; else open it."""
    if second_factor.is_missing(user):
        request.session[_SET_UP] = True
    else:
        request.session.pop(_SET_UP, None)
