"""Everything that a person can do to mail, by name: the one table of lists, pages and large acts.

Verbs act on messages (`conversations`). A conversation is a way to name messages, and the act says which of
it are meant: all, or the newest, as where a star is given.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Final, NamedTuple

from webmail.models import Unit

from . import conversations, queries
from .change import Change
from .done import Done


class Chosen(NamedTuple):
    """What was chosen: the ids of conversations, or of messages."""

    unit: str
    ids: Collection[int]


type Naming = Callable[[int, Chosen, int | None], Collection[int]]
"""Says which messages are meant: account, what was chosen, the mailbox looked at."""


def _all(account_id: int, chosen: Chosen, _here: int | None) -> Collection[int]:
    if chosen.unit == Unit.MESSAGE:
        return chosen.ids
    return queries.messages_of_threads(account_id, chosen.ids)


def _newest(account_id: int, chosen: Chosen, _here: int | None) -> Collection[int]:
    return _newest_here(account_id, chosen, None)


def _newest_here(account_id: int, chosen: Chosen, here: int | None) -> Collection[int]:
    """Name the newest of each conversation, of those in the mailbox looked at."""
    if chosen.unit == Unit.MESSAGE:
        return chosen.ids
    return queries.latest_messages(account_id, chosen.ids, here)


def _from_here(account_id: int, chosen: Chosen, here: int | None) -> Collection[int]:
    """Name the messages and those after them in their conversations."""
    return queries.messages_from(account_id, _all(account_id, chosen, here))


def _whole(account_id: int, chosen: Chosen, here: int | None) -> Collection[int]:
    """Name all of a conversation also where one message of it was chosen."""
    if chosen.unit == Unit.MESSAGE:
        return queries.messages_of_threads(account_id, queries.threads_of(account_id, chosen.ids))
    return _all(account_id, chosen, here)


@dataclass(frozen=True, slots=True)
class Act:
    """A verb and the messages it means. It is called with account, messages, the mailbox it names (only where
    it `needs_target`), and the mailbox looked at.
    """

    do: Callable[..., Done]
    names: Naming = _all
    needs_target: bool = False


ACTS: Final[dict[str, Act]] = {
    "archive": Act(conversations.archive),
    "trash": Act(conversations.trash),
    "junk": Act(conversations.junk),
    "notjunk": Act(conversations.not_junk),
    "restore": Act(conversations.restore),
    "mute": Act(conversations.mute),
    "unmute": Act(conversations.unmute, _whole),
    "star": Act(conversations.star, _newest),
    "unstar": Act(conversations.unstar),
    "read": Act(conversations.mark_read),
    "unread": Act(conversations.mark_unread, _newest_here),
    "unreadfrom": Act(conversations.mark_unread, _from_here),
    "delete": Act(conversations.delete_forever),
    "move": Act(conversations.move, needs_target=True),
    "copy": Act(conversations.copy, needs_target=True),
    "label": Act(conversations.label, needs_target=True),
    "unlabel": Act(conversations.unlabel, needs_target=True),
}


def act(verb: str, account_id: int, chosen: Chosen, here: int | None, target_id: int = 0) -> Done:
    """Do it, in one change; `here` is the mailbox looked at, None in a view over all."""
    found = ACTS[verb]
    with Change([account_id]):
        message_ids = found.names(account_id, chosen, here)
        mailboxes = (target_id, here) if found.needs_target else (here,)
        return found.do(account_id, message_ids, *mailboxes)
