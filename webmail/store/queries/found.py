"""Searching: conversations with a message that fits, the newest fit first."""

from collections.abc import Iterator
from datetime import UTC, datetime, time

from django.db.models import Exists, OuterRef, Q, QuerySet

from mailserver.message.digest import digest
from webmail.models import MailboxMessage, Message, Role

from .. import blobs
from ..search import matching
from ..search_query import Query, parse, squeezed
from .cursor import Cursor
from .pages import Page, thread_rows

_BATCH = 200
_MAX_RECHECKED = 1000
_ANYWHERE = "anywhere"
_ROLE_NAMES = {"spam": Role.JUNK, **{role.value: role for role in Role if role.value}}

_STATES: dict[str, dict[str, bool]] = {
    "unread": {"seen": False},
    "read": {"seen": True},
    "starred": {"flagged": True},
}


def search_page(account_id: int, text: str, *, before: Cursor | None = None, limit: int = 50) -> Page:
    """Conversations in which a message fits, the newest fit first; Junk and Trash only by `in:`."""
    query = parse(text)
    if query.is_empty:
        return Page([], None, None)
    messages = _fitting(account_id, query)
    shown = set(messages.filter(pk__gte=before.id).values_list("thread_id", flat=True)) if before else set()
    found: dict[int, int] = {}
    for message_id, thread_id in _newest(messages, query, before):
        if thread_id not in shown and thread_id not in found:
            if len(found) == limit:
                return _page(account_id, found, before, more=True)
            found[thread_id] = message_id
        elif thread_id in found:
            found[thread_id] = message_id
    return _page(account_id, found, before, more=False)


def _page(account_id: int, found: dict[int, int], before: Cursor | None, *, more: bool) -> Page:
    order = {thread_id: place for place, thread_id in enumerate(found)}
    rows = sorted(thread_rows(account_id, found), key=lambda row: order[row.thread_id])
    start = before.position if before else 0
    following = None
    if more and rows:
        following = Cursor(rows[-1].latest_received_at, min(found.values()), start + len(rows))
    return Page(rows, following, None, start)


def _newest(messages: QuerySet[Message], query: Query, before: Cursor | None) -> Iterator[tuple[int, int]]:
    """Yield (message, thread), newest first, in batches; texts are looked into where the index can't tell."""
    last, rechecked = before.id if before else None, 0
    while True:
        older = messages if last is None else messages.filter(pk__lt=last)
        batch = list(older.order_by("-pk").values_list("pk", "thread_id", "blob_id")[:_BATCH])
        for message_id, thread_id, blob_id in batch:
            if query.texts:
                rechecked += 1
                if rechecked > _MAX_RECHECKED:
                    return
                if not _has_texts(blob_id, query.texts):
                    continue
            yield message_id, thread_id
        if len(batch) < _BATCH:
            return
        last = batch[-1][0]


def _has_texts(blob_id: int, texts: list[str]) -> bool:
    text = squeezed(digest(blobs.read(blob_id)).search_text)
    return all(wanted in text for wanted in texts)


def _fitting(account_id: int, query: Query) -> QuerySet[Message]:
    """Build the condition: the index by terms, the rest by columns."""
    messages = Message.objects.filter(_standing(query), account_id=account_id, orphaned_at=None)
    if query.terms or query.prefixes:
        messages = messages.filter(pk__in=matching(account_id, query.terms, query.prefixes))
    for terms in query.excluded:
        messages = messages.exclude(pk__in=matching(account_id, terms))
    for value in query.senders:
        messages = messages.filter(Q(from_name__icontains=value) | Q(from_address__icontains=value))
    for value in query.recipients:
        # The envelope keeps local part and domain apart.
        for piece in filter(None, value.split("@")):
            messages = messages.filter(Q(to_text__icontains=piece) | Q(envelope__icontains=piece))
    for value in query.subjects:
        messages = messages.filter(subject__icontains=value)
    if query.attachment:
        messages = messages.filter(has_attachment=True)
    if query.before:
        messages = messages.filter(received_at__lt=datetime.combine(query.before, time.min, UTC))
    if query.after:
        messages = messages.filter(received_at__gte=datetime.combine(query.after, time.min, UTC))
    return messages


def _standing(query: Query) -> Exists:
    """Ask where a message stands, and how it is flagged there."""
    placements = MailboxMessage.objects.filter(message=OuterRef("pk"))
    wanted = query.mailbox.lower()
    if not wanted:
        placements = placements.exclude(mailbox__role__in=(Role.JUNK, Role.TRASH))
    elif wanted in _ROLE_NAMES:
        placements = placements.filter(mailbox__role=_ROLE_NAMES[wanted])
    elif wanted != _ANYWHERE:
        placements = placements.filter(mailbox__path__iexact=query.mailbox)
    for state in query.states:
        placements = placements.filter(**_STATES[state])
    return Exists(placements)
