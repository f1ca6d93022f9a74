"""From a conversation, or a message, to the next newer or older one of its list."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from webmail.models import Unit
from webmail.store import queries
from webmail.store.queries import ConversationMessage, Cursor

from . import places, sidebar, stand
from .access import account_required
from .conversation import messages_of
from .located import message_of
from .mailbox import read, window
from .places import Place
from .stand import Stand

type Found = tuple[int, Stand]


@require_safe
@account_required
def of_conversation(request: HttpRequest, thread_id: int, direction: str) -> HttpResponse:
    """Lead to the next newer or older conversation, or back to the list at its end."""
    messages = messages_of(request, thread_id)
    place = _place(request)
    here = _spot(request.account.pk, place, int(thread_id), messages)
    return _lead(request, place, Unit.CONVERSATION, here, direction)


@require_safe
@account_required
def of_message(request: HttpRequest, message_id: int, direction: str) -> HttpResponse:
    """Lead to the next newer or older message, or back to the list at its end."""
    here = Cursor(message_of(request, message_id).received_at, int(message_id))
    return _lead(request, _place(request), Unit.MESSAGE, here, direction)


def _lead(request: HttpRequest, place: Place, unit: Unit, here: Cursor, direction: str) -> HttpResponse:
    found = _on_page(request, place, unit, here, direction) or _beyond(request, place, unit, here, direction)
    if found is None:
        return redirect(stand.of(request, place).address)
    key, where = found
    # The page of a unit is called as the unit is.
    return redirect(f"{reverse(unit.value, args=[key])}{where.ending}")


def _place(request: HttpRequest) -> Place:
    return places.find(sidebar.mailboxes_of(request), request.GET.get("in", places.ALL))


def _spot(account_id: int, place: Place, key: int, messages: list[ConversationMessage]) -> Cursor:
    """Where the conversation stands in the list of this place, or would by its newest message."""
    here = queries.place_in(account_id, place.mailbox_id, key) if place.mailbox_id is not None else None
    return here or Cursor(max(message.received_at for message in messages), key)


def _on_page(request: HttpRequest, place: Place, unit: Unit, here: Cursor, direction: str) -> Found | None:
    """Look on the page that the reader came from, or at the first row of the next one."""
    if place.is_search:
        return None
    page = read(request.account.pk, place, unit, **window(request))
    keys = [row.id for row in page.rows]
    if here.id not in keys:
        return None
    at = keys.index(here.id) + (1 if direction == "older" else -1)
    if 0 <= at < len(keys):
        return keys[at], stand.of(request, place)
    if at < 0 or page.next is None:
        return None
    following = read(request.account.pk, place, unit, before=page.next)
    where = stand.of(request, place, {"before": str(page.next)})
    return (following.rows[0].id, where) if following.rows else None


def _beyond(request: HttpRequest, place: Place, unit: Unit, here: Cursor, direction: str) -> Found | None:
    """Look beside its own place in the order; the page begins there."""
    older = direction == "older"
    page = read(request.account.pk, place, unit, **{"before" if older else "after": here})
    if not page.rows:
        return None
    if place.is_search:
        where = stand.of(request, place)
    elif older:
        where = stand.of(request, place, {"before": str(here)})
    else:
        # Where nothing is newer than the page, it is the first, which needs no cursor.
        where = stand.of(request, place, {"after": str(here)} if page.previous else {})
    return page.rows[0 if older else -1].id, where
