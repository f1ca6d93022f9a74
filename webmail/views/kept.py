"""Mail to be kept in a browser: what to keep, its lists, and conversations in batches, as they are read.

The service worker (static/worker/) asks for it in idle time, and shows it where there is no network.
"""

from collections.abc import Iterable, Iterator
from hashlib import blake2s

from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from mailserver.message import content
from webmail import assets
from webmail.models import Unit
from webmail.store import blobs, queries, readings
from webmail.store.queries import ConversationMessage, Page, Row

from . import body, mailbox, message_view, places, sidebar
from .access import account_required
from .conversation import in_sight, opened_first, shown
from .message_view import MessageView
from .places import Place

MESSAGES = 500
BATCH = 20
# So much of a message is read; what begins later is left to the network.
_CHUNKS = 4
_LISTS = (places.STARRED, places.SNOOZED, "sent", "drafts", "archive")
_PREFERENCES = ("language", "time_zone", "theme", "default_reply", "reading_pane")


@require_safe
@account_required
def index(request: HttpRequest) -> HttpResponse:
    """Name the conversations of the newest 500 messages, the Inbox first, and draw the lists.

    `since` and `look` are those of what the browser has: nothing more is told when they are the present ones.
    """
    modseq, look = request.account.modseq, _look(request)
    answer = {"account": request.account.pk, "modseq": modseq, "look": look}
    if (request.GET.get("since"), request.GET.get("look")) == (str(modseq), look):
        return JsonResponse(answer)
    mailboxes = sidebar.mailboxes_of(request)
    inbox, everywhere = places.find(mailboxes, "inbox"), places.find(mailboxes, places.ALL)
    first = _newest(queries.mailbox_page(request.account.pk, inbox.mailbox_id, limit=MESSAGES).rows, MESSAGES)
    known = {row.thread_id for row in first}
    every = queries.all_page(request.account.pk, limit=MESSAGES).rows
    room = MESSAGES - sum(row.message_count for row in first)
    others = _newest([row for row in every if row.thread_id not in known], room)
    known |= {row.thread_id for row in others}
    lists = {"inbox": _list(request, inbox, first)}
    lists[places.ALL] = _list(request, everywhere, [row for row in every if row.thread_id in known])
    for slug in _LISTS:
        place = places.find(mailboxes, slug)
        page = mailbox.read(request.account.pk, place, Unit.CONVERSATION)
        lists[slug] = _list(request, place, page.rows)
    kept = [(row.thread_id, row.modseq) for row in (*first, *others)]
    return JsonResponse(answer | {"conversations": kept, "lists": lists})


@require_safe
@account_required
def shell(request: HttpRequest) -> HttpResponse:
    """Answer the page around all others, and what is said of mail that is not kept."""
    return render(request, "offline/shell.html")


@require_safe
@account_required
def conversations(request: HttpRequest) -> HttpResponse:
    """Draw the conversations `ids`, parted by commas, with their letters: a fixed number of statements."""
    ids = request.GET.get("ids", "").split(",")
    if len(ids) > BATCH or not all(key.isdecimal() and len(key) < 19 for key in ids):
        return HttpResponseBadRequest()
    found = queries.conversations(request.account.pk, [int(key) for key in ids])
    every = [message for messages in found.values() for message in messages]
    heads = blobs.read_heads([message.blob_id for message in every], _CHUNKS)
    pen = _Pen(request, heads)
    with readings.read_at_once(request.account.pk):
        drawn = [pen.conversation(key, messages) for key, messages in found.items()]
    return JsonResponse({"conversations": drawn})


def _newest(rows: Iterable[Row], room: int) -> list[Row]:
    """As many rows as have so many messages together."""
    found = []
    for row in rows:
        room -= row.message_count
        if room < 0:
            break
        found.append(row)
    return found


def _list(request: HttpRequest, place: Place, rows: list[Row]) -> str:
    """Draw a list as a part of the page; it is the first page and the last."""
    context = mailbox.shown(request, place, Unit.CONVERSATION, Page(rows, None, None))
    return _drawn(request, "list/page.html", context | {"layout": "partial.html"})


def _drawn(request: HttpRequest, template: str, context: dict[str, object]) -> str:
    # The messages of Django are for the page that is looked at.
    return render_to_string(template, context | {"messages": ()}, request)


def _look(request: HttpRequest) -> str:
    """Name what a page looks like besides its mail: when it is another one, all is drawn anew."""
    chosen = [getattr(request.user, name) for name in _PREFERENCES]
    day = timezone.localdate().isoformat()
    said = repr((assets.version(), get_language(), timezone.get_current_timezone_name(), chosen, day))
    return blake2s(said.encode(), digest_size=8).hexdigest()


class _Pen:
    """Draws conversations of one batch."""

    def __init__(self, request: HttpRequest, heads: dict[int, bytes]) -> None:
        self._request, self._heads = request, heads
        self._own = queries.own_addresses(request.account)
        self._mailboxes = sidebar.mailboxes_of(request)

    def conversation(self, key: int, whole: list[ConversationMessage]) -> dict[str, object]:
        """Draw a conversation as its pane, and each letter of it as it is opened."""
        slug = "inbox" if any(message.stands_in("inbox") for message in whole) else places.ALL
        place = places.find(self._mailboxes, slug)
        messages = in_sight(whole, place)
        letters = [message for message in messages if self._is_here(message)]
        views = {message.id: self._view(message) for message in letters}
        return {
            "id": key,
            "html": self._pane(key, place, messages, views),
            "messages": [[each, self._part(place, view)] for each, view in views.items()],
            "bodies": list(self._bodies(letters, views)),
        }

    def _is_here(self, message: ConversationMessage) -> bool:
        """Tell whether what was read of a message has all of its texts; drafts are written on, not read."""
        head, tree = self._heads.get(message.blob_id, b""), message.part
        found = content.display_parts(head, tree)
        parts = dict(tree.walk())
        texts = [parts[section] for section in (found.html, found.text, *found.more) if section is not None]
        return not message.draft and tree.body <= len(head) and all(part.end <= len(head) for part in texts)

    def _view(self, message: ConversationMessage) -> MessageView:
        head = self._heads[message.blob_id]
        return message_view.opened(self._request.account.pk, message, self._own, head)

    def _pane(
        self, key: int, place: Place, messages: list[ConversationMessage], views: dict[int, MessageView]
    ) -> str:
        first = opened_first(messages) if any(not message.draft for message in messages) else set()
        drawn = [
            views[message.id]
            if message.id in first and message.id in views
            else message_view.head(message, self._own)
            for message in messages
        ]
        context = shown(self._request, key, place, messages, drawn) | {"layout": "pane.html"}
        return _drawn(self._request, "conversation/page.html", context)

    def _part(self, place: Place, view: MessageView) -> str:
        return _drawn(self._request, "conversation/message.html", {"message": view, "place": place})

    def _bodies(
        self, letters: list[ConversationMessage], views: dict[int, MessageView]
    ) -> Iterator[tuple[int, str, str]]:
        """The documents of HTML letters, each with the policy that it is shown under."""
        for message in letters:
            view = views[message.id]
            if view.content and view.content.body == "html":
                letter = message_view.letter_of(message, self._heads[message.blob_id])
                answer = body.kept(self._request, letter)
                yield message.id, answer.content.decode(), answer["Content-Security-Policy"]
