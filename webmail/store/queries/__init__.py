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
from .found import Found, SearchCursor, ground_of, hits_in, search_page
from .mailboxes import MailboxRow, mailbox_by_path, mailbox_by_role, mailbox_list
from .pages import Page, Row, Sender, all_page, mailbox_page, starred_page, thread_rows
from .people import (
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
from .sessions import StoredSession, session

__all__ = [
    "Changes",
    "ConversationMessage",
    "Cursor",
    "Found",
    "MailboxRow",
    "MessageNotFoundError",
    "Page",
    "Row",
    "Saved",
    "SearchCursor",
    "Sender",
    "StoredSession",
    "Suggestion",
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
    "hits_in",
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
    "raw",
    "resolve_recipients",
    "room_left",
    "saved_searches",
    "search_page",
    "session",
    "starred_page",
    "thread_rows",
]
