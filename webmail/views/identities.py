"""Whom one writes as: name, signature and reply address for each address that leads here."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from mailserver.message import html
from webmail.forms import IdentityForm
from webmail.models import Identity
from webmail.store import identities, queries
from webmail.store.queries import SendingAddress

from . import compose_texts, letter_html
from .access import account_required

_REFUSED = {
    "address": ("address", gettext_lazy("Mail to this address does not come to you.")),
    "reply_to": ("reply_to", gettext_lazy("This is not a valid address.")),
    "exists": ("address", gettext_lazy("There is one for this address already.")),
    "full": (None, gettext_lazy("There are too many. Delete one first.")),
}


@require_safe
@account_required
def index(request: HttpRequest) -> HttpResponse:
    """Show all addresses that one may write from."""
    found = [(each, html.to_text(each.signature_html)) for each in queries.sending_addresses(request.account)]
    return render(request, "settings/identities.html", {"identities": found})


@account_required
def edit(request: HttpRequest) -> HttpResponse:
    """Change what goes with an address, named by ?address=, or with one that is typed."""
    wanted = request.GET.get("address", "")
    known = next(
        (each for each in queries.sending_addresses(request.account) if each.address == wanted), None
    )
    if wanted and known is None:
        raise Http404
    form = IdentityForm(request.POST or None, initial=_fields(request, known))
    if request.method == "POST" and form.is_valid():
        address = known.address if known else form.cleaned_data["address"]
        fields = _read(request, form, known)
        try:
            identities.keep(request.account, address, fields, new=known is None)
        except identities.IdentityError as error:
            form.add_error(*_REFUSED[error.code])
        else:
            messages.success(request, _("Saved"))
            return redirect("identities")
    context = {
        "form": form,
        "known": known,
        "example": request.account.address.replace("@", "+shop@"),
        "tools": compose_texts.text_tools(),
    }
    return render(request, "settings/identity.html", context, status=422 if form.errors else 200)


@require_POST
@account_required
def delete(request: HttpRequest, identity_id: int) -> HttpResponse:
    """Forget what goes with an address."""
    try:
        identities.delete(request.account, identity_id)
    except Identity.DoesNotExist as error:
        raise Http404 from error
    messages.success(request, _("Deleted"))
    return redirect("identities")


def _fields(request: HttpRequest, known: SendingAddress | None) -> dict[str, object]:
    shown = known or SendingAddress("", request.account.name)
    return {
        "address": shown.address,
        "name": shown.name,
        "reply_to": shown.reply_to,
        "signature_html": letter_html.to_editor(shown.signature_html, {}),
        "signature": html.to_text(shown.signature_html),
        "is_default": shown.is_default,
    }


def _read(request: HttpRequest, form: IdentityForm, known: SendingAddress | None) -> dict[str, str | bool]:
    """Read what was chosen; a browser without scripts sends the signature as text, and changes only that."""
    data = form.cleaned_data
    kept = known.signature_html if known else ""
    signature = letter_html.to_wire(data["signature_html"], ())
    if "signature" in request.POST:
        text = data["signature"].replace("\r\n", "\n")
        signature = kept if text == html.to_text(kept) else letter_html.from_text(text) if text else ""
    elif not html.to_text(signature).strip() and "<img" not in signature:
        signature = ""
    return {
        "name": data["name"],
        "reply_to": data["reply_to"],
        "signature_html": signature,
        "is_default": data["is_default"],
    }
