"""One person: what is known, and the mail that was exchanged with them."""

from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from mailserver.message import vcard
from mailserver.query import parse
from webmail.store import contacts, queries
from webmail.store.cards import Card, CardAddress
from webmail.store.columns import moment
from webmail.store.queries import Row

from . import contact_words, dates, people, sidebar
from .access import account_required
from .contact_sides import groups_of, side

_MOST_MAIL = 15
_MOST_SEARCHED = 5


@dataclass(frozen=True, slots=True)
class AddressLine:
    """An address; `write` leads to a letter to it, `used` says how often it was written to."""

    address: str
    kind: str
    write: str
    used: str


@dataclass(frozen=True, slots=True)
class Exchanged:
    """A conversation with the person."""

    url: str
    subject: str
    preview: str
    date: str
    unread: bool


@require_safe
@account_required
def contact(request: HttpRequest, contact_id: int) -> HttpResponse:
    """Show the person."""
    card = own(request, contact_id)
    addresses = [one.address for one in card.addresses]
    query = mail_query(addresses)
    found = _mail(request, query) if query else []
    context = {
        "side": side(request, ""),
        "card": card,
        "person": people.Correspondent(
            card.name or card.organisation, addresses[0] if addresses else card.whole
        ),
        "addresses": [_line(card, one) for one in card.addresses],
        "phones": [(number, contact_words.kinds((kind,))) for number, kind in card.phones],
        "more": _more(card),
        "groups": [group for group in groups_of(request) if group.id in card.group_ids],
        "write": _write_url(card, card.addresses[0]) if card.addresses else "",
        "mail": [_exchanged(row) for row in found[:_MOST_MAIL]],
        "search": f"{reverse('search')}?{urlencode({'q': query})}" if len(found) > _MOST_MAIL else "",
    }
    return render(request, "contacts/page.html", context)


def own(request: HttpRequest, contact_id: int) -> Card:
    """Read a contact of the account; Http404 for any other."""
    found = contacts.read(request.account.pk, [contact_id])
    if not found:
        raise Http404
    return found[0]


def mail_query(addresses: list[str]) -> str:
    """Write the search for all mail from and to somebody; "" for who has no address."""
    terms = [f"{field}:{one}" for one in addresses[:_MOST_SEARCHED] for field in ("from", "to", "cc")]
    return f"{{{' '.join(terms)}}}" if terms else ""


def _mail(request: HttpRequest, query: str) -> list[Row]:
    ground = queries.ground_of(request.account.pk, sidebar.mailboxes_of(request))
    return queries.search_page(ground, parse(query), limit=_MOST_MAIL + 1).page.rows


def _exchanged(row: Row) -> Exchanged:
    url = reverse("conversation", args=[row.thread_id])
    return Exchanged(url, row.subject, row.preview, dates.short(row.latest_received_at), bool(row.unseen))


def _line(card: Card, one: CardAddress) -> AddressLine:
    used = ngettext(
        "written to %(count)d time, last %(date)s", "written to %(count)d times, last %(date)s", one.use_count
    )
    words = (
        used % {"count": one.use_count, "date": dates.short(moment(one.last_used_at))}
        if one.last_used_at
        else ""
    )
    return AddressLine(one.address, contact_words.kinds((one.kind,)), _write_url(card, one), words)


def _write_url(card: Card, one: CardAddress) -> str:
    name = card.name.replace("\\", "").replace('"', "")
    to = f'"{name}" <{one.address}>' if name else one.address
    return f"{reverse('compose')}?{urlencode({'to': to})}"


def _more(card: Card) -> list[tuple[str, str, str, str]]:
    """What else a vCard told: postal addresses, web pages, the birthday."""
    if not card.card:
        return []
    text = f"BEGIN:VCARD\nVERSION:3.0\nFN:x\n{card.card}\nEND:VCARD"
    return [line for found in vcard.read(text.encode()) for line in contact_words.lines(found)]
