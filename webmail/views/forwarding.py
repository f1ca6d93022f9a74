"""Forwarding: addresses are asked for their consent by a mailed link, and take all mail when they gave it."""

from django.conf import settings
from django.contrib import messages
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from mailserver.message import compose
from mailserver.message.address import AddressError, normalise, of_spec
from webmail.delivery import submit
from webmail.models import ForwardAddress
from webmail.store import forwarding, queries

from .access import account_required
from .toast import say

_SALT = "webmail.forwarding"
_VALID_SECONDS = 30 * 24 * 3600


@account_required
def forward(request: HttpRequest) -> HttpResponse:
    """Show the addresses, or ask one more for its consent."""
    if request.method != "POST":
        return _page(request)
    typed = request.POST.get("address", "").strip()[:320]
    try:
        _ask(request, normalise(typed))
    except AddressError:
        return _page(request, typed, _("That is no e-mail address."))
    except forwarding.ForwardError as error:
        return _page(request, typed, _refusal(error))
    except submit.SubmitError:
        return _page(request, typed, _("The message with the link could not be sent."))
    messages.success(request, _("A link was mailed to %(address)s.") % {"address": typed})
    return redirect("forwarding")


@require_POST
@account_required
def take_all(request: HttpRequest) -> HttpResponse:
    """Hand all mail on to an address, or no longer."""
    key = request.POST.get("address", "")
    found = [each for each in queries.forward_addresses(request.account.pk) if str(each.pk) == key]
    if key and not (found and found[0].verified_at):
        raise Http404
    keeps = request.POST.get("copy") != "trash"
    forwarding.take_all(request.account.pk, found[0].pk if found else None, keeps_copy=keeps)
    messages.success(request, _("Saved"))
    return redirect("forwarding")


@require_POST
@account_required
def forget(request: HttpRequest, forward_id: int) -> HttpResponse:
    """Forget an address; rules that hand on to it do so no more."""
    found = _own(request, forward_id)
    done = forwarding.forget(request.account.pk, found.pk)
    say(request, _("%(address)s is forgotten.") % {"address": found.address}, done)
    return redirect("forwarding")


def agree(request: HttpRequest, consent: str) -> HttpResponse:
    """Let who got the link agree, signed in or not; a program that follows links agrees to nothing."""
    try:
        key, address = signing.loads(consent, salt=_SALT, max_age=_VALID_SECONDS)
    except signing.BadSignature as error:
        raise Http404 from error
    if request.method == "POST" and forwarding.verify(key, address) is None:
        raise Http404
    asked = forwarding.asked(key, address)
    if asked is None:
        raise Http404
    context = {"address": address, "account": None, "owner": asked.account, "agreed": asked.verified_at}
    return render(request, "settings/forwarding_agree.html", context)


def _ask(request: HttpRequest, address: str) -> None:
    account = request.account
    found = forwarding.ask(account.pk, address, queries.own_addresses(account))
    consent = signing.dumps([found.pk, address], salt=_SALT)
    link = f"{settings.SITE_URL.rstrip('/')}{reverse('forwarding_agree', args=[consent])}"
    names = {"name": account.name or account.address, "own": account.address, "address": address}
    text = _(
        "%(name)s would like to forward mail from %(own)s to %(address)s.\n\n"
        "If you agree, open this page and confirm it:\n\n%(link)s\n\n"
        "If you don’t, do nothing: no mail will be forwarded."
    )
    draft = compose.Draft(
        from_=(of_spec(account.address, account.name),),
        to=(of_spec(address),),
        subject=_("May mail of %(own)s be forwarded to you?") % names,
        text=text % {**names, "link": link},
        automatic="auto-generated",
    )
    key = f"consent-{found.pk}-{found.asked_at.timestamp():.0f}"
    submit.submit(account.pk, draft, submission_key=key, hold_seconds=0)


def _refusal(error: forwarding.ForwardError) -> str:
    return {
        "own": _("That is your own address."),
        "full": _("There are too many addresses. Remove one first."),
        "soon": _("A link was mailed a moment ago. Please wait ten minutes."),
    }[error.code]


def _own(request: HttpRequest, key: int) -> ForwardAddress:
    for found in queries.forward_addresses(request.account.pk):
        if found.pk == key:
            return found
    raise Http404


def _page(request: HttpRequest, typed: str = "", error: str = "") -> HttpResponse:
    addresses = queries.forward_addresses(request.account.pk)
    context = {
        "addresses": addresses,
        "verified": [each for each in addresses if each.verified_at],
        "current": next((each for each in addresses if each.takes_all), None),
        "typed": typed,
        "error": error,
    }
    return render(request, "settings/forwarding.html", context, status=422 if error else 200)
