"""The conversation page: a conversation from its oldest message to its newest."""

from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from mailserver.query import Parsed, parse
from webmail.store import flags, queries
from webmail.store.queries import ConversationMessage, Cursor

from . import message_view, places, search_marks, sidebar, toolbar, trace
from .access import account_required
from .mailbox import read
from .message_view import MessageView
from .search import query_of
from .targets import targets

_FOLDED_FROM = 4  # so many closed messages in a row are folded to one line


@dataclass(frozen=True, slots=True)
class Fold:
    """A run of closed messages that is itself closed."""

    messages: list[MessageView]


@require_safe
@account_required
def conversation(request: HttpRequest, thread_id: int) -> HttpResponse:
    """Show a conversation; a look at it by its reader marks it as read, a prefetch doesn't."""
    messages = _messages(request, thread_id)
    place = places.find(sidebar.mailboxes_of(request), request.GET.get("in", places.ALL))
    if all(message.draft for message in messages):
        return _compose(request, messages[-1].id)
    own = queries.own_addresses(request.account)
    query = parse(query_of(request))
    open_ids = _open_ids(request, messages) | _hits(request, thread_id, query)
    views = [
        _view(request, message, own) if message.id in open_ids else message_view.head(message, own)
        for message in messages
    ]
    _mark_read(request, messages)
    context = {
        "thread_id": thread_id,
        "place": place,
        "subject": messages[0].subject,
        "labels": _labels(messages),
        "items": _folded(views),
        "views": views,
        "toolbar": toolbar.of_conversation(
            request,
            thread_id,
            place,
            targets(sidebar.mailboxes_of(request), messages),
            starred=any(message.flagged for message in messages),
        ),
        "last": _answerable(views),
        "marks": search_marks.spoken(query.tree),
        "unread": _unread(request, messages),
    }
    return render(request, "conversation/page.html", context)


@require_safe
@account_required
def message(request: HttpRequest, message_id: int) -> HttpResponse:
    """Show one message, opened: what a closed one of the page is replaced by."""
    try:
        found = queries.message(request.account.pk, message_id)
    except queries.MessageNotFoundError as error:
        raise Http404 from error
    if not request.htmx:
        target = reverse("conversation", args=[found.thread_id])
        return redirect(f"{target}?{urlencode({'open': found.id})}#message-{found.id}")
    view = _view(request, found, queries.own_addresses(request.account))
    return render(request, "conversation/message.html", {"message": view})


@require_safe
@account_required
def neighbour(request: HttpRequest, thread_id: int, direction: str) -> HttpResponse:
    """Lead to the next newer or older conversation of the list, or back to the list at its end."""
    messages = _messages(request, thread_id)
    place = places.find(sidebar.mailboxes_of(request), request.GET.get("in", places.ALL))
    cursor = Cursor(_latest(messages, place), thread_id)
    page = read(request.account.pk, place, **{"after" if direction == "newer" else "before": cursor})
    if not page.rows:
        return redirect("mailbox", slug=place.slug)
    row = page.rows[-1 if direction == "newer" else 0]
    target = reverse("conversation", args=[row.thread_id])
    return redirect(f"{target}?{urlencode({'in': place.slug})}")


def _messages(request: HttpRequest, thread_id: int) -> list[ConversationMessage]:
    messages = queries.conversation(request.account.pk, thread_id)
    if not messages:
        raise Http404
    return messages


def _latest(messages: list[ConversationMessage], place: places.Place):
    """The time that orders the conversation in the list of this place."""
    here = [
        message.received_at
        for message in messages
        if place.mailbox_id is None or any(m.mailbox_id == place.mailbox_id for m in message.mailboxes)
    ]
    return max(here or [message.received_at for message in messages])


def _compose(request: HttpRequest, message_id: int) -> HttpResponse:
    """A draft is not read but written on: in a window over the list, or on its page."""
    target = f"{reverse('compose')}?{urlencode({'draft': message_id})}"
    if not request.htmx:
        return redirect(target)
    event = f'{{"postillion:compose": {{"url": "{target}"}}}}'
    return HttpResponse(status=204, headers={"HX-Trigger": event, "HX-Push-Url": "false"})


def _open_ids(request: HttpRequest, messages: list[ConversationMessage]) -> set[int]:
    """The last message that isn't a delivery report, the unread ones, and the one that was asked for.

    Behind a sent message reports gather: what became of it is told best by the message itself.
    """
    ids = {message.id for message in messages if not message.seen and not message.draft}
    whole = [message for message in messages if not message.draft]
    read_ones = [message.id for message in whole if not message_view.is_report(message)] or [whole[-1].id]
    asked = request.GET.get("open", "")
    return ids | set(read_ones[-1:]) | ({int(asked)} if asked.isdecimal() else set())


def _hits(request: HttpRequest, thread_id: int, query: Parsed) -> set[int]:
    """The messages for which a search found the conversation."""
    if query.tree is None:
        return set()
    ground = queries.ground_of(request.account.pk, sidebar.mailboxes_of(request))
    return queries.hits_in(ground, query, thread_id)


def _unread(request: HttpRequest, messages: list[ConversationMessage]) -> int:
    """Count what is unread in the inbox, without this one, which is read now."""
    mailbox = next(row for row in sidebar.mailboxes_of(request) if row.role == "inbox")
    here = (
        message for message in messages if any(each.mailbox_id == mailbox.id for each in message.mailboxes)
    )
    return mailbox.unseen_thread_count - (not all(message.seen for message in here))


def _view(request: HttpRequest, message: ConversationMessage, own: set[str]) -> MessageView:
    """Open a message; one that was sent from here with the way it took."""
    view = message_view.opened(request.account.pk, message, own)
    if view.is_sent:
        view.trace = trace.context(request.account.pk, message.id)
    return view


def _mark_read(request: HttpRequest, messages: list[ConversationMessage]) -> None:
    unseen = [message.id for message in messages if not message.seen]
    if unseen and request.method == "GET" and not _is_prefetch(request):
        flags.set_flags(request.account.pk, unseen, add=frozenset({"\\Seen"}))


def _is_prefetch(request: HttpRequest) -> bool:
    purpose = request.headers.get("Sec-Purpose", "") + request.headers.get("Purpose", "")
    return "prefetch" in purpose or "HX-Preloaded" in request.headers


def _labels(messages: list[ConversationMessage]) -> list[tuple[str, str, str]]:
    """Labels of the conversation: (path, colour, slug)."""
    return sorted(
        {
            (standing.path, standing.color or "grey", f"label-{standing.mailbox_id}")
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
