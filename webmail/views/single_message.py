"""A single message: on its own page, as the flat list opens it, or as a part of its conversation's page."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from webmail.models import Unit
from webmail.store import queries
from webmail.store.queries import Cursor

from . import message_view, places, sidebar, toolbar
from .access import account_required, wants_part
from .conversation import beyond, compose, in_sight, labels_of, mark_read, view_of
from .located import message_of
from .targets import targets
from .units import unit_of


@require_safe
@account_required
def message(request: HttpRequest, message_id: int) -> HttpResponse:
    """Show one message, with the ways to the rest of its conversation; to who reads conversations, there.

    Asked for as a part of such a page, it is what a closed one is replaced by, or another form of it.
    """
    if wants_part(request):
        view = view_of(request, message_of(request, message_id), queries.own_addresses(request.account))
        return render(request, "conversation/message.html", {"message": view})
    if "in" in request.GET or unit_of(request) == Unit.MESSAGE:
        return _page(request, message_id)
    target = reverse("conversation", args=[message_of(request, message_id).thread_id])
    shown = {"open": message_id} | ({"as": request.GET["as"]} if "as" in request.GET else {})
    return redirect(f"{target}?{urlencode(shown)}#message-{message_id}")


@require_safe
@account_required
def neighbour(request: HttpRequest, message_id: int, direction: str) -> HttpResponse:
    """Lead to the next newer or older message of the list, or back to the list at its end."""
    cursor = Cursor(message_of(request, message_id).received_at, message_id)
    return beyond(request, Unit.MESSAGE, cursor, direction)


def _page(request: HttpRequest, message_id: int) -> HttpResponse:
    messages = queries.conversation_around(request.account.pk, message_id)
    found = next((message for message in messages if message.id == message_id), None)
    if found is None:
        raise Http404
    if found.draft:
        return compose(request, message_id)
    mailboxes = sidebar.mailboxes_of(request)
    place = places.find(mailboxes, request.GET.get("in", places.ALL))
    own = queries.own_addresses(request.account)
    view = view_of(request, found, own)
    mark_read(request, [found])
    context = {
        "thread_id": found.thread_id,
        "place": place,
        "subject": found.subject,
        "labels": labels_of([found]),
        "message": view,
        "rest": [
            message_view.head(other, own) for other in in_sight(messages, place) if other.id != message_id
        ],
        "toolbar": toolbar.of_opened(
            request,
            Unit.MESSAGE,
            message_id,
            place,
            targets(mailboxes, [found]),
            starred=found.flagged,
        ),
    }
    return render(request, "conversation/single.html", context)
