"""The conversation page: a conversation from its oldest message to its newest."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_POST, require_safe

from mailserver.query import Parsed, parse
from webmail.models import ReadingPane, Unit
from webmail.store import blobs, flags, queries
from webmail.store.queries import ConversationMessage

from . import (
    message_view,
    places,
    report_card,
    search_marks,
    sender_notes,
    sidebar,
    snoozing,
    spam_notes,
    stand,
    toolbar,
    trace,
)
from .access import account_required
from .mailbox import listing
from .message_view import MessageView
from .search import query_of
from .units import unit_of

_FOLDED_FROM = 4  # so many closed messages in a row are folded to one line


@dataclass(frozen=True, slots=True)
class Fold:
    """A run of closed messages that is itself closed."""

    messages: list[MessageView]


@require_safe
@account_required
def conversation(request: HttpRequest, thread_id: int) -> HttpResponse:
    """Show a conversation; a look at it by its reader marks it as read, a prefetch doesn't."""
    whole = messages_of(request, thread_id)
    slug = request.GET.get("in", places.ALL)
    place = places.find(sidebar.mailboxes_of(request), slug)
    messages = whole if "deleted" in request.GET else in_sight(whole, place, _asked_for(request))
    if all(message.draft for message in messages):
        return compose(request, messages[-1].id)
    query = parse(query_of(request))
    open_ids = opened_first(messages, request.GET.get("open", "")) | _hits(request, thread_id, query)
    views = views_of(request, messages, open_ids)
    mark_read(request, messages)
    context = around(request, slug) | shown(request, thread_id, place, messages, views)
    context |= {
        "hidden": _hidden(whole, messages),
        "marks": search_marks.spoken(query.tree),
        "inbox_unread": unread_besides(request, messages),
    }
    return render(request, "conversation/page.html", context)


def shown(
    request: HttpRequest,
    thread_id: int,
    place: places.Place,
    messages: list[ConversationMessage],
    views: list[MessageView],
) -> dict[str, object]:
    """All that the page of these messages shows, opened from a place."""
    where, labels = stand.of(request, place), labels_of(messages)
    return {
        "opened": {"of": Unit.CONVERSATION, "id": thread_id},
        "thread_id": thread_id,
        "place": place,
        "subject": messages[0].subject,
        "labels": labels,
        "items": _folded(views),
        "stand": where,
        "toolbar": toolbar.of_opened(
            request,
            (Unit.CONVERSATION, thread_id),
            place,
            where,
            (key for _path, _color, key in labels),
            state=toolbar.state_of(messages, place),
        ),
        "snoozed": snoozing.note(messages),
        "last": _answerable(views),
    }


@require_POST
@account_required
def seen(request: HttpRequest, thread_id: int) -> HttpResponse:
    """Note that `messages`, parted by commas, were shown to their reader: scripts fetch without marking."""
    shown = set(request.POST.get("messages", "").split(","))
    unseen = [
        found.id for found in messages_of(request, thread_id) if not found.seen and str(found.id) in shown
    ]
    if unseen:
        flags.set_flags(request.account.pk, unseen, add=frozenset({"\\Seen"}))
    return HttpResponse(status=204)


def around(request: HttpRequest, slug: str) -> dict[str, object]:
    """What it stands in: the pane alone when a script asks, else a page, beside its list."""
    if request.htmx and request.headers.get("HX-Target") == "section#pane":
        return {"layout": "pane.html"}
    return listing(request, slug) if request.user.reading_pane != ReadingPane.OFF else {}


def messages_of(request: HttpRequest, thread_id: int) -> list[ConversationMessage]:
    """The messages of a conversation of the request's account; raises Http404 when there are none."""
    messages = queries.conversation(request.account.pk, thread_id)
    if not messages:
        raise Http404
    return messages


def in_sight(
    messages: list[ConversationMessage], place: places.Place, asked_for: int | None = None
) -> list[ConversationMessage]:
    """Leave out what stands in Trash or Spam only, unless one looks there, or nothing else is left."""
    shown = [message for message in messages if not message_view.bin_of(message)]
    hides_it = any(message.id == asked_for and message not in shown for message in messages)
    return messages if place.role in message_view.BINS or hides_it else shown or messages


def _hidden(whole: list[ConversationMessage], shown: list[ConversationMessage]) -> dict[str, int]:
    """Count what was left out, by the bin it stands in."""
    seen = {message.id for message in shown}
    return Counter(message_view.bin_of(message) for message in whole if message.id not in seen)


