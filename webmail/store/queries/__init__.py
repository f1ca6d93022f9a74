"""Every read of what is kept; each names the index that serves it."""

from .changes import Changes, changes_since, current_modseq
from .conversation import (
    ConversationMessage,
    MessageNotFoundError,
    blob_raw,
    conversation,
    find_message_id,
    latest_messages,
    message,
    messages_of_threads,
    part_bytes,
    raw,
)
from .cursor import Cursor
from .found import Found, SearchCursor, ground_of, search_page
from .mailboxes import MailboxRow, mailbox_by_path, mailbox_by_role, mailbox_list
from .pages import Page, Row, Sender, all_page, mailbox_page, place_in, starred_page, thread_rows
from .people import (
    Destination,
    Suggestion,
    account_for,
    complete_recipients,
    first_domain,
    local_domains,
    own_addresses,
    resolve_recipients,
    room_left,
)
from .saved import Saved, saved_searches
from .sender_facts import Asked, SenderFacts, sender_facts
from .senders import (
    Choice,
    Waiting,
    sender_choice_page,
    sender_choices,
    unsubscriptions,
    waiting_senders,
)
from .sessions import StoredSession, session

__all__ = [
    "Asked",
    "Changes",
    "Choice",
    "ConversationMessage",
    "Cursor",
    "Destination",
    "Found",
    "MailboxRow",
    "MessageNotFoundError",
    "Page",
    "Row",
    "Saved",
    "SearchCursor",
    "Sender",
    "SenderFacts",
    "StoredSession",
    "Suggestion",
    "Waiting",
    "account_for",
    "all_page",
    "blob_raw",
    "changes_since",
    "complete_recipients",
    "conversation",
    "current_modseq",
    "find_message_id",
    "first_domain",
    "ground_of",
    "latest_messages",
    "local_domains",
    "mailbox_by_path",
    "mailbox_by_role",
    "mailbox_list",
    "mailbox_page",
    "message",
    "messages_of_threads",
    "own_addresses",
    "part_bytes",
    "place_in",
    "raw",
    "resolve_recipients",
    "room_left",
    "saved_searches",
    "search_page",
    "sender_choice_page",
    "sender_choices",
    "sender_facts",
    "session",
    "starred_page",
    "thread_rows",
    "unsubscriptions",
    "waiting_senders",
]
