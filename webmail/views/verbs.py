"""What can be done to conversations, and what is said when it was done."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import ngettext_lazy

from webmail.store import conversations, pins, snooze
from webmail.store.done import Done


@dataclass(frozen=True, slots=True)
class Asked:
    """Whose conversations, the mailbox looked at (None in Starred and All mail), and what is named.

    `target` is the mailbox to move to; `add` and `remove` are labels to give and to take; `until` is a time.
    """

    account_id: int
    thread_ids: list[int]
    here: int | None
    target: int = 0
    add: tuple[int, ...] = ()
    remove: tuple[int, ...] = ()
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Verb:
    """How it is done and told; `needs_target` when it names a mailbox, `needs_time` when a time."""

    act: Callable[[Asked], Done]
    words: Promise
    needs_target: bool = False
    needs_time: bool = False

    def said(self, count: int, name: str) -> str:
        """Say what was done to `count` conversations; `name` is the mailbox or the time that was named."""
        return str(self.words % {"count": count, "name": name})


def _verb(act: Callable[[int, list[int], int | None], Done], words: Promise) -> Verb:
    return Verb(lambda asked: act(asked.account_id, asked.thread_ids, asked.here), words)


def _named(act: Callable[[Asked], Done], words: Promise) -> Verb:
    return Verb(act, words, needs_target=True)


def _move(asked: Asked) -> Done:
    return conversations.move(asked.account_id, asked.thread_ids, asked.target, asked.here)


def _label(asked: Asked) -> Done:
    return conversations.relabel(asked.account_id, asked.thread_ids, add=asked.add, remove=asked.remove)


def _unlabel(asked: Asked) -> Done:
    return conversations.unlabel(asked.account_id, asked.thread_ids, asked.target)


def _snooze(asked: Asked) -> Done:
    if asked.until is None:
        raise ValueError("a snooze has an end")
    return snooze.snooze(asked.account_id, asked.thread_ids, asked.until)


VERBS = {
    "archive": _verb(
        conversations.archive, ngettext_lazy("Archived", "%(count)d conversations archived", "count")
    ),
    "trash": _verb(
        conversations.trash,
        ngettext_lazy("Moved to Trash", "%(count)d conversations moved to Trash", "count"),
    ),
    "junk": _verb(
        conversations.junk, ngettext_lazy("Moved to Spam", "%(count)d conversations moved to Spam", "count")
    ),
    "notjunk": _verb(
        conversations.not_junk,
        ngettext_lazy("Moved to Inbox", "%(count)d conversations moved to Inbox", "count"),
    ),
    "mute": _verb(conversations.mute, ngettext_lazy("Muted", "%(count)d conversations muted", "count")),
    "unmute": _verb(
        conversations.unmute,
        ngettext_lazy("No longer muted", "%(count)d conversations no longer muted", "count"),
    ),
    "star": _verb(
        conversations.star, ngettext_lazy("Star added", "Stars added to %(count)d conversations", "count")
    ),
    "unstar": _verb(
        conversations.unstar,
        ngettext_lazy("Star removed", "Stars removed from %(count)d conversations", "count"),
    ),
    "read": _verb(
        conversations.mark_read,
        ngettext_lazy("Marked as read", "%(count)d conversations marked as read", "count"),
    ),
    "unread": _verb(
        conversations.mark_unread,
        ngettext_lazy("Marked as unread", "%(count)d conversations marked as unread", "count"),
    ),
    "delete": _verb(
        conversations.delete_forever,
        ngettext_lazy("Deleted for good", "%(count)d conversations deleted for good", "count"),
    ),
    "snooze": Verb(
        _snooze,
        ngettext_lazy("Snoozed until %(name)s", "%(count)d conversations snoozed until %(name)s", "count"),
        needs_time=True,
    ),
    "unsnooze": _verb(
        snooze.unsnooze,
        ngettext_lazy("Back in the Inbox", "%(count)d conversations are back in the Inbox", "count"),
    ),
    "pin": _verb(pins.pin, ngettext_lazy("Pinned", "%(count)d conversations pinned", "count")),
    "unpin": _verb(pins.unpin, ngettext_lazy("Unpinned", "%(count)d conversations unpinned", "count")),
    "move": _named(
        _move, ngettext_lazy("Moved to %(name)s", "%(count)d conversations moved to %(name)s", "count")
    ),
    "label": Verb(
        _label, ngettext_lazy("Labelled %(name)s", "%(count)d conversations labelled %(name)s", "count")
    ),
    "unlabel": _named(
        _unlabel, ngettext_lazy("%(name)s removed", "%(name)s removed from %(count)d conversations", "count")
    ),
}

RELABELLED = ngettext_lazy("Labels changed", "Labels of %(count)d conversations changed", "count")
# A label alone would leave them in the Inbox.
MOVED_TO_LABEL = _named(
    _move,
    ngettext_lazy(
        "Moved from Inbox to %(name)s", "%(count)d conversations moved from Inbox to %(name)s", "count"
    ),
)