def compose(request: HttpRequest, message_id: int) -> HttpResponse:
    """Open a draft, which is not read but written on: in a window over the list, or on its page."""
    target = f"{reverse('compose')}?{urlencode({'draft': message_id})}"
    if not request.htmx:
        return redirect(target)
    event = f'{{"postillion:compose": {{"url": "{target}"}}}}'
    return HttpResponse(status=204, headers={"HX-Trigger": event, "HX-Push-Url": "false"})


def opened_first(messages: list[ConversationMessage], which: str = "") -> set[int]:
    """The last message that isn't a delivery report, the unread ones, and the one that was asked for.

    Behind a sent message reports gather: what became of it is told best by the message itself. `which` is an
    id, or "all" or "none".
    """
    if which in {"all", "none"}:
        return {message.id for message in messages if which == "all" and not message.draft}
    ids = {message.id for message in messages if not message.seen and not message.draft}
    whole = [message for message in messages if not message.draft]
    read_ones = [message.id for message in whole if not message_view.is_report(message)] or [whole[-1].id]
    asked = _number(which)
    return ids | set(read_ones[-1:]) | ({asked} if asked else set())


def _asked_for(request: HttpRequest) -> int | None:
    return _number(request.GET.get("open", ""))


def _number(asked: str) -> int | None:
    return int(asked) if asked.isdecimal() and len(asked) < 19 else None


def _hits(request: HttpRequest, thread_id: int, query: Parsed) -> set[int]:
    """The messages for which a search found the conversation."""
    if query.tree is None:
        return set()
    ground = queries.ground_of(request.account.pk, sidebar.mailboxes_of(request))
    return queries.hits_in(ground, query, thread_id)


def unread_besides(request: HttpRequest, messages: list[ConversationMessage]) -> int:
    """Count what is unread in the inbox, without these messages, which are read now."""
    inbox, unit = next(row for row in sidebar.mailboxes_of(request) if row.role == "inbox"), unit_of(request)
    read_now = sum(not message.seen for message in messages if message.stands_in("inbox"))
    return inbox.unseen(unit) - (read_now if unit == Unit.MESSAGE else min(read_now, 1))


def views_of(
    request: HttpRequest, messages: list[ConversationMessage], open_ids: Collection[int]
) -> list[MessageView]:
    """Describe messages, those with `open_ids` with what is in them."""
    own = queries.own_addresses(request.account)
    heads = blobs.read_heads([message.blob_id for message in messages if message.id in open_ids])
    views = [
        _opened(request, message, own, heads) if message.id in open_ids else message_view.head(message, own)
        for message in messages
    ]
    sender_notes.add(request, messages, views)
    spam_notes.add(request, messages, views)
    return views


def _opened(
    request: HttpRequest, message: ConversationMessage, own: set[str], heads: dict[int, bytes]
) -> MessageView:
    """Open a message; one that was sent from here with the way it took."""
    as_text = request.GET.get("as") == "text" and _asked_for(request) in {None, message.id}
    view = message_view.opened(
        request.account.pk, message, own, heads.get(message.blob_id, b""), as_text=as_text
    )
    if view.is_sent:
        view.trace = trace.context(request.account.pk, message)
    view.report = report_card.card(request.account.pk, message)
    return view


def mark_read(request: HttpRequest, messages: list[ConversationMessage]) -> None:
    """Mark them read, unless a browser only prepares for a look at them."""
    unseen = [message.id for message in messages if not message.seen]
    if unseen and request.method == "GET" and not _is_prefetch(request):
        flags.set_flags(request.account.pk, unseen, add=frozenset({"\\Seen"}))


def _is_prefetch(request: HttpRequest) -> bool:
    purpose = request.headers.get("Sec-Purpose", "") + request.headers.get("Purpose", "")
    return "prefetch" in purpose or "HX-Preloaded" in request.headers


def labels_of(messages: list[ConversationMessage]) -> list[tuple[str, str, int]]:
    """Labels of the conversation: (path, colour, id)."""
    return sorted(
        {
            (standing.path, standing.color or "grey", standing.mailbox_id)
            for message in messages
            for standing in message.mailboxes
            if not standing.role
        }
    )


def _folded(views: list[MessageView]) -> list[MessageView | Fold]:
    """Fold long runs of closed messages; the first message and the last closed one stay in sight."""
    items: list[MessageView | Fold] = []
    run: list[MessageView] = []
    for view in [*views, None]:
        if view is not None and not view.is_open and not view.is_draft:
            run.append(view)
            continue
        items += [run[0], Fold(run[1:-1]), run[-1]] if len(run) >= _FOLDED_FROM else run
        run = []
        if view is not None:
            items.append(view)
    return items


def _answerable(views: list[MessageView]) -> MessageView:
    """The message that a reply answers: the last that isn't a draft."""
    letters = [view for view in views if not (view.is_draft or view.is_report)]
    return (letters or views)[-1]
