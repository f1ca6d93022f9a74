"""Contacts made and changed by hand; also who wrote a message."""

from dataclasses import replace

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from mailserver.message.address import AddressError, normalise
from webmail.store import contacts, queries
from webmail.store.cards import Card, CardAddress

from .access import account_required
from .contact_form import KINDS, ContactForm
from .contact_page import own
from .contact_sides import group_of, groups_of, side, to
from .located import message_of
from .toast import say


@account_required
def new(request: HttpRequest) -> HttpResponse:
    """Make a contact; `group` is one to be in."""
    group = group_of(request, request.GET.get("group", ""))
    return _edit(request, Card(group_ids=(group.id,) if group else ()), reverse("contact_new"))


@account_required
def edit(request: HttpRequest, contact_id: int) -> HttpResponse:
    """Change a contact."""
    return _edit(request, own(request, contact_id), reverse("contact_edit", args=[contact_id]))


@account_required
def of_message(request: HttpRequest, message_id: int) -> HttpResponse:
    """Add who wrote a message; who is known is shown."""
    message = message_of(request, message_id)
    try:
        spec = normalise(message.from_address)
    except AddressError as error:
        raise Http404 from error
    known = queries.contacts_with(request.account.pk, [spec]).get(spec)
    if known and request.method == "GET":
        card = own(request, known)
        if not (card.is_collected and not card.name and message.from_name):
            return redirect("contact", known)
        fresh = replace(card, name=message.from_name[:200])
        return _edit(request, fresh, reverse("contact_edit", args=[known]))
    card = Card(name=message.from_name[:200], addresses=(CardAddress(spec),))
    return _edit(request, card, reverse("contact_of_message", args=[message_id]))


def _edit(request: HttpRequest, card: Card, action: str) -> HttpResponse:
    form = ContactForm(request.POST if request.method == "POST" else None, card, groups_of(request))
    if request.method == "POST" and form.is_valid():
        try:
            [key], done = contacts.put(request.account.pk, [form.card])
        except contacts.ContactsFullError:
            form.add_error(None, _("There are too many contacts. Delete some first."))
        else:
            say(request, _("Contact saved"), done)
            return to(request, reverse("contact", args=[key]))
    context = {"form": form, "card": card, "action": action, "kinds": KINDS, "side": side(request, "")}
    return render(request, "contacts/edit.html", context, status=422 if form.errors else 200)
