"""A single message: on its own page, as the flat list opens it, or as a part of its conversation's page."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_POST, require_safe

from mailserver.query import parse
from webmail.models import Unit
from webmail.store import flags, queries

from . import places, search_marks, sidebar, stand, toolbar
from .access import account_required, wants_part
from .conversation import around, compose, in_sight, labels_of, mark_read, unread_besides, views_of
from .located import message_of
from .search import query_of
from .units import unit_of


@require_safe
@account_required
def message(request: HttpRequest, message_id: int) -> HttpResponse:
    """Show one message, with the ways to the rest of its conversation; to who reads conversations, there.

    Asked for as a part of such a page, it is what a closed one is replaced by, or another form of it.
    """
    if wants_part(request):
        (view,) = views_of(request, [message_of(request, message_id)], {message_id})
        return render(request, "conversation/message.html", {"message": view})
    if "in" in request.GET or unit_of(request) == Unit.MESSAGE:
        return _page(request, message_id)
    target = reverse("conversation", args=[message_of(request, message_id).thread_id])
    shown = {"open": message_id} | ({"as": request.GET["as"]} if "as" in request.GET else {})
    return redirect(f"{target}?{urlencode(shown)}#message-{message_id}")


@require_POST
@account_required
def seen(request: HttpRequest, message_id: int) -> HttpResponse:
    """Note that it was shown to its reader: scripts fetch without marking."""
    if not message_of(request, message_id).seen:
        flags.set_flags(request.account.pk, [message_id], add=frozenset({"\\Seen"}))
    return HttpResponse(status=204)


def _page(request: HttpRequest, message_id: int) -> HttpResponse:
    whole = queries.conversation_around(request.account.pk, message_id)
    found = next((message for message in whole if message.id == message_id), None)
    if found is None:
        raise Http404
    if found.draft:
        return compose(request, message_id)
    slug = request.GET.get("in", places.ALL)
    place = places.find(sidebar.mailboxes_of(request), slug)
    where, labels = stand.of(request, place), labels_of([found])
    views = views_of(request, in_sight(whole, place, message_id), {message_id})
    mark_read(request, [found])
    context = around(request, slug) | {
        "opened": {"of": Unit.MESSAGE, "id": message_id},
        "thread_id": found.thread_id,
        "place": place,
        "subject": found.subject,
        "labels": labels,
        "message": next(view for view in views if view.id == message_id),
        "rest": [view for view in views if view.id != message_id],
        "stand": where,
        "marks": search_marks.spoken(parse(query_of(request)).tree),
        "inbox_unread": unread_besides(request, [found]),
        "toolbar": toolbar.of_opened(
            request,
            (Unit.MESSAGE, message_id),
            place,
            where,
            (key for _path, _color, key in labels),
            state=toolbar.state_of([found], place),
        ),
    }
    return render(request, "conversation/single.html", context)
