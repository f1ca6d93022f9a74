"""What is said when something was done to conversations or messages: `store.acts` does it."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import ngettext_lazy, npgettext_lazy

from webmail.models import Unit


@dataclass(frozen=True, slots=True)
class Words:
    """What is said of conversations, and of messages."""

    conversations: Promise
    messages: Promise

    def said(self, unit: str, count: int, name: str) -> str:
        """Say what was done to `count` of them; `name` is the mailbox that was named."""
        words = self.messages if unit == Unit.MESSAGE else self.conversations
        return str(words % {"count": count, "name": name})


VERBS = {
    "archive": Words(
        ngettext_lazy("Archived", "%(count)d conversations archived", "count"),
        npgettext_lazy("messages", "Archived", "%(count)d messages archived", "count"),
    ),
    "trash": Words(
        ngettext_lazy("Moved to Trash", "%(count)d conversations moved to Trash", "count"),
        npgettext_lazy("messages", "Moved to Trash", "%(count)d messages moved to Trash", "count"),
    ),
    "junk": Words(
        ngettext_lazy("Moved to Spam", "%(count)d conversations moved to Spam", "count"),
        npgettext_lazy("messages", "Moved to Spam", "%(count)d messages moved to Spam", "count"),
    ),
    "notjunk": Words(
        ngettext_lazy("Moved to Inbox", "%(count)d conversations moved to Inbox", "count"),
        npgettext_lazy("messages", "Moved to Inbox", "%(count)d messages moved to Inbox", "count"),
    ),
    "restore": Words(
        ngettext_lazy("Restored", "%(count)d conversations restored", "count"),
        npgettext_lazy("messages", "Restored", "%(count)d messages restored", "count"),
    ),
    "mute": Words(
        ngettext_lazy("Muted", "%(count)d conversations muted", "count"),
        npgettext_lazy("messages", "Muted", "%(count)d messages muted", "count"),
    ),
    "unmute": Words(
        ngettext_lazy("No longer muted", "%(count)d conversations no longer muted", "count"),
        npgettext_lazy("messages", "No longer muted", "%(count)d messages no longer muted", "count"),
    ),
    "star": Words(
        ngettext_lazy("Star added", "Stars added to %(count)d conversations", "count"),
        npgettext_lazy("messages", "Star added", "Stars added to %(count)d messages", "count"),
    ),
    "unstar": Words(
        ngettext_lazy("Star removed", "Stars removed from %(count)d conversations", "count"),
        npgettext_lazy("messages", "Star removed", "Stars removed from %(count)d messages", "count"),
    ),
    "read": Words(
        ngettext_lazy("Marked as read", "%(count)d conversations marked as read", "count"),
        npgettext_lazy("messages", "Marked as read", "%(count)d messages marked as read", "count"),
    ),
    "unread": Words(
        ngettext_lazy("Marked as unread", "%(count)d conversations marked as unread", "count"),
        npgettext_lazy("messages", "Marked as unread", "%(count)d messages marked as unread", "count"),
    ),
    "unreadfrom": Words(
        ngettext_lazy("Marked as unread", "%(count)d conversations marked as unread", "count"),
        npgettext_lazy("messages", "Marked as unread", "%(count)d messages marked as unread", "count"),
    ),
    "delete": Words(
        ngettext_lazy("Deleted for good", "%(count)d conversations deleted for good", "count"),
        npgettext_lazy("messages", "Deleted for good", "%(count)d messages deleted for good", "count"),
    ),
    "snooze": Words(
        ngettext_lazy("Snoozed until %(name)s", "%(count)d conversations snoozed until %(name)s", "count"),
        npgettext_lazy(
            "messages", "Snoozed until %(name)s", "%(count)d messages snoozed until %(name)s", "count"
        ),
    ),
    "unsnooze": Words(
        ngettext_lazy("Back in the Inbox", "%(count)d conversations are back in the Inbox", "count"),
        npgettext_lazy("messages", "Back in the Inbox", "%(count)d messages are back in the Inbox", "count"),
    ),
    "pin": Words(
        ngettext_lazy("Pinned", "%(count)d conversations pinned", "count"),
        npgettext_lazy("messages", "Pinned", "%(count)d messages pinned", "count"),
    ),
    "unpin": Words(
        ngettext_lazy("Unpinned", "%(count)d conversations unpinned", "count"),
        npgettext_lazy("messages", "Unpinned", "%(count)d messages unpinned", "count"),
    ),
    "move": Words(
        ngettext_lazy("Moved to %(name)s", "%(count)d conversations moved to %(name)s", "count"),
        npgettext_lazy("messages", "Moved to %(name)s", "%(count)d messages moved to %(name)s", "count"),
    ),
    "copy": Words(
        ngettext_lazy("Copied to %(name)s", "%(count)d conversations copied to %(name)s", "count"),
        npgettext_lazy("messages", "Copied to %(name)s", "%(count)d messages copied to %(name)s", "count"),
    ),
    "label": Words(
        ngettext_lazy("Labelled %(name)s", "%(count)d conversations labelled %(name)s", "count"),
        npgettext_lazy("messages", "Labelled %(name)s", "%(count)d messages labelled %(name)s", "count"),
    ),
    "unlabel": Words(
        ngettext_lazy("%(name)s removed", "%(name)s removed from %(count)d conversations", "count"),
        npgettext_lazy("messages", "%(name)s removed", "%(name)s removed from %(count)d messages", "count"),
    ),
}

RELABELLED = Words(
    ngettext_lazy("Labels changed", "Labels of %(count)d conversations changed", "count"),
    npgettext_lazy("messages", "Labels changed", "Labels of %(count)d messages changed", "count"),
)
# A label alone would leave them in the Inbox.
MOVED_TO_LABEL = Words(
    ngettext_lazy(
        "Moved from Inbox to %(name)s", "%(count)d conversations moved from Inbox to %(name)s", "count"
    ),
    npgettext_lazy(
        "messages",
        "Moved from Inbox to %(name)s",
        "%(count)d messages moved from Inbox to %(name)s",
        "count",
    ),
)
