"""Contacts as a list: all, those of a group, collected, or found; and who seems to be there twice."""

import base64
import binascii

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from webmail.store import contacts, queries
from webmail.store.queries import ContactRow, GroupRow
from webmail.store.text import storable

from . import people
from .access import account_required
from .contact_sides import group_of, side

_PAGE = 50
_LONGEST = 100


@require_safe
@account_required
def index(request: HttpRequest) -> HttpResponse:
    """Show a page: `q` finds, `group` and `show=collected` choose, `after` goes on."""
    text = storable(request.GET.get("q", "")).strip()[:_LONGEST]
    group, collected = _group(request), request.GET.get("show") == "collected"
    group_id = group.id if group else 0
    after = _read(request.GET.get("after", ""))
    rows = queries.contact_page(
        request.account.pk, text=text, group_id=group_id, collected=collected, after=after, limit=_PAGE
    )
    here = str(group_id) if group_id else "collected" if collected else "all"
    context = {
        "side": side(request, here),
        "group": group,
        "rows": [(row, _person(row)) for row in rows[:_PAGE]],
        "text": text,
        "collected": collected,
        "is_first": after is None,
        "following": _write(rows[_PAGE - 1]) if len(rows) > _PAGE else "",
        "kept": _kept(text, group_id, collected=collected),
    }
    return render(request, "contacts/list.html", context)


@require_safe
@account_required
def duplicates(request: HttpRequest) -> HttpResponse:
    """Show who is there more than once, as it seems: by the same name, or the same address."""
    sets = queries.duplicates(request.account.pk)
    cards = {
        card.id: card for card in contacts.read(request.account.pk, [key for keys in sets for key in keys])
    }
    shown = [[(cards[key], _card_person(cards[key])) for key in keys if key in cards] for keys in sets]
    return render(request, "contacts/duplicates.html", {"side": side(request, "duplicates"), "sets": shown})


def _group(request: HttpRequest) -> GroupRow | None:
    asked = request.GET.get("group", "")
    found = group_of(request, asked)
    if asked and found is None:
        raise Http404
    return found


def _person(row: ContactRow) -> people.Correspondent:
    return people.Correspondent(row.name or row.organisation, row.address or row.phone)


def _card_person(card: contacts.Card) -> people.Correspondent:
    return people.Correspondent(card.name, card.addresses[0].address if card.addresses else card.whole)


def _kept(text: str, group_id: int, *, collected: bool) -> dict[str, str]:
    """What the next page has to ask for again."""
    asked = {"q": text, "group": str(group_id or ""), "show": "collected" if collected else ""}
    return {name: value for name, value in asked.items() if value}


def _write(row: ContactRow) -> str:
    return f"{row.id}.{base64.urlsafe_b64encode(row.sort_key).decode()}"


def _read(text: str) -> tuple[bytes, int] | None:
    """Read what `_write` wrote; None for anything else, as an address can be edited."""
    key, _, coded = text[:2000].partition(".")
    if not key.isdecimal() or len(key) > 18:
        return None
    try:
        return base64.urlsafe_b64decode(coded), int(key)
    except (binascii.Error, ValueError):
        return None
